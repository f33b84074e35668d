"""Names in lines set all in capitals, where the model's sense of names fails: only those known otherwise are kept."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

# A shorter line may be a name or an abbreviation.
_LEAST_WORDS = 3
_LONGEST_NAME = 4
# Towns are called "Surprise" and "Hope".
_UNMISTAKEN = frozenset(("country", "capital", "continent"))


def headlines(doc: Doc, names: Names) -> Names:
    """Names, with those of all-capital lines replaced by what the rest of the text and the gazetteers know."""
    lines = tuple(_capital_lines(doc))
    if not lines:
        return names
    inside = {index for start, end in lines for index in range(start, end)}
    others = [name for name in names if name.start not in inside or name.rule == "dateline"]
    known = {name.text(doc).lower(): name.label for name in others if name.start not in inside}
    known |= {name.text(doc).split()[-1].lower(): "PERSON" for name in others if name.label == "PERSON"}
    kept = {name.start for name in others}
    found = [name for start, end in lines for name in _known(doc, start, end, known) if name.start not in kept]
    return tuple(sorted((*others, *found), key=lambda name: name.start))


def _capital_lines(doc: Doc) -> Iterator[tuple[int, int]]:
    for start, end in doc.lines:
        if doc[start:end].text.isupper():
            words = [token for token in doc[start:end] if token.is_alpha]
            if len(words) >= _LEAST_WORDS:
                yield start, end


def _known(doc: Doc, start: int, end: int, known: dict[str, str]) -> Iterator[Name]:
    index = start
    while index < end:
        for length in range(min(_LONGEST_NAME, end - index), 0, -1):
            label = _label(doc[index : index + length].text, known)
            if label:
                yield Name(start=index, end=index + length, label=label, rule="headline", confidence=0.7)
                index += length - 1
                break
        index += 1


def _label(text: str, known: dict[str, str]) -> str:
    titled = text.title()
    if text.lower() in known:
        return known[text.lower()]
    if titled in demonyms():
        return "NORP"
    place = places().get(titled) or (places().get(text) if text != "US" else None)
    return "GPE" if place is not None and place.kind in _UNMISTAKEN else ""
