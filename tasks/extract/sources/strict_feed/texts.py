"""Texts, attributes, links and identifiers of elements, as feedparser brings them into form."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from tasks.extract.sources.strict_feed.element_name import element_name

_CP1252 = {byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xA0)} | {
    byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")
_QUERY_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TYPES = {
    "text": "text/plain", "plain": "text/plain", "text/plain": "text/plain", "html": "text/html",
    "text/html": "text/html",
}  # fmt: skip


class OutOfTheOrdinary(Exception):
    """Something that is left to feedparser."""


def read_id(child: etree._Element, values: dict[str, Any], base: str) -> None:
    """What RSS calls guid is the link too where there is no other, unless it says that it is none."""
    if "id" in values:
        raise OutOfTheOrdinary("ids")
    is_link = attributes_of(child).get("ispermalink", "true") == "true"
    text = stripped_text(child)
    values["id"] = mended(joined(base, text) if is_link and text else text)
    if is_link:
        values.setdefault("link", values["id"])


def read_link(child: etree._Element, values: dict[str, Any], base: str) -> None:
    """RSS has the address as text, Atom as an attribute; the last that leads to a page for readers counts."""
    if len(child):
        raise OutOfTheOrdinary("elements in a link")
    attributes = with_href(attributes_of(child))
    rel = attributes.setdefault("rel", "alternate")
    kind = attributes.setdefault("type", "application/atom+xml" if rel == "self" else "text/html")
    links = values.setdefault("links", [])
    links.append(attributes)
    if "href" in attributes:
        attributes["href"] = joined(base, attributes["href"])
        if rel == "alternate" and kind in ("html", "text/html", "xhtml", "application/xhtml+xml"):
            values["link"] = attributes["href"]
        return
    text = stripped_text(child)
    if not text:
        raise OutOfTheOrdinary("empty link")
    address = mended(joined(base, text)).replace("&amp;", "&")
    values["link"] = attributes["href"] = _QUERY_ENTITY.sub(r"&\g<1>", address)


def typed_text(child: etree._Element, usual: str = "text/plain") -> str:
    """The text of an element that may have a type; only escaped HTML and plain text are read here."""
    if child.get("type", usual).lower() not in TYPES or child.get("mode"):
        raise OutOfTheOrdinary("type")
    return text_of(child)


def text_of(child: etree._Element) -> str:
    return mended(stripped_text(child))


def stripped_text(child: etree._Element) -> str:
    if len(child):
        raise OutOfTheOrdinary("elements in text")
    return (child.text or "").strip()


def mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 on its way is read again, and Windows-1252 is given its meaning."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_CP1252)


def attributes_of(child: etree._Element) -> dict[str, str]:
    """By name in lower case without namespace; `rel` and `type` in lower case too."""
    found: dict[str, str] = {}
    for key, value in child.attrib.items():
        name = str(key).rpartition("}")[2].lower()
        found[name] = str(value).lower() if name in ("rel", "type") else str(value)
    return found


def with_href(attributes: dict[str, str]) -> dict[str, str]:
    href = attributes.get("url", attributes.get("uri", attributes.get("href")))
    rest = {name: value for name, value in attributes.items() if name not in ("url", "uri", "href")}
    return rest | {"href": href} if href else attributes


def require_harmless(child: etree._Element, handled: set[str]) -> None:
    """What stands in an element that we pass over is nothing that feedparser would take for the entry's own."""
    if any(element_name(inner) in handled for inner in child.iterdescendants()):
        raise OutOfTheOrdinary(f"within {element_name(child)}")


def language_of(node: etree._Element, inherited: str | None) -> str | None:
    stated = node.get(LANG, node.get("lang"))
    return inherited if stated is None else (stated.replace("_", "-") or None)


@lru_cache(maxsize=4096)
def joined(base: str, address: str) -> str:
    try:
        return urljoin(base, _SLASHES.sub(r"\1\3", address))
    except ValueError:
        return ""
