"""What names are looked up by: "São Tomé", "Sao Tome" and "SAO TOMÉ" are one name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = str.maketrans(
    {"’": "'", "ʻ": "'", "-": " ", "–": " ", ".": "", "‑": " ", "ł": "l", "ø": "o", "đ": "d", "ß": "ss"}
)
_SHORT = re.compile(r"\b(?:st|ste|mt|ft)\b(?=\s)")
_LONG = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The name in small letters without accents, periods, hyphens or "the"; "St." is "saint", "Mt." is "mount"."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    folded = " ".join(name.lower().translate(_MARKS).split())
    return _SHORT.sub(lambda match: _LONG[match[0]], folded.removeprefix("the "))
