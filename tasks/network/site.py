"""One site after the other, one request at a time: robots.txt, pacing, and the record of every request."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import tldextract

from storage.feeds import StoredRobots, end_turn, save_robots, stored_robots, take_turn
from storage.operations import Fetch
from storage.state import Ledger
from tasks.extract.http.redirect import redacted
from tasks.extract.http.robots import RobotsFile, Rules, robots
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.hints import retry_after
from tasks.network.body import Limits
from tasks.network.fetcher import Fetcher, Request, Response

MIN_GAP = timedelta(seconds=3)
MAX_WAIT = timedelta(minutes=5)  # for a turn; no request and no Crawl-delay lasts that long
BUSY = timedelta(minutes=10)  # that a server is left alone which says 429 and not for how long
PATIENCE = timedelta(seconds=2)  # after which a turn that another worker holds is asked for again
MARGIN = timedelta(seconds=5)  # by which a turn is held longer than a request may last
ROBOTS_LIMITS = Limits(seconds=20, wire_bytes=2 * 1024**2, decoded_bytes=2 * 1024**2)
# The list of public suffixes that comes with the library; nothing is downloaded.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass
class Sites:
    """The only way to a server. One request at a time and registrable domain, across workers, with a gap after each."""

    fetcher: Fetcher
    ledger: Ledger
    agent: str
    run_id: str
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    gap: timedelta = MIN_GAP
    _queues: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def get(self, request: Request, source_id: str, purpose: str, delay: float | None = None) -> Asked:
        """Wait for the domain's turn, ask, and record it. `delay` is a Crawl-delay in seconds.

        A domain that has said when to come again (429, 503) isn't asked before, at none of its hosts, by no worker.
        """
        domain, holder = registrable_domain(request.url), uuid.uuid4().hex
        hold = timedelta(seconds=request.limits.seconds) + MARGIN
        async with self._queues.setdefault(domain, asyncio.Lock()):
            while wait := await asyncio.to_thread(take_turn, self.ledger, domain, holder, self.clock(), hold):
                if wait > MAX_WAIT:
                    told = _told_to_wait(request.url, wait)
                    return Asked(told, self._record(request, source_id, purpose, self.clock(), told), wait)
                await self.sleep(min(wait, PATIENCE).total_seconds())
            started = self.clock()
            pause = max(self.gap, timedelta(seconds=delay or 0))
            try:
                answer = await self.fetcher.get(request)
                pause = max(pause, _asked_for(answer, self.clock()))
            finally:
                await asyncio.to_thread(end_turn, self.ledger, domain, holder, self.clock() + pause)
        return Asked(answer, self._record(request, source_id, purpose, started, answer))

    async def rules(self, url: str, source_id: str) -> tuple[Rules, tuple[Fetch, ...]]:
        """What the site's robots.txt allows, asked for at most once a day."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        stored = await asyncio.to_thread(stored_robots, self.ledger, origin)
        fetches: tuple[Fetch, ...] = ()
        if stored is None or not _file(stored).is_fresh(self.clock()):
            request = Request(url=f"{origin}/robots.txt", accept="text/plain", limits=ROBOTS_LIMITS)
            asked = await self.get(request, source_id, "robots")
            stored = _stored(asked.answer, stored, self.clock())
            await asyncio.to_thread(save_robots, self.ledger, origin, stored)
            fetches = (asked.fetch,)
        return robots(_file(stored), self.agent, self.clock()), fetches

    def _record(
        self, request: Request, source_id: str, purpose: str, started: datetime, answer: Response | Refusal
    ) -> Fetch:
        url = redacted(request.url)
        seconds = (self.clock() - started).total_seconds()
        fetch_id = hashlib.sha256(f"{self.run_id}\0{url}\0{started.isoformat()}".encode()).hexdigest()[:32]
        response = answer if isinstance(answer, Response) else None
        body = response.body if response else b""
        return Fetch(
            fetch_id=fetch_id,
            run_id=self.run_id,
            source_id=source_id,
            url=url,
            purpose=purpose,
            fetched_at=started,
            seconds=seconds,
            status=response.status if response else None,
            final_url=redacted(response.url) if response else None,
            hops=tuple(map(redacted, response.hops)) if response else (),
            wire_bytes=response.wire_bytes if response else 0,
            body_bytes=len(body),
            body_sha256=hashlib.sha256(body).hexdigest() if body else None,
            etag=response.header("etag") if response else None,
            last_modified=response.header("last-modified") if response else None,
            reason=_reason(answer),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer and the record of having asked. `wait` is set where nobody was asked, because the domain wants rest."""

    answer: Response | Refusal
    fetch: Fetch
    wait: timedelta | None = None


TOLD_TO_WAIT = "told_to_wait"


def _told_to_wait(url: str, wait: timedelta) -> Refusal:
    name = redacted(url)
    detail = f"{name} was not asked: its domain wants to be left alone for another {wait.total_seconds():.0f} s."
    return Refusal(locator=name, reason=TOLD_TO_WAIT, detail=detail, is_retryable=True)


def _asked_for(answer: Response | Refusal, now: datetime) -> timedelta:
    """How long the server asks to be left alone; zero where it does not."""
    if not isinstance(answer, Response) or answer.status not in (429, 503):
        return timedelta()
    return retry_after(answer.header("retry-after"), now) or (BUSY if answer.status == 429 else timedelta())


def _reason(answer: Response | Refusal) -> str | None:
    if isinstance(answer, Refusal):
        return answer.reason
    return None if answer.status < 400 else f"http_{answer.status}"


def registrable_domain(url: str) -> str:
    """What one publisher registered (news.example.co.uk: example.co.uk); the host itself where there is no suffix."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return _suffixes(host).top_domain_under_public_suffix or host


def _file(stored: StoredRobots) -> RobotsFile:
    return RobotsFile(stored.status, stored.body, stored.fetched_at, stored.failing_since)


def _stored(answer: Response | Refusal, before: StoredRobots | None, now: datetime) -> StoredRobots:
    """An unreachable one keeps the moment from which it is so; redirects that lead nowhere mean that there is none."""
    if isinstance(answer, Response) and answer.status < 500:
        return StoredRobots(answer.status, answer.body, now, None)
    if isinstance(answer, Refusal) and answer.reason in ("too_many_redirects", "redirect_loop", "bad_redirect"):
        return StoredRobots(404, b"", now, None)
    since = before.failing_since if before and before.failing_since else now
    return StoredRobots(answer.status if isinstance(answer, Response) else None, b"", now, since)
