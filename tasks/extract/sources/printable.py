"""Text that every column, log and terminal can hold: valid Unicode without control characters."""

from __future__ import annotations

import re

# C0 and C1 controls, the bidirectional overrides and isolates, surrogates, and the non-characters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SPACE = re.compile(r"\s+")


def printable(text: str | None, limit: int = 10_000) -> str | None:
    """One line of at most `limit` characters; None where nothing remains."""
    if not text:
        return None
    line = _SPACE.sub(" ", without_controls(text[: 4 * limit])).strip()
    return line[:limit].rstrip() or None


def without_controls(text: str) -> str:
    """The text less the characters that no column may hold; line breaks and tabs stay."""
    return _UNPRINTABLE.sub("", text)
