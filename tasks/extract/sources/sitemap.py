"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google News extension): bytes in, entries out.

lxml reads them, entities unresolved and damage recovered: what is needed is three elements of two namespaces, where
the libraries made for it fetch on their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed_date import feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.feed_text import feed_text
from tasks.extract.sources.printable import printable

MAX_URLS = 50_000  # the protocol's own limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sitemap that an index names."""

    url: str
    modified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Pages of a sitemap as entries, or the parts of an index. `source_name` is what a news sitemap calls itself."""

    entries: tuple[Entry, ...] = ()
    parts: tuple[Part, ...] = ()
    source_name: str | None = None


def sitemap(body: bytes, now: datetime) -> Sitemap | Refusal:
    """Read a sitemap or an index of sitemaps."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(feed_text(body).text.encode("utf-8", "replace"), parser)
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        return Refusal(locator="", reason="not_a_sitemap", detail="No <urlset> or <sitemapindex> stands in it.")
    nodes = [node for node in root if isinstance(node.tag, str)][:MAX_URLS]
    if _name(root) == "sitemapindex":
        parts = ((_fields(node).get("loc"), _fields(node).get("lastmod")) for node in nodes)
        return Sitemap(parts=tuple(Part(url=loc, modified_at=feed_date(date, now)) for loc, date in parts if loc))
    read = [_fields(node) for node in nodes]
    return Sitemap(
        entries=tuple(_entry(fields, now) for fields in read if fields.get("loc")),
        source_name=next((fields["name"] for fields in read if "name" in fields), None),
    )


def _entry(fields: dict[str, str], now: datetime) -> Entry:
    published, modified = fields.get("publication_date"), fields.get("lastmod")
    return Entry(
        entry_id=fields["loc"],
        title=fields.get("title"),
        link=fields["loc"],
        url=fields["loc"] if fields["loc"].lower().startswith(("http://", "https://")) else None,
        published=published,
        updated=modified,
        published_at=feed_date(published, now),
        updated_at=feed_date(modified, now),
        tags=tuple(dict.fromkeys(word.strip() for word in fields.get("keywords", "").split(",") if word.strip())),
        language=fields.get("language"),
        image_url=fields.get("image"),
    )


def _fields(node: etree._Element) -> dict[str, str]:
    """Texts by element name, the first of each; `image` is the address of the first picture."""
    fields: dict[str, str] = {}
    for child in node.iterdescendants():
        value = printable(child.text) if isinstance(child.tag, str) else None
        if value:
            inside_image = "image" in str(child.tag).rpartition("}")[0]
            fields.setdefault("image" if inside_image and _name(child) == "loc" else _name(child), value)
    return fields


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2].rpartition(":")[2].lower()
