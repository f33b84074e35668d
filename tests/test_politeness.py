"""Seven days of a publisher's log, played against a clock that the test turns: 25 checks a publisher would make.

They are what publishers have written down about feed readers: conditional requests, pace, freshness, refusals, moves,
identity. A tick every 15 minutes asks who is due, as the deployment does.
"""

from __future__ import annotations

import asyncio
import email.utils
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import webserver as web

from storage.feeds import feed_states
from storage.operations import FeedState, Source
from storage.state import Ledger
from tasks.extract.http.public_address import Guard
from tasks.extract.sources.received import Received, merged
from tasks.fetch import due_sources, settle
from tasks.network.articles import Articles
from tasks.network.fetcher import Fetcher
from tasks.network.live import AGENT, Manners
from tasks.network.poll import Poller
from tasks.network.resolver import Resolver
from tasks.network.site import Sites

START = datetime(2026, 1, 5, 0, 7, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@dataclass
class Publisher:
    """A site with feeds of every temper. Its log carries the simulated time."""

    now: datetime = START
    log: list[tuple[datetime, str, dict[str, str], int]] = field(default_factory=list)

    def body(self, every: timedelta, head: str = "") -> tuple[bytes, str, str]:
        """A feed that changes every so often, with its validators."""
        last = START - timedelta(days=2) + ((self.now - START + timedelta(days=2)) // every) * every
        items = "".join(
            f"<item><guid>{date.isoformat()}</guid><title>t</title><link>/page/{date.timestamp():.0f}</link>"
            f"<pubDate>{email.utils.format_datetime(date)}</pubDate></item>"
            for date in (last - number * every for number in range(12))
        )
        feed = f"<rss version='2.0'><channel><title>T</title>{head}{items}</channel></rss>"
        return feed.encode(), f'W/"{int(last.timestamp())}"', email.utils.format_datetime(last, usegmt=True)

    def feed(self, every: timedelta = 6 * HOUR, head: str = "", **headers: str) -> web.Handler:
        async def handle(exchange: web.Exchange) -> None:
            body, etag, modified = self.body(every, head)
            if exchange.headers.get("if-none-match") == etag:
                await self.answer(exchange, b"", "304 Not Modified", etag=etag, last_modified=modified, **headers)
            else:
                await self.answer(exchange, body, etag=etag, last_modified=modified, **headers)

        return handle

    def status(self, status: str, **headers: str) -> web.Handler:
        async def handle(exchange: web.Exchange) -> None:
            await self.answer(exchange, b"", status, **headers)

        return handle

    def until(self, change: timedelta, first: web.Handler, then: web.Handler) -> web.Handler:
        async def handle(exchange: web.Exchange) -> None:
            await (first if self.now < START + change else then)(exchange)

        return handle

    async def answer(self, exchange: web.Exchange, body: bytes, status: str = "200 OK", **headers: str) -> None:
        self.log.append((self.now, exchange.path, exchange.headers, int(status.split()[0])))
        await exchange.answer(body, status, **headers)

    def times(self, path: str) -> list[datetime]:
        return [time for time, asked, _, _ in self.log if asked == path]

    def gaps(self, path: str) -> list[timedelta]:
        return [later - earlier for earlier, later in pairwise(self.times(path))]

    def requests(self, path: str) -> list[tuple[dict[str, str], int]]:
        return [(headers, status) for _, asked, headers, status in self.log if asked == path]


FEEDS = (
    "/plain", "/busy", "/quiet", "/cached", "/expires", "/ttl", "/fast", "/weekly", "/night", "/weekend", "/throttled",
    "/dated", "/down", "/flaky", "/gone", "/moved", "/temporary", "/missing", "/own",
)  # fmt: skip


# What asks for rest does so for all of its domain.
OWN_HOSTS = {"/throttled": "throttled.example", "/dated": "dated.example"}


def handlers(site: Publisher) -> dict[str, web.Handler]:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(6))
    date = email.utils.format_datetime(START + 30 * HOUR, usegmt=True)
    return {
        "/plain": site.feed(),
        "/busy": site.feed(timedelta(minutes=10)),
        "/quiet": site.feed(timedelta(days=3)),
        "/cached": site.feed(HOUR, cache_control="public, max-age=14400"),
        "/expires": site.feed(3 * HOUR, expires=email.utils.format_datetime(START + 20 * HOUR, usegmt=True)),
        "/ttl": site.feed(HOUR, "<ttl>180</ttl>"),
        "/fast": site.until(8 * HOUR, site.feed(timedelta(minutes=5), "<ttl>15</ttl>"), site.status("410 Gone")),
        "/weekly": site.feed(HOUR, "<sy:updatePeriod>daily</sy:updatePeriod>"),
        "/night": site.feed(3 * HOUR, f"<skipHours>{hours}</skipHours>"),
        "/weekend": site.feed(3 * HOUR, "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"),
        "/throttled": site.until(HOUR, site.status("429 Slow Down", retry_after="36000"), site.feed()),
        "/dated": site.until(HOUR, site.status("503 Busy", retry_after=date), site.feed()),
        "/down": site.status("500 Oops"),
        "/flaky": site.until(timedelta(days=2), site.status("502 Oops"), site.feed()),
        "/gone": site.status("410 Gone"),
        "/moved": site.status("301 Moved", location="/new"),
        "/new": site.feed(),
        "/temporary": site.status("302 Found", location="/elsewhere"),
        "/elsewhere": site.feed(),
        "/missing": site.status("404 Not Found"),
        "/own": site.until(timedelta(days=1), site.feed(HOUR), site.status("410 Gone")),
        "/robots.txt": site.status("404 Not Found"),
        "*": site.status("404 Not Found"),
    }


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Publisher, dict[str, FeedState]]]:
    """The log of seven days and the states at their end."""
    site = Publisher()
    folder = tmp_path_factory.mktemp("week")
    with web.WebServer(handlers(site)) as server, Ledger.open(f"sqlite:///{folder}/ledger.db") as ledger:
        web.hasty(ledger).create()
        sources = [
            Source(
                source_id=path.strip("/"),
                address=server.url(path, OWN_HOSTS.get(path, "127.0.0.1")),
                pages="never",
                interval=timedelta(minutes=30) if path == "/own" else None,
            )
            for path in FEEDS
        ]
        asyncio.run(_seven_days(site, sources, ledger))
        yield site, feed_states(ledger)


