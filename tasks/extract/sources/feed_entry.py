"""An entry of a feed, whatever the dialect it was written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. Dates stand as written and as read; `content` is the fullest text the feed gives."""

    entry_id: str | None = None
    title: str | None = None
    link: str | None = None
    url: str | None = None
    published: str | None = None
    updated: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    is_html: bool = True
    is_full: bool = False
    language: str | None = None
    image_url: str | None = None
    enclosures: tuple[str, ...] = ()
