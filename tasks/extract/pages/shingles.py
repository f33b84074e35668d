"""Measure how much of one text stands in another: shares of four-word shingles (Broder 1997)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

# Scripts without spaces between words count by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_SIZE = 4


def shingles(text: str) -> frozenset[int]:
    """The four-word shingles of a text, hashed; a shorter text is one shingle."""
    words = _WORD.findall(text.casefold())
    if not words:
        return frozenset()
    return frozenset(map(hash, zip(*(words[at:] for at in range(_SIZE)), strict=False))) or frozenset(
        (hash(tuple(words)),)
    )


def all_shingles(texts: Iterable[str]) -> frozenset[int]:
    """The shingles of several texts, none across their borders."""
    return frozenset().union(*map(shingles, texts))


def is_held(found: Set[int], others: Set[int]) -> bool:
    """More than half of the shingles are among the others."""
    return 2 * len(found & others) > len(found)