async def _seven_days(site: Publisher, sources: list[Source], ledger: Ledger) -> None:
    async def sleep(seconds: float) -> None:
        site.now += timedelta(seconds=seconds)

    agent = Manners(contact="https://newslake.example/contact").user_agent("1")
    guard = Guard(networks=("127.0.0.0/8",))
    resolver = Resolver(lambda _, *rest: socket.getaddrinfo("127.0.0.1", *rest))
    async with Fetcher(agent, guard=guard, resolver=resolver, tls=ssl.create_default_context()) as fetcher:
        poller = Poller(Articles(Sites(fetcher, ledger, AGENT, "run", lambda: site.now, sleep)))
        tick = START
        while tick < START + WEEK:
            site.now = max(site.now, tick)
            for source, state in due_sources(sources, ledger, site.now):
                results: list[Received] = [received async for received in poller.poll(source, state)]
                settle(merged(results).polled, ledger, site.now)
            tick += timedelta(minutes=15)


def conditional(site: Publisher, path: str) -> list[bool]:
    return ["if-none-match" in headers for headers, _ in site.requests(path)]


CHECKS: dict[str, Callable[[Publisher, dict[str, FeedState]], bool]] = {
    "1 only the first request is unconditional": lambda s, _: (
        conditional(s, "/plain") == [False] + [True] * (len(s.times("/plain")) - 1)
    ),
    "2 ETags come back byte for byte": lambda s, _: all(
        headers.get("if-none-match", 'W/"').startswith('W/"') for headers, _ in s.requests("/plain")
    ),
    "3 a modification date is never invented": lambda s, _: all(
        "if-modified-since" not in headers for headers, _ in s.requests("/down")
    ),
    "4 modification dates come back byte for byte": lambda s, _: all(
        headers["if-modified-since"].endswith(" GMT") for headers, _ in s.requests("/plain")[1:]
    ),
    "5 unchanged feeds are answered by 304": lambda s, _: (
        sum(status == 304 for _, status in s.requests("/quiet")) >= len(s.times("/quiet")) - 4
    ),
    "6 never sooner than an hour": lambda s, _: all(
        gap >= HOUR for path in FEEDS if path not in ("/fast", "/own") for gap in s.gaps(path)
    ),
    "7 sooner only where the publisher says so": lambda s, _: min(s.gaps("/fast")) >= timedelta(minutes=15),
    "8 an operator's wish is kept above 15 minutes": lambda s, _: min(s.gaps("/own")) >= timedelta(minutes=30),
    "9 a quiet feed is asked less": lambda s, _: len(s.times("/quiet")) <= 10,
    "10 a busy feed is asked about hourly": lambda s, _: 100 <= len(s.times("/busy")) <= 168,
    "11 max-age is obeyed": lambda s, _: min(s.gaps("/cached")) >= 4 * HOUR,
    "12 Expires is obeyed": lambda s, _: s.times("/expires")[1] >= START + 19 * HOUR,
    "13 ttl is obeyed": lambda s, _: min(s.gaps("/ttl")) >= 3 * HOUR,
    "14 sy:updatePeriod is obeyed": lambda s, _: min(s.gaps("/weekly")) >= 24 * HOUR,
    "15 skipHours are skipped": lambda s, _: all(time.hour >= 6 for time in s.times("/night")[1:]),
    "16 skipDays are skipped": lambda s, _: all(time.weekday() < 5 for time in s.times("/weekend")[1:]),
    "17 Retry-After in seconds is obeyed": lambda s, _: s.gaps("/throttled")[0] >= 10 * HOUR,
    "18 Retry-After as a date is obeyed": lambda s, _: s.times("/dated")[1] >= START + 30 * HOUR,
    "19 a failing feed is asked ever less": lambda s, _: (
        len(s.times("/down")) <= 8 and s.gaps("/down") == sorted(s.gaps("/down"))
    ),
    "20 a feed that recovers is read again": lambda _, states: (
        states["flaky"].failures == 0 and states["flaky"].read_at is not None
    ),
    "21 a feed that is gone is not asked again": lambda s, states: (
        len(s.times("/gone")) == 1 and states["gone"].disabled_because == "gone"
    ),
    "22 a feed that moved is asked at its new place": lambda s, states: (
        states["moved"].url.endswith("/new") and 3 <= len(s.times("/moved")) <= 24
    ),
    "23 a feed that is elsewhere for a time keeps its place": lambda _, states: states["temporary"].url.endswith(
        "/temporary"
    ),
    "24 requests say who asks and how to reach us": lambda s, _: all(
        headers["user-agent"] == "Newslake/1 (+https://newslake.example/contact)"
        and "cookie" not in headers
        and "referer" not in headers
        for _, _, headers, _ in s.log
    ),
    "25 one request at a time, with a pause": lambda s, _: all(
        later - earlier >= timedelta(seconds=3)
        for (earlier, path, asked, _), (later, _, then, _) in pairwise(s.log)
        if path not in ("/moved", "/temporary")  # redirects are followed at once
        and asked["host"] == then["host"]
    ),
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_publisher_finds_nothing_to_complain_of(check: str, week: tuple[Publisher, dict[str, FeedState]]) -> None:
    site, states = week
    assert CHECKS[check](site, states), {path: len(site.times(path)) for path in FEEDS}


def test_there_are_25_checks_and_every_feed_was_asked(week: tuple[Publisher, dict[str, FeedState]]) -> None:
    assert len(CHECKS) == 25
    assert all(week[0].times(path) for path in FEEDS)
