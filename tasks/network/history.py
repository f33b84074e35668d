"""Walk back through what a source published: pages and archives of feeds, sitemaps, lists of addresses.

Politely, as the poller: the same turns of domains, the same robots.txt, the same bounds. Which way the walk goes is
decided in `tasks.extract.history`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from storage.lookups import known_articles
from storage.operations import Page, Source
from tasks.extract.history.following import following
from tasks.extract.history.next_page import Walked
from tasks.extract.history.wanted import Wanted
from tasks.extract.history.within import within
from tasks.extract.identity import identity
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.receive import entries
from tasks.extract.sources.received import Document, Pending, Received, page
from tasks.network.articles import Articles, Notes
from tasks.network.feed_at import feed_at
from tasks.network.site import TOLD_TO_WAIT

_AT_ITS_END = ("http_400", "http_404", "http_410")  # what servers say to the number of a page that they do not have


@dataclass(frozen=True)
class History:
    """Walks back through sources, one document after the other."""

    articles: Articles

    async def walk(self, wanted: Wanted) -> AsyncIterator[Received]:
        """Everything wanted that is not settled yet.

        What to remember comes with each document, so that a walk that was cut off fetches no article again.
        """
        if wanted.urls:
            async for received in self._listed(wanted):
                yield received
            return
        todo = [wanted.address or wanted.source.address]
        walked, documents, articles = Walked(), wanted.documents, wanted.articles
        while todo and documents > 0 and articles > 0:
            url, notes = todo.pop(0), Notes()
            documents -= 1
            got = await feed_at(self.articles, wanted.source, url, "feed", notes)
            if isinstance(got, Refusal):
                is_end = bool(walked.addresses) and got.reason in _AT_ITS_END
                yield Received(refusals=() if is_end else (got,), polled=(_polled(wanted.source, notes),))
                if got.reason == TOLD_TO_WAIT:
                    return
                continue
            found, read = got
            async for received in self._entries(wanted, found, read, notes, articles):
                yield received
            articles -= sum(1 for fetch in notes.fetches if fetch.purpose == "page")
            yield Received(polled=(_polled(wanted.source, notes, found),))
            todo = [*following(read, found.locator, walked, wanted), *todo]
            walked = walked.after(found.locator, read)
        if todo:
            yield Received(refusals=(_unfinished(todo[0], "documents and articles"),))

    async def _entries(
        self, wanted: Wanted, found: Document, read: Feed, notes: Notes, most: int
    ) -> AsyncIterator[Received]:
        received = entries(found, read) if read.entries else Received()
        pending = [each for each in received.pending if within(each.entry, wanted.since, wanted.until)]
        pending = await asyncio.to_thread(self._missing, pending)
        yield Received(pages=tuple(page for page in received.pages if _is_wanted(page, wanted)))
        async for brought in self.articles.bring(wanted.source, pending, notes, most):
            yield brought
        if notes.has_left:
            yield Received(refusals=(_unfinished(found.locator, "articles"),))

    async def _listed(self, wanted: Wanted) -> AsyncIterator[Received]:
        notes = Notes()
        listed = [Pending(locator=url, link=url, entry=Entry(link=url, url=url)) for url in wanted.urls]
        pending = await asyncio.to_thread(self._missing, listed)
        async for received in self.articles.bring(wanted.source, pending, notes, wanted.articles):
            yield received
        yield Received(polled=(_polled(wanted.source, notes),))
        if notes.has_left:
            yield Received(refusals=(_unfinished(wanted.urls[-1], "articles"),))

    def _missing(self, pending: list[Pending]) -> list[Pending]:
        """Those whose articles are not in the lake: a sitemap knows them by other names than the feed did."""
        ids = [identity(each.entry.url or each.link, "") for each in pending]
        known = known_articles(self.articles.sites.ledger, ids)
        return [each for each, article_id in zip(pending, ids, strict=True) if article_id not in known]


def _is_wanted(found: Page, wanted: Wanted) -> bool:
    at = found.entry_published_at
    return at is None or wanted.since <= at < wanted.until


def _unfinished(url: str, what: str) -> Refusal:
    detail = f"As many {what} as a walk may ask for were asked for; go on with another backfill that begins at {url}."
    return Refusal(locator=url, reason="walk_unfinished", detail=detail, is_retryable=True)


def _polled(source: Source, notes: Notes, found: Document | None = None) -> Polled:
    """What to remember: requests and entries, but nothing of the feed's own schedule."""
    return Polled(
        source_id=source.source_id,
        entries=tuple(notes.entries.items()),
        fetches=tuple(notes.fetches),
        documents=(page(found, "feed"),) if found else (),
    )
