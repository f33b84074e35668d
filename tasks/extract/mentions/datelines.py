"""Where a report was filed: "OSLO, Norway (Reuters) -", "MARLOW 2021-07-18"; the model rarely knows such places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.extract.gazetteers import places
from tasks.extract.mentions.lexicon import is_capitalised
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

# A dateline is short: a town of a few words, perhaps a region.
_MOST_TOKENS = 4
_DASHES = frozenset(("-", "--", "–", "—"))


def datelines(doc: Doc, names: Names) -> Names:
    """Names with the places of datelines in them, instead of whatever the model made of those words."""
    placed = tuple(_found(doc))
    taken = {index for name in placed for index in range(name.start, name.end)}
    others = (name for name in names if not any(index in taken for index in range(name.start, name.end)))
    return tuple(sorted((*placed, *others), key=lambda name: name.start))


def _found(doc: Doc) -> Iterator[Name]:
    for start, _ in doc.lines:
        end = _end_of_place(doc, start)
        if start < end < len(doc) and _is_dateline(doc, start, end):
            yield Name(start=start, end=end, label="GPE", rule="dateline")


def _end_of_place(doc: Doc, start: int) -> int:
    """The end of a line's opening words if they are all in capitals."""
    end = start
    while end < min(start + _MOST_TOKENS, len(doc)) and doc[end].is_alpha and doc[end].text.isupper():
        end += 1
    return end


def _is_dateline(doc: Doc, start: int, end: int) -> bool:
    """After the place comes a date, a dash, or an agency in brackets and a dash, at once or after ", Region"."""
    after = end
    if any(token.ent_type_ == "DATE" for token in doc[end : end + 2]) and doc[after].text == ",":
        return False
    if doc[after].text == ",":
        after += 1
        while after < min(end + _MOST_TOKENS + 1, len(doc)) and is_capitalised(doc[after]) and not doc[after].is_space:
            after += 1
        if after == end + 1 or after >= len(doc):
            return False
        return not doc[after].text.isalpha()
    token = doc[after]
    if token.text == "(":
        closing = next((i for i in range(after, min(after + _MOST_TOKENS, len(doc) - 1)) if doc[i].text == ")"), None)
        return closing is not None and doc[closing + 1].text in _DASHES
    if token.text == "-":
        return doc[start:end].text.title() in places()
    return token.text in _DASHES or re.match(r"(19|20)\d\d\b", token.text) is not None
