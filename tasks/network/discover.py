"""Find the feed of a site and look at what it would bring. Nothing is stored but the record of robots and turns."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from storage.operations import Header
from tasks.extract.refusal import Refusal
from tasks.extract.sources.discover import feed_links, usual_addresses
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.receive import read_feed
from tasks.extract.sources.received import Document
from tasks.network.articles import FeedReader
from tasks.network.feed_at import FEED_LIMITS
from tasks.network.fetcher import ACCEPT_FEED, Request, Response
from tasks.network.site import Sites

MAX_TRIED = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was read, and its address."""

    address: str
    feed: Feed


async def discover(
    sites: Sites, url: str, reader: FeedReader = read_feed, secret: tuple[Header, ...] = ()
) -> tuple[Found, ...] | Refusal:
    """The feeds at an address: it may be a feed, or a page that has one; else the usual places and robots' sitemaps."""
    first = await _read(sites, url, reader, secret)
    if isinstance(first, Found):
        return (first,)
    if isinstance(first, Refusal):
        return first
    found = await _all(sites, feed_links(first.body, first.url), reader, enough=5)
    if not found:
        found = await _all(sites, usual_addresses(first.url), reader, enough=1)
    if not found:
        rules, _ = await sites.rules(first.url, "discovery")
        found = await _all(sites, rules.sitemaps, reader, enough=1)
    if found:
        return tuple(found)
    detail = f"No feed was found at {url}, in the usual places or in its sitemaps. Give the address of a feed."
    return Refusal(locator=url, reason="no_feed_found", detail=detail)


async def _all(sites: Sites, addresses: tuple[str, ...], reader: FeedReader, enough: int) -> list[Found]:
    found: list[Found] = []
    for address in addresses[:MAX_TRIED]:
        read = await _read(sites, address, reader)
        if isinstance(read, Found) and read.feed.entries:
            found.append(read)
        if len(found) == enough:
            break
    return found


async def _read(
    sites: Sites, url: str, reader: FeedReader, secret: tuple[Header, ...] = ()
) -> Found | Response | Refusal:
    """A feed, else the response as it is, else why there is none."""
    request = Request(url=url, accept=ACCEPT_FEED, limits=FEED_LIMITS, secret=secret)
    answer = (await sites.get(request, "discovery", "discovery")).answer
    if isinstance(answer, Refusal):
        return answer
    if answer.status != 200:
        detail = f"{url} answered with status {answer.status}."
        return Refusal(locator=url, reason=f"http_{answer.status}", detail=detail)
    document = Document(
        source_id="discovery",
        locator=answer.url,
        url=answer.url,
        body=answer.body,
        fetched_at=sites.clock(),
        media_type=answer.header("content-type"),
    )
    read = await asyncio.to_thread(reader, document)
    return Found(answer.url, read) if isinstance(read, Feed) else answer
