"""NITF, the news industry text format of agencies before NewsML-G2: one document, one article."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from tasks.extract.sources.feed_date import feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.markup_text import find, local, markup_text, said
from tasks.extract.sources.printable import printable


def nitf(root: etree._Element, now: datetime) -> Entry:
    """The article of a <nitf> element."""
    content = find(root, "body.content") or find(root, "body")
    heads = [said(node) for node in (*find(root, "hl1"), *find(root, "title"))]
    issued = next((node for node in find(root, "date.issue", "story.date", "date.release") if node.get("norm")), None)
    published = printable(issued.get("norm")) if issued is not None else None
    identity = next(iter(find(root, "doc-id")), None)
    return Entry(
        entry_id=printable(identity.get("id-string")) if identity is not None else None,
        title=next((head for head in heads if head), None),
        published=published,
        published_at=feed_date(published, now),
        authors=tuple(dict.fromkeys(name for name in map(_name, find(root, "byline")) if name)),
        tags=tuple(dict.fromkeys(word for node in find(root, "keyword") if (word := printable(node.get("key"))))),
        content=markup_text(content) or None,
        is_full=True,
        language=printable(root.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )


def _name(byline: etree._Element) -> str | None:
    people = [child for child in byline.iterdescendants() if local(child) == "person"]
    name = said(people[0] if people else byline)
    return name.removeprefix("By ").removeprefix("by ") if name else None
