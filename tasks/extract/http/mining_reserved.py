"""Has the publisher reserved text and data mining? TDMRep (W3C), and the robots directives noai and its kin."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.operations import Header

HEAD = 65_536  # bytes of a page in which its meta elements are looked for
_WORDS = re.compile(r"\b(noai|noml|notrain|notdm|noimageai)\b", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_NAME = re.compile(r"""\bname\s*=\s*["']?([\w:-]+)""", re.IGNORECASE)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def mining_reserved(headers: Iterable[Header], body: bytes, agent: str) -> str | None:
    """What says so, as a person can look it up; None where nothing does. noimageai alone is about pictures."""
    for header in headers:
        if header.name == "tdm-reservation" and header.value.strip() == "1":
            return "the header TDM-Reservation: 1"
        if header.name == "x-robots-tag" and (said := _directive(header.value, agent)):
            return f"the header X-Robots-Tag: {said}"
    for tag in _META.finditer(body[:HEAD]):
        text = tag[0].decode("utf-8", "replace")
        name, content = _NAME.search(text), _CONTENT.search(text)
        value = next((group for group in content.groups() if group is not None), "") if content else ""
        if name and name[1].lower() == "tdm-reservation" and value.strip() == "1":
            return "the element <meta name=tdm-reservation>"
        if name and name[1].lower() in ("robots", agent.lower()) and (said := _directive(value, agent)):
            return f"the element <meta name={name[1].lower()}> with {said}"
    return None


def _directive(value: str, agent: str) -> str | None:
    """A directive for everybody, or for us by name (`agent: noai`); those for others are theirs."""
    named = re.match(r"\s*([\w-]+)\s*:", value)
    if named and named[1].lower() != agent.lower() and named[1].lower() not in ("unavailable_after", "max-snippet"):
        return None
    found = [word.lower() for word in _WORDS.findall(value)]
    return next((word for word in found if word != "noimageai"), None)
