"""What a backfill wants of a source, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.operations import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Articles that were published from `since` until before `until`.

    The way back begins at `address`: a feed (its pages and archives are followed), a sitemap or an index of sitemaps;
    by default the source's own. With `urls` these pages are fetched instead, whatever their dates. `documents` is the
    most feeds and sitemaps that are asked, `articles` the most pages.
    """

    source: Source
    since: datetime
    until: datetime
    address: str | None = None
    urls: tuple[str, ...] = ()
    documents: int = 500
    articles: int = 20_000
