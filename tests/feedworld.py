"""A world for tests of polling: a real server, a real ledger, and a clock that the test turns."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import webserver as web

from storage.feeds import feed_states
from storage.operations import FeedState, Source
from storage.state import Ledger
from tasks.extract.http.public_address import Guard
from tasks.extract.sources.received import Received, merged
from tasks.fetch import settle
from tasks.network.articles import Articles
from tasks.network.fetcher import Fetcher
from tasks.network.live import AGENT
from tasks.network.poll import Poller
from tasks.network.site import Sites

START = datetime(2026, 1, 5, tzinfo=UTC)
LOOPBACK = Guard(networks=("127.0.0.0/8",))
TLS = ssl.create_default_context()  # reading all authorities takes longer than a test
PARAGRAPH = "The council of Port Ellery met on Monday and voted for the plan after a long debate. " * 4
PAGE = f"<!doctype html><html><head><title>T</title></head><body><article><p>{PARAGRAPH}</p></article></body></html>"


def feed(*items: str, head: str = "") -> bytes:
    channel = f"<channel><title>Gazette</title>{head}{''.join(items)}</channel>"
    return f"<?xml version='1.0'?><rss version='2.0'>{channel}</rss>".encode()


def item(link: str, *, content: str = "Short ...", date: str = "Mon, 05 Jan 2026 00:00:00 GMT") -> str:
    about = f"<title>{link}</title><link>{link}</link><pubDate>{date}</pubDate>"
    return f"<item>{about}<description>{content}</description></item>"


@dataclass
class World:
    """A server, a ledger and a clock. Sleeping turns the clock."""

    server: web.WebServer
    ledger: Ledger
    now: datetime = START
    times: list[tuple[str, datetime]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def poll(self, source: Source, state: FeedState | None = None, *, honours: bool = True) -> Received:
        """Poll once, whatever the schedule says, and remember what is to be remembered."""

        async def run() -> list[Received]:
            async with Fetcher("Newslake/test (+https://newslake.example)", guard=LOOPBACK, tls=TLS) as fetcher:
                sites = Sites(fetcher, self.ledger, AGENT, "run", lambda: self.now, self.sleep)
                before = state or feed_states(self.ledger).get(source.source_id)
                known = before or FeedState(source_id=source.source_id, url=source.address)
                return [received async for received in Poller(Articles(sites, honours)).poll(source, known)]

        result = merged(asyncio.run(run()))
        settle(result.polled, self.ledger, self.now)
        return result

    def state(self, source: Source) -> FeedState:
        return feed_states(self.ledger)[source.source_id]

    def source(self, path: str = "/feed", **options: object) -> Source:
        return Source(source_id=path.strip("/"), address=self.server.url(path), **options)
