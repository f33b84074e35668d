"""Quotation marks: where they stand and which way they face. Pairs nothing; see `regions`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_OPENERS = "“„‟«〝「『"
_CLOSERS = "”»〞」』"
_DOUBLE = re.compile(rf"[{_OPENERS}{_CLOSERS}\"＂]|''|‘‘|’’|``|&quot;")
_SINGLE = re.compile(r"[‘’‚‛'‹›`´]")
_ELIDED = re.compile(r"[’'](?:\d0s|em\b|til\b|tis\b|twas\b|n[’']|cause\b|bout\b|cuz\b)", re.IGNORECASE)
_OPENING_NEIGHBOURS = frozenset("([{—–-―/:“„«‘>…")
_CLOSING_NEIGHBOURS = frozenset(")]},.;:!?—–-―/”»’<…")


class Role(Enum):
    """Which way a mark faces, as far as its shape and its neighbours tell."""

    OPENS = "opens"
    CLOSES = "closes"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Mark:
    """A quotation mark. `is_single` marks are those that apostrophes are written with too."""

    start: int
    end: int
    role: Role
    is_single: bool


def marks(text: str, start: int, end: int) -> tuple[Mark, ...]:
    """The quotation marks of `text[start:end]`, in order; apostrophes, inches and feet are none."""
    found = [*_double_marks(text, start, end), *_single_marks(text, start, end)]
    covered = {offset for mark in found if not mark.is_single for offset in range(mark.start, mark.end)}
    return tuple(
        sorted(
            (mark for mark in found if not (mark.is_single and mark.start in covered)),
            key=lambda mark: mark.start,
        )
    )


def _double_marks(text: str, start: int, end: int) -> Iterator[Mark]:
    for match in _DOUBLE.finditer(text, start, end):
        shape = match.group()
        if shape in '"＂' and (_is_inches(text, match.start()) or _is_markup(text, match.start())):
            continue
        yield Mark(match.start(), match.end(), _double_role(text, match.start(), match.end(), shape), False)


def _double_role(text: str, start: int, end: int, shape: str) -> Role:
    """Curly marks face as they are drawn, unless their neighbours say that they were typed the wrong way round."""
    seen = _role_by_neighbours(text, start, end)
    if shape in ("``", "‘‘"):
        return Role.OPENS
    if shape in _OPENERS or shape in _CLOSERS:
        drawn = Role.OPENS if shape in _OPENERS else Role.CLOSES
        # German and Danish texts close with what English opens with: believe the neighbours, not the shape.
        return seen if seen is not Role.EITHER and seen is not drawn else drawn
    return seen


def _role_by_neighbours(text: str, start: int, end: int) -> Role:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    can_open = before.isspace() or before in _OPENING_NEIGHBOURS
    can_close = after.isspace() or after in _CLOSING_NEIGHBOURS
    if can_open and not can_close:
        return Role.OPENS
    if can_close and not can_open:
        return Role.CLOSES
    return Role.EITHER


def _is_inches(text: str, offset: int) -> bool:
    """`6'2"` and `a 15" screen`, but not the year that ends a quotation."""
    before = text[max(0, offset - 6) : offset]
    return bool(re.search(r"\d['’]\d{1,2}$|(?<![\d.,])\d{1,2}$", before)) and text[offset + 1 : offset + 2] in (
        " ",
        "-",
    )


def _is_markup(text: str, offset: int) -> bool:
    """The marks of an attribute that was left in the text: `width="40"`."""
    if text[offset - 1 : offset] == "=":
        return True
    opened = text.rfind('="', max(0, offset - 200), offset)
    return opened >= 0 and '"' not in text[opened + 2 : offset]


def _single_marks(text: str, start: int, end: int) -> Iterator[Mark]:
    for match in _SINGLE.finditer(text, start, end):
        offset = match.start()
        before = text[offset - 1] if offset > start else " "
        after = text[offset + 1] if offset + 1 < end else " "
        if before.isalnum() and after.isalnum():
            continue
        if before.isspace() or before in _OPENING_NEIGHBOURS or before == '"':
            if after.isalnum() and not _ELIDED.match(text, offset):
                yield Mark(offset, offset + 1, Role.OPENS, True)
        elif not after.isalnum():
            yield Mark(offset, offset + 1, Role.CLOSES, True)
