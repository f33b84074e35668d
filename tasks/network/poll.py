"""Poll a feed and bring the articles of its new entries. What an answer means is decided in `tasks.extract`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from storage.operations import FeedGap, FeedState, Source
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import after_poll, conditional
from tasks.extract.schedule.feed_answer import Answer, feed_answer, feed_gap
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.receive import entries, read_feed
from tasks.extract.sources.received import Document, Received, page
from tasks.network.articles import Articles, Notes
from tasks.network.body import Limits
from tasks.network.documents import document, reserved
from tasks.network.fetcher import ACCEPT_FEED, Request, Response
from tasks.network.site import TOLD_TO_WAIT

MOST = 200  # pages a poll, some ten minutes of one site: the rest comes at the next
FEED_LIMITS = Limits(seconds=30, wire_bytes=10 * 1024**2, decoded_bytes=20 * 1024**2)


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
            yield Received(polled=(_polled(source, later, notes, None, None),))
            return
        answer, found = asked.answer, None
        read: Feed | Refusal | None = None
        if isinstance(answer, Response) and answer.status == 200:
            found = document(source, answer, sites.clock())
            read = reserved(found, sites.agent, is_honoured=self.articles.honours_reservations)
            read = read or await asyncio.to_thread(read_feed, found)
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
        is_new = isinstance(read, Feed) and after.body_sha256 != state.body_sha256
        yield Received(polled=(_polled(source, after, notes, gap, found if is_new else None),))

    async def _entries(
        self, source: Source, state: FeedState, found: Document, read: Feed, notes: Notes
    ) -> AsyncIterator[Received]:
        received = entries(found, read)
        yield Received(pages=received.pages, refusals=received.refusals if state.body_sha256 is None else ())
        async for brought in self.articles.bring(source, received.pending, notes, MOST):
            yield brought


def _polled(source: Source, state: FeedState, notes: Notes, gap: FeedGap | None, found: Document | None) -> Polled:
    return Polled(
        source_id=source.source_id,
        state=state,
        entries=tuple(notes.entries.items()),
        fetches=tuple(notes.fetches),
        gaps=(gap,) if gap else (),
        documents=(page(found, "feed"),) if found else (),
    )


def _answer(answer: Response | Refusal) -> Answer | Refusal:
    if isinstance(answer, Refusal):
        return answer
    return Answer(status=answer.status, headers=answer.headers, body=answer.body, moved_to=answer.moved_to)
