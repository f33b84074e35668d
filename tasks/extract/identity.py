"""Name an article by its address, or by its text where it has none."""

from __future__ import annotations

import hashlib
import re

from courlan import normalize_url

_WORD = re.compile(r"\w+")
_DIGITS = 32


def lasting_url(url: str | None) -> str | None:
    """The address without tracking parameters and fragment; None where it is no web address."""
    if not url or not url.lower().startswith(("http://", "https://")) or len(url) > 4096:
        return None
    try:
        normal = str(normalize_url(url.strip()))
    except ValueError:
        return None
    return normal.split("#")[0] or None


def text_sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def identity(url: str | None, text: str) -> str:
    """Identifier of an article: a hash of its lasting address without scheme, or of the words of its text."""
    address = lasting_url(url)
    if address:
        key = "url:" + address.split("://", 1)[1].removeprefix("www.").rstrip("/")
    else:
        key = "text:" + " ".join(_WORD.findall(text.casefold()))
    return hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]
