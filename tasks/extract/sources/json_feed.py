"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): a parsed document in, entries out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tasks.extract.refusal import Refusal
from tasks.extract.sources.entry_fields import MAX_NAMES, fullest, plain_text
from tasks.extract.sources.feed import MAX_ENTRIES, Feed
from tasks.extract.sources.feed_date import feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.json_articles import Json, parsed_json
from tasks.extract.sources.paging import Paging
from tasks.extract.sources.printable import printable


def json_feed(body: bytes, now: datetime) -> Feed | Refusal:
    """Read a JSON Feed. An item that is no object is refused alone."""
    document = parsed_json(body)
    if isinstance(document, Refusal):
        return document
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(items, list):
        return Refusal(locator="", reason="not_a_feed", detail="A JSON Feed is an object with a list named items.")
    objects = [(number, item) for number, item in enumerate(items[:MAX_ENTRIES], start=1) if isinstance(item, dict)]
    read = {number for number, _ in objects}
    language = _line(document.get("language"))
    return Feed(
        title=_line(document.get("title")),
        link=_line(document.get("home_page_url")),
        language=language,
        version="json_feed",
        entries=tuple(_entry(item, language, now) for _, item in objects),
        refusals=tuple(_refusal(number) for number in range(1, len(items) + 1) if number not in read),
        paging=Paging(earlier=_line(document.get("next_url"))),
    )


def _entry(item: Mapping[str, Json], language: str | None, now: datetime) -> Entry:
    authors = item.get("authors") or [item.get("author")]
    names = [author.get("name") for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    tags = item.get("tags")
    contents = [
        (value, name == "content_html")
        for name in ("content_html", "content_text")
        if isinstance(value := item.get(name), str)
    ]
    content, is_html, is_full = fullest(contents, item.get("summary"))
    published, updated = _line(item.get("date_published")), _line(item.get("date_modified"))
    link = _line(item.get("url"))
    return Entry(
        entry_id=_line(item.get("id")),
        title=plain_text(_line(item.get("title"))),
        link=link,
        url=link if link and link.lower().startswith(("http://", "https://")) else None,
        published=published or updated,
        updated=updated,
        published_at=feed_date(published, now) or feed_date(updated, now),
        updated_at=feed_date(updated, now),
        authors=tuple(dict.fromkeys(name for name in map(_line, names) if name)),
        tags=tuple(name for name in map(_line, tags if isinstance(tags, list) else []) if name),
        summary=plain_text(_line(item.get("summary"))),
        content=content,
        is_html=is_html,
        is_full=is_full,
        language=_line(item.get("language")) or language,
        image_url=_line(item.get("image")) or _line(item.get("banner_image")),
        enclosures=_attachments(item.get("attachments")),
    )


def _attachments(value: Json) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    found = (_line(each.get("url")) for each in listed if isinstance(each, dict))
    return tuple(dict.fromkeys(address for address in found if address))[:MAX_NAMES]


def _refusal(number: int) -> Refusal:
    detail = (
        f"Item {number} of the feed is no object, or stands behind the first {MAX_ENTRIES}; its neighbours are kept."
    )
    return Refusal(locator=f"#{number}", reason="unreadable_entry", detail=detail)


def _line(value: Json) -> str | None:
    """Text or a number as one line; JSON Feed asks readers to take numeric ids for strings."""
    return printable(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
