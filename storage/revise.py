"""Which text of an article is the current one. Pure: looks at an article and at what is known of it, decides, and
neither reads nor writes.

A text that another pipeline version makes of the page of the current text replaces it. Other
texts are ordered by when their publisher says they are from (`modified_at`, else `published_at`), then by when we
read them, then by their hash. This order is total and does not ask in which order texts arrive, so the same texts
give the same current one whether a backfill brings the old ones before the new ones or after. The publisher's word
goes before our clock because caches and archives serve old copies late; a copy that does not say when it was changed
counts as the text of its publication. A date of change more than two days after we read it is not believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from storage.batch import Change
from storage.records import Article

EARLIEST = date(1900, 1, 1)
AHEAD = timedelta(hours=48)
OF_ONE_READING = {"fetched_at", "raw_id"}
"""Columns that differ between two readings of the same thing."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the ledger knows of an article: its place and its current text."""

    article_id: str
    date: date
    part: int
    revision: int
    last_revision: int
    """Highest number given to a text of the article so far."""
    text_sha256: str
    content_sha256: str
    raw_id: str
    """The page that the current text was made of."""
    pipeline_version: str
    effective_at: datetime
    fetched_at: datetime
    ingested_at: datetime


@dataclass(frozen=True)
class Decision:
    """What to do with an article, and the number of the text it brings."""

    change: Change
    revision: int


def revise(
    article: Article, pipeline_version: str, head: Head | None, known_texts: Collection[str], *, is_removed: bool
) -> Decision:
    """Decide what an article that is handed in means for the one that is there.

    `known_texts` are the hashes of all texts that the article ever had.
    """
    if is_removed:
        return Decision(Change.REMOVED, 0)
    if head is None:
        return Decision(Change.NEW, 1)
    is_newer = order(article) > (head.effective_at, head.fetched_at, head.text_sha256)
    if article.text_sha256 == head.text_sha256:
        is_other = content_sha256(article) != head.content_sha256 and effective_at(article) > head.effective_at
        if is_other or pipeline_version != head.pipeline_version:
            return Decision(Change.REANNOTATED, head.revision)
        return Decision(Change.UNCHANGED, head.revision)
    if article.raw_id == head.raw_id and pipeline_version != head.pipeline_version:
        # The same bytes, read by other code: what it says now stands, whatever the order of texts says.
        return Decision(Change.REVISED, head.last_revision + 1)
    if article.text_sha256 in known_texts:
        # A text that was there before comes back only on its publisher's word: two copies of an article that differ
        # would otherwise replace each other at every run.
        is_newer = effective_at(article) > head.effective_at
        if not is_newer:
            return Decision(Change.UNCHANGED, head.revision)
    return Decision(Change.REVISED if is_newer else Change.LATE, head.last_revision + 1)


def effective_at(article: Article) -> datetime:
    """When the publisher says this text is from."""
    changed = article.modified_at
    if changed is not None and changed <= article.fetched_at + AHEAD:
        return max(changed, article.published_at)
    return article.published_at


def order(article: Article) -> tuple[datetime, datetime, str]:
    """The place of a text among the texts of its article; the highest is the current one."""
    return effective_at(article), article.fetched_at, article.text_sha256


def filing_date(article: Article) -> date:
    """The date under which an article is filed when it is first seen: of publication if it can be true, else of
    reading."""
    published = article.published_at.astimezone(UTC)
    if published.date() < EARLIEST or published > article.fetched_at + AHEAD:
        return article.fetched_at.astimezone(UTC).date()
    return published.date()


SAID = tuple(each.name for each in fields(Article) if each.name not in OF_ONE_READING)


def content_sha256(article: Article) -> str:
    """Hash of all that is said of an article but when and from which page it was read."""
    said = [getattr(article, name) for name in SAID]
    return hashlib.sha256(repr((SAID, said)).encode("utf-8", "surrogatepass")).hexdigest()
