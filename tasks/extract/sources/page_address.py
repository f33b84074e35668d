"""Under which addresses a saved page may be known: what its head says, and what the browser that saved it wrote."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote, urlsplit

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_TAG = re.compile(r"<(?:link|meta)\b[^>]{0,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(r"""\brel\s*=\s*["']?canonical|\b(?:property|name)\s*=\s*["']?og:url""", re.IGNORECASE)
_VALUE = re.compile(r"""\b(?:href|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
HEAD = 65_536  # bytes of a page in which its addresses are looked for


def page_address(head: bytes) -> tuple[str, ...]:
    """The addresses that a page gives as its own, as keys that `address_key` makes comparable."""
    text = head[:HEAD].decode("utf-8", "replace")
    found = [match[1] for match in _SAVED_FROM.finditer(text)]
    for tag in _TAG.finditer(text):
        if _CANONICAL.search(tag[0]) and (value := _VALUE.search(tag[0])):
            found.append(html.unescape(next(group for group in value.groups() if group is not None)))
    keys = (address_key(address) for address in found)
    return tuple(dict.fromkeys(key for key in keys if key))


def address_key(address: str) -> str | None:
    """Host and path of an address, so that http and https, www and a last slash make no difference."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    query = "&".join(sorted(pair for pair in parts.query.split("&") if pair and not pair.startswith("utm_")))
    path = unquote(parts.path).rstrip("/")
    return f"{host.removeprefix('www.')}{path}" + (f"?{query}" if query else "")
