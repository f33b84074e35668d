"""What one stage hands to the next: Received → Cleaned → Annotated → Deduplicated.

Every batch carries its pages along, because what is kept and what is rejected is stored with its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.operations import Page, Rejection
from storage.records import Annotations, Article, Duplicate
from tasks.extract.schedule.polled import Polled


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Pages that this pipeline version has not settled yet, and what could not be read at all.

    Received = pages + rejections + unchanged + rejected_before. `skipped` are files that describe a collection,
    `polled` is what to remember of feeds once this batch is stored.
    """

    pages: tuple[Page, ...]
    rejections: tuple[Rejection, ...]
    unchanged: int
    rejected_before: tuple[str, ...]
    skipped: int
    is_last: bool
    polled: tuple[Polled, ...] = ()

    @property
    def received(self) -> int:
        """How many articles came in with this batch."""
        return len(self.pages) + len(self.rejections) + self.unchanged + len(self.rejected_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Articles read from the pages; `rejections` includes those of the stages before."""

    pages: tuple[Page, ...]
    articles: tuple[Article, ...]
    rejections: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """Articles with what was found in them; `rejections` includes those of the stages before."""

    pages: tuple[Page, ...]
    articles: tuple[tuple[Article, Annotations], ...]
    rejections: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated:
    """One revision an article, and which articles repeat the text of another."""

    pages: tuple[Page, ...]
    articles: tuple[tuple[Article, Annotations], ...]
    duplicates: tuple[Duplicate, ...]
    rejections: tuple[Rejection, ...]
