"""Poll a feed and fetch the pages behind its new entries. What an answer means is decided in `tasks.extract`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from courlan import normalize_url

from storage.feeds import known_entries
from storage.operations import FeedGap, FeedState, Fetch, Page, Source
from tasks.extract.http.mining_reserved import mining_reserved
from tasks.extract.http.page_obstacle import page_obstacle
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import after_poll, conditional
from tasks.extract.schedule.feed_answer import Answer, entry_key, feed_answer, feed_gap
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.receive import entries, read_feed
from tasks.extract.sources.received import Document, Pending, Received, page
from tasks.extract.sources.sniff import Kind, sniff
from tasks.network.body import Limits
from tasks.network.fetcher import ACCEPT_FEED, Request, Response
from tasks.network.site import Sites

MAX_TRIES = 3  # polls at which the page of an entry is tried
FEED_LIMITS = Limits(seconds=30, wire_bytes=10 * 1024**2, decoded_bytes=20 * 1024**2)
PAGE_LIMITS = Limits(seconds=30, wire_bytes=5 * 1024**2, decoded_bytes=10 * 1024**2)


@dataclass
class _Notes:
    """What is gathered while one feed is polled, to be handed on at its end."""

    fetches: list[Fetch] = field(default_factory=list)
    entries: dict[str, int | None] = field(default_factory=dict)

    @property
    def has_unsettled(self) -> bool:
        return any(tries is not None for tries in self.entries.values())


@dataclass(frozen=True)
class Poller:
    """Polls feeds one by one. `honours_reservations` leaves out what its publisher reserves from mining."""

    sites: Sites
    honours_reservations: bool = True

    async def poll(self, source: Source, state: FeedState) -> AsyncIterator[Received]:
        """Everything new of one source. What to remember comes last, when all of its pages have been handed on."""
        notes = _Notes()
        now = self.sites.clock()
        etag, last_modified = conditional(state, now)
        request = Request(
            url=state.url,
            accept=ACCEPT_FEED,
            etag=etag,
            last_modified=last_modified,
            secret=source.headers,
            limits=FEED_LIMITS,
        )
        asked = await self.sites.get(request, source.source_id, "feed")
        notes.fetches.append(asked.fetch)
        answer = asked.answer
        document = None
        if isinstance(answer, Response) and answer.status == 200:
            document = self._document(source, answer)
        read = await asyncio.to_thread(read_feed, document) if document else None
        if document and (said := self._reserved(document)):
            read = _reserved_refusal(document.locator, said)
        outcome = feed_answer(_answer(answer), read, now)
        if isinstance(read, Feed) and document:
            async for received in self._entries(source, state, document, read, notes):
                yield received
        elif isinstance(read, Refusal):
            yield Received(refusals=(read,))
        after = after_poll(state, outcome, now, source.interval)
        if notes.has_unsettled:  # a 304 at the next poll would leave them out for good
            after = replace(after, etag=None, last_modified=None)
        gap = feed_gap(state, outcome, self.sites.run_id, now)
        is_new = document is not None and isinstance(read, Feed) and after.body_sha256 != state.body_sha256
        yield Received(polled=(self._polled(source, after, notes, gap, document if is_new else None),))

    async def _entries(
        self, source: Source, state: FeedState, document: Document, read: Feed, notes: _Notes
    ) -> AsyncIterator[Received]:
        found = entries(document, read)
        yield Received(pages=found.pages, refusals=found.refusals if state.body_sha256 is None else ())
        keys = {entry_key(pending.entry): pending for pending in found.pending}
        known = await asyncio.to_thread(known_entries, self.sites.ledger, source.source_id, list(keys))
        for key, pending in keys.items():
            tries = known.get(key, 0)
            if tries is None:
                continue
            received, is_final = await self._entry(source, pending, notes)
            notes.entries[key] = None if is_final or tries + 1 >= MAX_TRIES else tries + 1
            yield received

    async def _entry(self, source: Source, pending: Pending, notes: _Notes) -> tuple[Received, bool]:
        """The article of an entry, and whether that settles it."""
        is_given = pending.fallback is not None and (pending.entry.is_full or source.pages == "never")
        if pending.fallback is not None and is_given and source.pages != "always":
            return Received(pages=(pending.fallback,)), True
        if source.pages == "never":
            detail = f"{pending.locator} holds no article, and its pages are not to be fetched."
            return Received(refusals=(Refusal(locator=pending.locator, reason="no_text", detail=detail),)), True
        answer = await self._page(source, pending, notes)
        if isinstance(answer, Refusal):
            return Received(refusals=(answer,)), not answer.is_retryable
        return Received(pages=(answer,)), True

    async def _page(self, source: Source, pending: Pending, notes: _Notes) -> Page | Refusal:
        """Fetch the page of an entry, if the site's rules allow it."""
        url = normalize_url(pending.entry.url or pending.link)
        if not url.startswith(("http://", "https://")):
            detail = f"{pending.locator} links to {url[:200]!r}, which is no address of the web."
            return Refusal(locator=pending.locator, reason="bad_address", detail=detail)
        rules, fetches = await self.sites.rules(url, source.source_id)
        notes.fetches += fetches
        if not rules.allows(url):
            detail = f"{url} may not be fetched: the site's robots.txt disallows it, or could not be read."
            return Refusal(locator=url, reason="robots_disallowed", detail=detail, is_retryable=rules.parsed is None)
        request = Request(url=url, secret=source.headers if _same_site(url, source) else (), limits=PAGE_LIMITS)
        asked = await self.sites.get(request, source.source_id, "page", rules.delay)
        notes.fetches.append(asked.fetch)
        if isinstance(asked.answer, Refusal):
            return asked.answer
        return self._checked(source, pending, asked.answer)

    def _checked(self, source: Source, pending: Pending, response: Response) -> Page | Refusal:
        if response.status != 200:
            detail = f"{response.url} answered with status {response.status}."
            is_retryable = response.status in (408, 425, 429) or response.status >= 500
            return Refusal(
                locator=response.url, reason=f"http_{response.status}", detail=detail, is_retryable=is_retryable
            )
        document = self._document(source, response)
        if said := self._reserved(document):
            return _reserved_refusal(response.url, said)
        kind = sniff(document.body, response.url)
        if kind is not Kind.HTML:
            found = kind.detail if isinstance(kind, Refusal) else f"It is {kind.value}."
            detail = f"{response.url} is no HTML page. {found}"
            return Refusal(locator=response.url, reason="not_html", detail=detail)
        if obstacle := page_obstacle(document.body):
            detail = f"{response.url} shows a gate instead of the article ({obstacle.id}). It is tried again."
            return Refusal(locator=response.url, reason=obstacle.value, detail=detail, is_retryable=True)
        name, language = pending.source_name, pending.language
        return page(document, "html", source_name=source.name or name, language=language, entry=pending.entry)

    def _reserved(self, document: Document) -> str | None:
        if not self.honours_reservations:
            return None
        return mining_reserved(document.headers, document.body, self.sites.agent)

    def _document(self, source: Source, response: Response) -> Document:
        return Document(
            source_id=source.source_id,
            source_name=source.name,
            locator=response.url,
            body=response.body,
            fetched_at=self.sites.clock(),
            url=response.url,
            media_type=response.header("content-type"),
            status=response.status,
            headers=response.headers,
        )

    def _polled(
        self, source: Source, state: FeedState, notes: _Notes, gap: FeedGap | None, document: Document | None
    ) -> Polled:
        return Polled(
            source_id=source.source_id,
            state=state,
            entries=tuple(notes.entries.items()),
            fetches=tuple(notes.fetches),
            gaps=(gap,) if gap else (),
            documents=(page(document, "feed"),) if document else (),
        )


def _answer(answer: Response | Refusal) -> Answer | Refusal:
    if isinstance(answer, Refusal):
        return answer
    return Answer(status=answer.status, headers=answer.headers, body=answer.body, moved_to=answer.moved_to)


def _same_site(url: str, source: Source) -> bool:
    return urlsplit(url).netloc == urlsplit(source.address).netloc


def _reserved_refusal(locator: str, said: str) -> Refusal:
    detail = f"{locator} is reserved from text and data mining by {said}. Ask the publisher, or leave the source out."
    return Refusal(locator=locator, reason="tdm_reserved", detail=detail)
