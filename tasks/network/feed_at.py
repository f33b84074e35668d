"""Read a feed or sitemap at an address that another document named: politely, and only if it may be used."""

from __future__ import annotations

import asyncio

from storage.operations import Source
from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.received import Document
from tasks.network.articles import Articles, Notes, secrets
from tasks.network.body import Limits
from tasks.network.documents import disallowed, document, refused, reserved
from tasks.network.fetcher import ACCEPT_FEED, Request

FEED_LIMITS = Limits(seconds=30, wire_bytes=10 * 1024**2, decoded_bytes=20 * 1024**2)


async def feed_at(
    articles: Articles, source: Source, url: str, purpose: str, notes: Notes
) -> tuple[Document, Feed] | Refusal:
    """The document and what was read of it; the source's own address is asked whatever robots.txt says."""
    sites, delay = articles.sites, None
    if url != source.address:
        rules, fetches = await sites.rules(url, source.source_id)
        notes.fetches += fetches
        if not rules.allows(url):
            return disallowed(url, is_retryable=rules.parsed is None)
        delay = rules.delay
    request = Request(url=url, accept=ACCEPT_FEED, secret=secrets(source, url), limits=FEED_LIMITS)
    asked = await sites.get(request, source.source_id, purpose, delay)
    notes.fetches.append(asked.fetch)
    if isinstance(asked.answer, Refusal):
        return asked.answer
    if asked.answer.status != 200:
        return refused(asked.answer)
    found = document(source, asked.answer, sites.clock())
    if refusal := reserved(found, sites.agent, is_honoured=articles.honours_reservations):
        return refusal
    read = await asyncio.to_thread(articles.reader, found)
    return read if isinstance(read, Refusal) else (found, read)
