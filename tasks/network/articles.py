"""The article of a feed entry: what the feed itself gives of it, or its pages. Robots, reservations and gates first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from courlan import normalize_url

from storage.feeds import known_entries
from storage.operations import EntryState, Fetch, Header, Page, Source
from tasks.extract.http.next_part import is_same_article, next_part
from tasks.extract.http.page_obstacle import page_obstacle
from tasks.extract.http.redirect import origin
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_visit import Visit, after_visit
from tasks.extract.schedule.feed_answer import entry_key
from tasks.extract.schedule.revisit import entry_mark, revisit
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.page_parts import MEDIA_TYPE, PagePart, joined_parts
from tasks.extract.sources.receive import read_feed
from tasks.extract.sources.received import Document, Pending, Received, page
from tasks.extract.sources.sniff import Kind, sniff
from tasks.network.body import Limits
from tasks.network.documents import disallowed, document, refused, reserved
from tasks.network.fetcher import Request, Response
from tasks.network.site import TOLD_TO_WAIT, Sites

FeedReader = Callable[[Document], Feed | Refusal]
PAGE_LIMITS = Limits(seconds=30, wire_bytes=5 * 1024**2, decoded_bytes=10 * 1024**2)
PARTS_BYTES = 20 * 1024**2  # of all pages of one article


@dataclass
class Notes:
    """What is gathered while one feed is read, to be handed on at its end."""

    fetches: list[Fetch] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    entries: dict[str, EntryState] = field(default_factory=dict)
    has_left: bool = False
    """Something was left for another time, because enough was looked at or it could not be had."""

    @property
    def has_unsettled(self) -> bool:
        return self.has_left or any(not state.is_settled for state in self.entries.values())


@dataclass(frozen=True)
class _Brought:
    """What came of an entry, and what that means for it."""

    received: Received
    visit: Visit


@dataclass(frozen=True)
class Articles:
    """Brings articles one by one. `honours_reservations` leaves out what its publisher reserves from mining.

    `reader` reads feeds; it is called in a thread.
    """

    sites: Sites
    honours_reservations: bool = True
    reader: FeedReader = read_feed

    async def bring(
        self, source: Source, entries: Sequence[Pending], notes: Notes, most: int
    ) -> AsyncIterator[Received]:
        """The articles of entries that are new or said to be changed; beyond `most` they are for another time."""
        keys = {entry_key(pending.entry): pending for pending in entries}
        known = await asyncio.to_thread(known_entries, self.sites.ledger, source.source_id, list(keys))
        for key, pending in keys.items():
            state, mark, now = known.get(key, EntryState()), entry_mark(pending.entry), self.sites.clock()
            if state.is_settled and not revisit(state, mark, now):
                if state.mark is None:
                    notes.entries[key] = replace(state, mark=mark)
                continue
            if most <= 0:
                notes.has_left = True
                break
            most -= 1
            brought = await self._one(source, pending, state, notes)
            notes.entries[key] = after_visit(state, brought.visit, mark, now)
            yield brought.received

    async def _one(self, source: Source, pending: Pending, state: EntryState, notes: Notes) -> _Brought:
        """The article of an entry, and whether that settles it."""
        is_given = pending.fallback is not None and (pending.entry.is_full or source.pages == "never")
        if pending.fallback is not None and is_given and source.pages != "always":
            return _Brought(Received(pages=(pending.fallback,)), Visit(is_final=True))
        if source.pages == "never":
            detail = f"{pending.locator} holds no article, and its pages are not to be fetched."
            return _refused(Refusal(locator=pending.locator, reason="no_text", detail=detail))
        url = normalize_url(pending.entry.url or pending.link)
        if not url.startswith(("http://", "https://")):
            detail = f"{pending.locator} links to {url[:200]!r}, which is no address of the web."
            return _refused(Refusal(locator=pending.locator, reason="bad_address", detail=detail))
        response = await self._asked(source, url, notes, state)
        if isinstance(response, Refusal):
            return _refused(response)
        visit = Visit(is_final=True, etag=response.header("etag"), last_modified=response.header("last-modified"))
        if response.status == 304:
            return _Brought(Received(), visit)
        first = self._checked(source, response)
        if isinstance(first, Refusal):
            return _refused(first)
        parts, missing = await self._parts(source, first, notes)
        received = Received(pages=(_page(source, pending, parts),), refusals=(missing,) if missing else ())
        return _Brought(received, replace(visit, is_final=missing is None or not missing.is_retryable))

    async def _parts(
        self, source: Source, first: Document, notes: Notes
    ) -> tuple[tuple[Document, ...], Refusal | None]:
        """The pages of an article, and why one of them is missing. Pages that turn out to be another article's or to
        repeat the one before end it."""
        parts = [first]
        while target := next_part(parts[-1].body, _url(parts[-1]), tuple(map(_url, parts[:-1]))):
            response = await self._asked(source, target, notes, EntryState())
            if isinstance(response, Response) and response.url in map(_url, parts):
                break
            part = response if isinstance(response, Refusal) else self._checked(source, response)
            if isinstance(part, Refusal):
                return tuple(parts), part
            size = sum(len(one.body) for one in (*parts, part))
            is_new = all(part.body != one.body for one in parts)
            if not is_new or size > PARTS_BYTES or not is_same_article(part.body, target, _url(first)):
                break
            parts.append(part)
        return tuple(parts), None

    async def _asked(self, source: Source, url: str, notes: Notes, state: EntryState) -> Response | Refusal:
        """Ask for a page, if the site's rules allow it."""
        rules, fetches = await self.sites.rules(url, source.source_id)
        notes.fetches += fetches
        if not rules.allows(url):
            return disallowed(url, is_retryable=rules.parsed is None)
        request = Request(
            url=url,
            etag=state.etag,
            last_modified=state.last_modified,
            secret=secrets(source, url),
            limits=PAGE_LIMITS,
        )
        asked = await self.sites.get(request, source.source_id, "page", rules.delay)
        notes.fetches.append(asked.fetch)
        return asked.answer

    def _checked(self, source: Source, response: Response) -> Document | Refusal:
        """The response as a document, if it is a page that may be used and no gate before one."""
        if response.status != 200:
            return refused(response)
        found = document(source, response, self.sites.clock())
        if refusal := reserved(found, self.sites.agent, is_honoured=self.honours_reservations):
            return refusal
        kind = sniff(found.body, response.url)
        if kind is not Kind.HTML:
            what = kind.detail if isinstance(kind, Refusal) else f"It is {kind.value}."
            detail = f"{response.url} is no HTML page. {what}"
            return Refusal(locator=response.url, reason="not_html", detail=detail)
        if obstacle := page_obstacle(found.body, response.url, response.hops):
            detail = f"{response.url} shows a gate instead of the article ({obstacle.id}). It is tried again."
            return Refusal(locator=response.url, reason=obstacle.value, detail=detail, is_retryable=True)
        return found


def _page(source: Source, pending: Pending, parts: tuple[Document, ...]) -> Page:
    """The raw record of an article: its page, or all of its pages as they came."""
    first, name, language = parts[0], source.name or pending.source_name, pending.language
    if len(parts) == 1:
        return page(first, "html", source_name=name, language=language, entry=pending.entry)
    body = joined_parts([PagePart(_url(part), part.media_type, part.body) for part in parts])
    about = replace(first, media_type=MEDIA_TYPE)
    return page(about, "html_pages", body=body, source_name=name, language=language, entry=pending.entry)


def _refused(refusal: Refusal) -> _Brought:
    visit = Visit(is_final=not refusal.is_retryable, is_asked=refusal.reason != TOLD_TO_WAIT)
    return _Brought(Received(refusals=(refusal,)), visit)


def _url(part: Document) -> str:
    return part.url or part.locator


def secrets(source: Source, url: str) -> tuple[Header, ...]:
    """The headers of the source, for its own server alone."""
    return source.headers if origin(url) == origin(source.address) else ()
