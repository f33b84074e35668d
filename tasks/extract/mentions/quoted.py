"""Which tokens stand in quotation marks: a pronoun inside speech has other antecedents than one outside."""

from __future__ import annotations

from spacy.tokens import Doc

_OPENING = frozenset("“«„‘")
_CLOSING = frozenset("”»")
_STRAIGHT = frozenset(('"', "''", "``"))


def quoted(doc: Doc) -> tuple[bool, ...]:
    """For each token whether it is inside quotation marks; an unclosed mark holds to the end of its paragraph."""
    inside = False
    marks = []
    for token in doc:
        if token.is_space and "\n" in token.text:
            inside = False
        elif token.text in _STRAIGHT:
            inside = not inside
        elif token.text in _OPENING and token.text != "‘":
            inside = True
        elif token.text in _CLOSING:
            inside = False
        marks.append(inside)
    return tuple(marks)
