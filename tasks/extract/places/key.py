"""What names are looked up by: "São Tomé", "Sao Tome" and "SAO TOMÉ" are one name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = str.maketrans(
    {"’": "'", "ʻ": "'", "-": " ", "–": " ", ".": "", "‑": " ", "ł": "l", "ø": "o", "đ": "d", "ß": "ss"}
)
_SAINT = re.compile(r"\b(?:st|ste)\b(?=\s)")


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The name in small letters without accents, periods, hyphens or "the"; "St." is "saint"."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    folded = " ".join(name.lower().translate(_MARKS).split())
    return _SAINT.sub("saint", folded.removeprefix("the "))
