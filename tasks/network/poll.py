"""Poll a feed and bring the articles of its new entries. What an answer means is decided in `tasks.extract`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

from storage.operations import FeedGap, FeedState, Source
from tasks.extract.history.sitemap_parts import sitemap_parts
from tasks.extract.history.within import within
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import after_poll, conditional
from tasks.extract.schedule.feed_answer import Answer, feed_answer, feed_gap
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.feed_date import MAX_AHEAD
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.receive import SITEMAP, entries
from tasks.extract.sources.received import Document, Received, page
from tasks.network.articles import Articles, Notes
from tasks.network.documents import document, reserved
from tasks.network.feed_at import FEED_LIMITS, feed_at
from tasks.network.fetcher import ACCEPT_FEED, Request, Response
from tasks.network.site import TOLD_TO_WAIT

MAX_PARTS = 5  # of a sitemap index that are asked at a poll
NEWS = timedelta(days=2)  # before the last poll, by which an entry of a sitemap may be older and still be new to us
MOST = 200  # pages a poll, some ten minutes of one site: the rest comes at the next


@dataclass(frozen=True)
class Poller:
    """Polls feeds one by one."""

    articles: Articles

    async def poll(self, source: Source, state: FeedState) -> AsyncIterator[Received]:
        """Everything new of one source. What to remember comes last, when all of its pages have been handed on."""
        notes, sites = Notes(), self.articles.sites
        now = sites.clock()
        etag, last_modified = conditional(state, now)
        request = Request(
            url=state.url,
            accept=ACCEPT_FEED,
            etag=etag,
            last_modified=last_modified,
            secret=source.headers,
            limits=FEED_LIMITS,
        )
        asked = await sites.get(request, source.source_id, "feed")
        notes.fetches.append(asked.fetch)
        if asked.wait is not None:  # nobody was asked, so that nothing new is known of the feed
            later = replace(state, due_at=now + asked.wait, last_error=TOLD_TO_WAIT)
            yield Received(polled=(_polled(source, later, notes),))
            return
        answer, found = asked.answer, None
        read: Feed | Refusal | None = None
        if isinstance(answer, Response) and answer.status == 200:
            found = document(source, answer, sites.clock())
            read = reserved(found, sites.agent, is_honoured=self.articles.honours_reservations)
            read = read or await asyncio.to_thread(self.articles.reader, found)
        if isinstance(read, Feed) and found:
            notes.documents.append(found)
            read = await self._news(source, state, read, notes)
        outcome = feed_answer(_answer(answer), read, now)
        if isinstance(read, Feed) and found:
            async for received in self._entries(source, state, found, read, notes):
                yield received
        elif isinstance(read, Refusal):
            yield Received(refusals=(read,))
        after = after_poll(state, outcome, now, source.interval)
        if notes.has_unsettled:  # a 304 at the next poll would leave them out for good
            after = replace(after, etag=None, last_modified=None)
        gap = feed_gap(state, outcome, sites.run_id, now)
        if after.body_sha256 == state.body_sha256:
            del notes.documents[:1]  # it is there already
        yield Received(polled=(_polled(source, after, notes, gap),))

    async def _news(self, source: Source, state: FeedState, read: Feed, notes: Notes) -> Feed:
        """A sitemap lists all that a site ever had: what is new in it, and in the newest parts of an index.

        Parts without a date of change may change though their index does not: then it isn't asked conditionally.
        """
        if read.version != SITEMAP:
            return read
        now = self.articles.sites.clock()
        since = (state.read_at or now) - NEWS
        known: list[Entry] = list(read.entries)
        todo = list(sitemap_parts(read.parts, since, now + MAX_AHEAD))
        notes.has_left = any(part.modified_at is None for part in read.parts)
        for _ in range(MAX_PARTS):
            if not todo:
                break
            part = await self._part(source, todo.pop(0).url, notes)
            known += part.entries
            todo = [*sitemap_parts(part.parts, since, now + MAX_AHEAD), *todo]
        news = tuple(entry for entry in known if within(entry, since, now + MAX_AHEAD))
        return replace(read, entries=news)

    async def _part(self, source: Source, url: str, notes: Notes) -> Feed:
        """A part of an index; an empty one where it could not be had, which is asked again at the next poll."""
        found = await feed_at(self.articles, source, url, "sitemap", notes)
        if isinstance(found, Refusal):
            notes.has_left = True
            return Feed()
        notes.documents.append(found[0])
        return found[1]

    async def _entries(
        self, source: Source, state: FeedState, found: Document, read: Feed, notes: Notes
    ) -> AsyncIterator[Received]:
        if read.version == SITEMAP and not read.entries:
            return
        received = entries(found, read)
        yield Received(pages=received.pages, refusals=received.refusals if state.body_sha256 is None else ())
        async for brought in self.articles.bring(source, received.pending, notes, MOST):
            yield brought


def _polled(source: Source, state: FeedState, notes: Notes, gap: FeedGap | None = None) -> Polled:
    return Polled(
        source_id=source.source_id,
        state=state,
        entries=tuple(notes.entries.items()),
        fetches=tuple(notes.fetches),
        gaps=(gap,) if gap else (),
        documents=tuple(page(found, "feed") for found in notes.documents),
    )


def _answer(answer: Response | Refusal) -> Answer | Refusal:
    if isinstance(answer, Refusal):
        return answer
    return Answer(status=answer.status, headers=answer.headers, body=answer.body, moved_to=answer.moved_to)
