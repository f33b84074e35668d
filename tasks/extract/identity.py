"""Name an article by its address, or by its text where it has none."""

from __future__ import annotations

import hashlib
import re

from courlan import normalize_url

_WORD = re.compile(r"\w+")
_DIGITS = 32


_AMP_CACHE = re.compile(
    r"[\w-]+\.cdn\.ampproject\.org/(?:[acv]|wp)/(?:s/)?(?=[^/]+\.)|www\.google\.[a-z.]+/amp/(?:s/)?(?=[^/]+\.)"
)
# At least a name and its suffix must follow, or the word is the name of the site itself.
_VARIANT_HOST = re.compile(r"(?:www|m|mobile|mobil|amp)\.(?=[^/]+\.[^/]+)")
_AMP_PATH = re.compile(r"(?<=[^/]{4})/amp/?$|(?<=^)amp/(?=.{8})")
_AMP_PARAMETER = re.compile(r"(?:amp(?:=1|=true|=)?|outputtype=amp|amp_js_v=[^&]*)", re.IGNORECASE)


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
    """Identifier of an article: a hash of its lasting address without scheme, or of the words of its text.

    The addresses of its variants for telephones (`m.`, `amp.`, `/amp`, `?amp=1`, AMP caches) are that of the article.
    """
    address = lasting_url(url)
    key = "url:" + _plain(address) if address else "text:" + " ".join(_WORD.findall(text.casefold()))
    return hashlib.sha256(key.encode()).hexdigest()[:_DIGITS]


def _plain(address: str) -> str:
    """Host, path and query of an address, as they are for readers at a desk."""
    rest = _AMP_CACHE.sub("", address.split("://", 1)[1], count=1)
    host, slash, path = rest.partition("/")
    path, _, query = path.partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair and not _AMP_PARAMETER.fullmatch(pair))
    path = _AMP_PATH.sub("", path)
    return (_VARIANT_HOST.sub("", host, count=1) + slash + path + (f"?{kept}" if kept else "")).rstrip("/")
