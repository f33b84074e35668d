"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0: bytes in, entries out.

A plain and well-formed feed is read by `strict_feed`, all others by feedparser; this module sees to what that is given
and what becomes of a document it can't read as a whole. It is given a stream, never a string or bytes: those it takes
for an address or a file name. A feed that isn't well-formed is used and flagged. A document that raises or loses items
is read item by item; only the unreadable item is refused.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax import SAXException

import feedparser

from tasks.extract.refusal import Refusal
from tasks.extract.sources.entry_fields import entry_fields, plain_text
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.feed_text import FeedText, feed_text
from tasks.extract.sources.paging import Paging, paging
from tasks.extract.sources.printable import printable
from tasks.extract.sources.sitemap import Part
from tasks.extract.sources.strict_feed import StrictFeed, strict_feed

MAX_ENTRIES = 10_000
# feedparser raises these on malformed input, from as many places (its own fuzzing counts about a dozen).
UNREADABLE = (
    ValueError, KeyError, IndexError, AttributeError, TypeError, OverflowError, LookupError, RecursionError,
    AssertionError, SAXException,
)  # fmt: skip
_ITEM = re.compile(r"<(?:[\w-]{1,20}:)?(item|entry)(?=[\s>])", re.IGNORECASE)
_HIDDEN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as read. `complaint` says what is wrong where it isn't well-formed; `repaired` counts characters.

    `parts` are the sitemaps that an index names, where the document is one.
    """

    title: str | None = None
    link: str | None = None
    language: str | None = None
    version: str | None = None
    entries: tuple[Entry, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    complaint: str | None = None
    charset: str = "utf-8"
    repaired: int = 0
    paging: Paging = Paging()
    parts: tuple[Part, ...] = ()


def feed(body: bytes, now: datetime, *, media_type: str | None = None, base: str | None = None) -> Feed | Refusal:
    """Read a feed. `base` is the address it came from, against which links are completed; `now` bounds its dates."""
    source = feed_text(body, media_type)
    strict = strict_feed(source.text, base)
    if isinstance(strict, StrictFeed):
        read = _feed(strict, strict.entries, source, now, ())
        if not any(map(_has_unread_date, read.entries)):
            return read
    whole = _parsed(source.text, base)
    expected = len(_ITEM.findall(_HIDDEN.sub("", source.text)))
    if whole is None or (whole.bozo and len(whole.entries) < expected):
        one_by_one = _salvaged(source.text, base)
        if whole is None or len(one_by_one.entries) > len(whole.entries):
            return _feed(one_by_one.head, one_by_one.entries, source, now, one_by_one.refusals)
    if not whole.entries and not whole.version and not whole.feed.get("title"):
        return Refusal(
            locator="", reason="not_a_feed", detail="No reader finds a feed in it; give the address of a feed."
        )
    return _feed(whole, list(whole.entries), source, now, ())


def _feed(head: Any, items: list[Any], source: FeedText, now: datetime, refusals: tuple[Refusal, ...]) -> Feed:
    about = head.feed if head is not None else {}
    kept = [item for item in items[:MAX_ENTRIES] if _is_published(item)]
    hidden = tuple(
        _hidden(number) for number, item in enumerate(items[:MAX_ENTRIES], start=1) if not _is_published(item)
    )
    too_many = tuple(
        Refusal(
            locator=f"#{number}",
            reason="too_many_entries",
            detail=f"The feed has {len(items)} entries; the first {MAX_ENTRIES} are read. Split the file to have all.",
        )
        for number in range(MAX_ENTRIES + 1, len(items) + 1)
    )
    return Feed(
        title=plain_text(about.get("title")),
        link=printable(about.get("link")),
        language=printable(about.get("language"), 35),
        version=(head.version or None) if head is not None else None,
        entries=tuple(entry_fields(item, now) for item in kept),
        refusals=refusals + hidden + too_many,
        complaint=_complaint(head, source),
        charset=source.charset,
        repaired=source.repaired,
        paging=paging(about),
    )


def _has_unread_date(entry: Entry) -> bool:
    """feedparser knows forms of dates that we do not."""
    return (entry.published_at is None and entry.published is not None) or (
        entry.updated_at is None and entry.updated is not None
    )


def _is_published(item: Any) -> bool:
    """All items are, but the drafts, pictures and menus of a WordPress export."""
    return (
        item.get("wp_post_type", "post") in ("post", "page", "article")
        and item.get("wp_status", "publish") == "publish"
    )


def _hidden(number: int) -> Refusal:
    detail = f"Item {number} of the export is a draft, a picture or a part of the site's menu, no published article."
    return Refusal(locator=f"#{number}", reason="not_published", detail=detail)


def _complaint(head: Any, source: FeedText) -> str | None:
    if head is None:
        return "The document could only be read item by item."
    if head.bozo:
        return printable(f"Not well-formed: {head.get('bozo_exception')}.", 300)
    return "Something stands before the document." if source.is_cut else None


def _parsed(text: str, base: str | None) -> Any:
    """What feedparser makes of the text; None where it raises."""
    headers = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": base} if base else {})
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except UNREADABLE:
        return None


@dataclass(frozen=True, slots=True)
class _Salvage:
    head: Any
    entries: list[Any]
    refusals: tuple[Refusal, ...]


def _salvaged(text: str, base: str | None) -> _Salvage:
    """Read each item on its own, inside the head of the document."""
    starts = [match.start() for match in _ITEM.finditer(text)][: MAX_ENTRIES + 1]
    head = text[: starts[0]] if starts else text
    entries: list[Any] = []
    refusals: list[Refusal] = []
    for number, item in enumerate(_pieces(text, starts), start=1):
        parsed = _parsed(f"{head}{item}", base)
        if parsed is not None and parsed.entries:
            entries.extend(parsed.entries[:1])
        else:
            refusals.append(
                Refusal(
                    locator=f"#{number}",
                    reason="unreadable_entry",
                    detail=f"Item {number} of the feed is damaged and can't be read; its neighbours are kept.",
                )
            )
    return _Salvage(_parsed(head, base), entries, tuple(refusals))


def _pieces(text: str, starts: list[int]) -> Iterator[str]:
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end]
