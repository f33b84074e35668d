"""What a plain feed says of itself, as feedparser gives it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tasks.extract.sources.strict_feed.element_name import OTHER_PEOPLE, OWN_CONTEXT, TITLES, element_name
from tasks.extract.sources.strict_feed.texts import OutOfTheOrdinary, read_id, read_link, require_harmless, text_of

_HANDLED = {*TITLES, "link", "language", "dc_language", "generator"}
_OF_IMAGES = {"title", "link", "description", "url", "width", "height", "name"}


def head(channel: etree._Element, base: str) -> dict[str, Any]:
    """What the feed says of itself."""
    about: dict[str, Any] = {}
    if "lastmod" in channel.attrib or "href" in channel.attrib:
        raise OutOfTheOrdinary("attributes of the channel")
    has_items = False
    for child in channel:
        name = element_name(child)
        if name in ("item", "entry"):
            has_items = True
            continue
        if name in ("items", "author", "contributor", *OTHER_PEOPLE):
            continue
        if name in OWN_CONTEXT:
            if any(element_name(inner) not in _OF_IMAGES for inner in child.iterdescendants()):
                raise OutOfTheOrdinary(f"within {name}")
            continue
        if has_items and (name in TITLES or (name == "link" and "href" not in child.attrib)):
            raise OutOfTheOrdinary("head behind items")
        if name in TITLES:
            if "title" in about:
                raise OutOfTheOrdinary("titles")
            about["title"] = text_of(child)
        elif name == "link":
            read_link(child, about, base)
        elif name in ("id", "guid"):
            read_id(child, about, base)
        elif name in ("language", "dc_language"):
            about["language"] = text_of(child)
        elif name == "generator":
            about["generator"] = text_of(child)
        elif len(child):
            require_harmless(child, _HANDLED)
        elif name.endswith(("_complete", "_archive")):
            about[name] = ""
    return about
