"""OPML subscription lists, as every feed reader exports them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed_text import feed_text
from tasks.extract.sources.printable import printable

MAX_OUTLINES = 20_000


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list."""

    address: str
    name: str | None


def opml(body: bytes) -> tuple[Subscription, ...] | Refusal:
    """The feeds of a list, folders opened, each address once."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(feed_text(body).text.encode("utf-8", "replace"), parser)
    if root is None or str(root.tag).lower() != "opml":
        return Refusal(locator="", reason="not_opml", detail="It is no OPML; export the list again from your reader.")
    found: dict[str, Subscription] = {}
    for outline in list(root.iter("outline"))[:MAX_OUTLINES]:
        named = {str(name).lower(): printable(str(value)) for name, value in outline.attrib.items()}
        address = named.get("xmlurl")
        if address and address.lower().startswith(("http://", "https://")):
            found.setdefault(address, Subscription(address, named.get("title") or named.get("text")))
    return tuple(found.values())
