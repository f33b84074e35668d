"""What came out of one file or response: pages, refusals, and entries that still need their page.

Nothing here reads anything. Received = pages + refusals + pending; `skipped` was never an article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.operations import Header, Page
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.printable import printable

MAX_FIELD = 10_000  # characters of a title, name or address that we carry along


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file or response, decompressed, before anything is known about its content."""

    source_id: str
    locator: str
    body: bytes
    fetched_at: datetime
    source_name: str | None = None
    url: str | None = None
    media_type: str | None = None
    status: int | None = None
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A feed entry whose article stands on a page of its own; `fallback` is what the feed itself gives of it."""

    locator: str
    link: str
    entry: Entry
    source_name: str | None = None
    language: str | None = None
    fallback: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a batch of documents came to. `skipped` names files that describe a collection and hold no article.

    `polled` is what to remember of the feeds it came from, once it is stored.
    """

    pages: tuple[Page, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    pending: tuple[Pending, ...] = ()
    skipped: tuple[str, ...] = ()
    polled: tuple[Polled, ...] = ()


def merged(parts: Iterable[Received]) -> Received:
    """Several results as one, in order."""
    parts = tuple(parts)
    return Received(
        pages=tuple(page for part in parts for page in part.pages),
        refusals=tuple(refusal for part in parts for refusal in part.refusals),
        pending=tuple(pending for part in parts for pending in part.pending),
        skipped=tuple(name for part in parts for name in part.skipped),
        polled=tuple(polled for part in parts for polled in part.polled),
    )


def page(
    document: Document,
    format: str,
    *,
    locator: str | None = None,
    body: bytes | None = None,
    url: str | None = None,
    source_name: str | None = None,
    language: str | None = None,
    entry: Entry | None = None,
) -> Page:
    """The raw record of one article of `document`, with what its feed entry says about it."""
    locator = locator or document.locator
    body = document.body if body is None else body
    url = url or document.url or (entry.url if entry else None)
    about = entry or Entry()
    return Page(
        raw_id=_digest(document.source_id.encode(), locator.encode(), body),
        source_id=document.source_id,
        source_name=printable(source_name or document.source_name, MAX_FIELD),
        locator=locator,
        url=printable(url, MAX_FIELD),
        format=format,
        media_type=printable(document.media_type, MAX_FIELD),
        status=document.status,
        headers=document.headers,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=document.fetched_at,
        entry_id=about.entry_id,
        entry_title=about.title,
        entry_published=about.published,
        entry_updated=about.updated,
        entry_published_at=about.published_at,
        entry_updated_at=about.updated_at,
        entry_authors=about.authors,
        entry_tags=about.tags,
        entry_summary=about.summary,
        entry_language=about.language or language,
        entry_image_url=about.image_url,
        entry_enclosures=about.enclosures,
    )


def _digest(*parts: bytes) -> str:
    """SHA-256 over the parts, each preceded by its length so that no two splits of the same bytes agree."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
