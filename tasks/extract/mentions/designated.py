"""Products called by their maker and a designation: in "a Boeing 747" no company lands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.extract.mentions.lexicon import is_capitalised
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc, Token

_MAKERS = frozenset(("ORG", "PRODUCT", "PERSON", ""))
# "747", "737s", "A380", "VC-10", "F-16C"; neither years nor single figures.
_DESIGNATION = re.compile(r"(?!(?:1[89]|20)\d\d$)[A-Z]{0,3}-?\d{2,4}[A-Za-z]{0,2}")

_SCORES = frozenset(("-", "–", "/", ":", "("))


def designated(doc: Doc, names: Names) -> Names:
    """Names grown over the designation that follows them, as products; names inside such a one are swallowed."""
    return tuple(_grown(doc, names))


def _grown(doc: Doc, names: Names) -> Iterator[Name]:
    end = 0
    for name in names:
        if name.start < end:
            continue
        if name.label in _MAKERS and _is_designated(doc, name):
            end = name.end + 1
            while end < len(doc) and doc[end].pos_ == "PROPN" and is_capitalised(doc[end]) and doc[end].is_alpha:
                end += 1
            yield replace(name, end=end, label="PRODUCT")
        else:
            yield name


def is_designation(doc: Doc, index: int) -> bool:
    """A word in figures that may end a product's name; not one of a row of figures, as in tables and scores."""
    figure, after = doc[index], doc[index + 1] if index + 1 < len(doc) else None
    if not index or not doc[index - 1].whitespace_ or not _DESIGNATION.fullmatch(figure.text):
        return False
    return after is None or after.is_alpha or (after.is_punct and after.text not in _SCORES)


def _is_designated(doc: Doc, name: Name) -> bool:
    if name.end >= len(doc) or not is_designation(doc, name.end):
        return False
    maker, figure = doc[name.end - 1], doc[name.end]
    if not figure.text.isdigit():
        return True
    return _is_counted(doc, name.start) or (maker.head == figure and maker.dep_ in ("compound", "nmod"))


def _is_counted(doc: Doc, start: int) -> bool:
    """ "a Boeing 747", "three new Boeing 747s": what is counted is no company."""
    before: list[Token] = list(doc[max(start - 2, 0) : start])
    return any(token.lower_ in ("a", "an", "new") or token.like_num for token in before)
