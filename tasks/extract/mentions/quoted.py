"""Which tokens stand in quotation marks: a pronoun inside speech has other antecedents than one outside."""

from __future__ import annotations

from bisect import bisect_left

from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc

_OPENING = ("“", "«", "„")
_CLOSING = ("”", "»")
_STRAIGHT = ('"', "''", "``")
_MARKS = frozenset((*_OPENING, *_CLOSING, *_STRAIGHT))


def quoted(doc: Doc) -> list[bool]:
    """For each token whether it is inside quotation marks; an unclosed mark holds to the end of its paragraph."""
    inside = [False] * len(doc)
    marks = indices(doc, "text", _MARKS)
    for start, end in doc.lines:
        opened: int | None = None
        for mark in marks[bisect_left(marks, start) : bisect_left(marks, end)]:
            text = doc[mark].text
            if opened is None and text not in _CLOSING:
                opened = mark
            elif opened is not None and text not in _OPENING:
                inside[opened:mark] = [True] * (mark - opened)
                opened = None
        if opened is not None:
            inside[opened:end] = [True] * (end - opened)
    return inside
