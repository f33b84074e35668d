"""What a run hands to the lake, and what the lake says it did with it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.noted import Noted
from storage.operations import FeedGap, Fetch, Page, Rejection, Removal, Retirement, Run, Sketch
from storage.records import Annotations, Article, Duplicate, Story, StoryArticle


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Things to be stored together. `now` becomes `ingested_at` of every revision that is new."""

    run_id: str
    pipeline_version: str
    """Version of everything that made the rows: code, rules, model. Rows are made again only when it changes."""
    now: datetime
    pages: tuple[Page, ...] = ()
    articles: tuple[tuple[Article, Annotations | Noted], ...] = ()
    """With their annotations, as records or as workers hand them over."""
    duplicates: tuple[Duplicate, ...] = ()
    sketches: tuple[Sketch, ...] = ()
    """Of articles that are in the batch too; those of texts that become current are remembered."""
    stories: tuple[Story, ...] = ()
    story_articles: tuple[StoryArticle, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    runs: tuple[Run, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    feed_gaps: tuple[FeedGap, ...] = ()
    removals: tuple[Removal, ...] = ()
    retirements: tuple[Retirement, ...] = ()


class Change(StrEnum):
    """What became of an article that was handed in."""

    NEW = "new"
    REVISED = "revised"
    REANNOTATED = "reannotated"
    """The text is the current one, but a newer pipeline or the publisher changed what is said about it."""
    LATE = "late"
    """An older text than the current one: kept in `revisions`, the current one stays."""
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    """It was taken down and does not come back."""


@dataclass(frozen=True)
class Outcome:
    """What became of a page."""

    kind: str
    """kept or rejected"""
    reason: str | None = None
    article_id: str | None = None


@dataclass(frozen=True)
class Written:
    """What was written of a table."""

    files: int = 0
    rows: int = 0
    """Rows added or replaced."""
    bytes: int = 0
    """Bytes of the parts that were written, old rows included."""

    def __add__(self, other: Written) -> Written:
        return Written(self.files + other.files, self.rows + other.rows, self.bytes + other.bytes)


@dataclass(frozen=True)
class Stored:
    """What storing a batch did."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    """Per article id."""
    written: Mapping[str, Written] = field(default_factory=dict)
    """Per table, as far as this process wrote it; earlier batches that were still waiting are written too."""
    is_projected: bool = True
    """False where another process was writing: it writes this batch too, or the next run does."""
