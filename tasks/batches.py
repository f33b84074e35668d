"""What one stage hands to the next: Received → Cleaned → Annotated → Deduplicated.

Every batch carries its pages along, because what is kept and what is rejected is stored with its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.noted import Noted
from storage.operations import Page, Rejection, Sketch
from storage.records import Article, Duplicate
from tasks.extract.schedule.polled import Polled


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A page that this pipeline version has settled before, or that stands in the same batch twice."""

    source_id: str
    reason: str | None = None
    """Why it was rejected; None if it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """How long a worker took for a chunk of articles."""

    stage: str
    seconds: float
    articles: int
    longest: str
    """Where the longest of them stood: it is usually the one that took the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Pages that this pipeline version has not settled yet, and what could not be read at all.

    Received = pages + rejections + settled. `skipped` are files that describe a collection, `polled` is what to
    remember of feeds once this batch is stored.
    """

    pages: tuple[Page, ...]
    rejections: tuple[Rejection, ...]
    is_last: bool
    settled: tuple[Settled, ...] = ()
    skipped: int = 0
    polled: tuple[Polled, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Articles read from the pages; `rejections` includes those of the stages before."""

    pages: tuple[Page, ...]
    articles: tuple[Article, ...]
    rejections: tuple[Rejection, ...]
    slow: tuple[Slow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Articles with what was found in them, and a sketch of each, in the same order; `rejections` and `slow` include
    those of the stages before."""

    pages: tuple[Page, ...]
    articles: tuple[tuple[Article, Noted], ...]
    sketches: tuple[Sketch, ...]
    rejections: tuple[Rejection, ...]
    slow: tuple[Slow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated:
    """One revision an article, and which articles repeat the text of another; `sketches` to find that out later."""

    pages: tuple[Page, ...]
    articles: tuple[tuple[Article, Noted], ...]
    duplicates: tuple[Duplicate, ...]
    sketches: tuple[Sketch, ...]
    rejections: tuple[Rejection, ...]
