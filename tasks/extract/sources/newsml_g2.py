"""NewsML-G2 of IPTC, and the NewsML 1 before it: the text items of a news item, message or package."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from tasks.extract.sources.feed_date import feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.markup_text import find, local, markup_text, said
from tasks.extract.sources.nitf import nitf
from tasks.extract.sources.printable import printable, without_controls

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def newsml_g2(root: etree._Element, now: datetime) -> tuple[Entry, ...]:
    """One entry an item, in order; an item without text (a picture, a package) is an entry without content."""
    items = [node for node in root.iter() if local(node) == "newsitem"]
    return tuple(_item(item, now) for item in items)


def _item(item: etree._Element, now: datetime) -> Entry:
    inner = next(iter(find(item, "nitf")), None)
    inside = nitf(inner, now) if inner is not None else Entry()
    content = inside.content or _content(item)
    created = [said(node) for name in ("contentcreated", "firstcreated", "versioncreated") for node in find(item, name)]
    published = next((printable(date) for date in created if date), None)
    updated = next((printable(said(node)) for node in find(item, "versioncreated")), None)
    names = [said(node) for node in (*find(item, "by"), *_creators(item))]
    return Entry(
        entry_id=printable(item.get("guid")),
        title=next((title for title in map(said, find(item, "headline")) if title), inside.title),
        published=published or inside.published,
        updated=updated,
        published_at=feed_date(published, now) or inside.published_at,
        updated_at=feed_date(updated, now),
        authors=tuple(dict.fromkeys(name for name in names if name)) or inside.authors,
        tags=tuple(dict.fromkeys(word for word in map(said, find(item, "keyword")) if word)),
        summary=next((text for text in map(said, find(item, "description")) if text), None),
        content=content,
        is_full=True,
        language=printable(item.get(_LANG)) or inside.language,
    )


def _content(item: etree._Element) -> str | None:
    sets = find(item, "contentset", "datacontent")
    bodies = [body for node in sets for body in find(node, "body")]
    inline = [node for each in sets for node in find(each, "inlinexml", "inlinedata", "datacontent")]
    escaped = "\n".join("".join(map(str, node.itertext())) for node in inline if not len(node))
    if not bodies and "</p>" in escaped.lower():  # HTML written as text
        return without_controls(escaped)
    return markup_text(bodies or inline) or None


def _creators(item: etree._Element) -> list[etree._Element]:
    """Names of the people who made the content; literals and codes of systems are no names."""
    return [name for creator in find(item, "creator") for name in find(creator, "name")]
