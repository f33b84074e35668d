"""From a response to a document, or to the reason why it is none that may be used."""

from __future__ import annotations

from datetime import datetime

from storage.operations import Source
from tasks.extract.http.mining_reserved import mining_reserved
from tasks.extract.refusal import Refusal
from tasks.extract.sources.css_hint import css_header
from tasks.extract.sources.received import Document
from tasks.network.fetcher import Response


def document(source: Source, response: Response, now: datetime) -> Document:
    """The body of a response with what it came with, and what its source says of how to read it."""
    return Document(
        source_id=source.source_id,
        source_name=source.name,
        locator=response.url,
        body=response.body,
        fetched_at=now,
        url=response.url,
        media_type=response.header("content-type"),
        status=response.status,
        headers=response.headers + css_header(source.css),
    )


def refused(response: Response) -> Refusal:
    """A response whose status is not 200."""
    detail = f"{response.url} answered with status {response.status}."
    is_retryable = response.status in (408, 425, 429) or response.status >= 500
    return Refusal(locator=response.url, reason=f"http_{response.status}", detail=detail, is_retryable=is_retryable)


def disallowed(url: str, *, is_retryable: bool) -> Refusal:
    """robots.txt forbids it, or could not be read, which may pass."""
    detail = f"{url} may not be fetched: the site's robots.txt disallows it, or could not be read."
    return Refusal(locator=url, reason="robots_disallowed", detail=detail, is_retryable=is_retryable)


def reserved(found: Document, agent: str, *, is_honoured: bool) -> Refusal | None:
    """Why the document may not be used, if its publisher reserves it and that is honoured."""
    said = mining_reserved(found.headers, found.body, agent) if is_honoured else None
    if said is None:
        return None
    name = found.locator
    detail = f"{name} is reserved from text and data mining by {said}. Ask the publisher, or leave the source out."
    return Refusal(locator=name, reason="tdm_reserved", detail=detail)
