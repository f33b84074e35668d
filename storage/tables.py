"""The tables of the lake: what a row of each is, where it is filed, what makes it unique and how it is sorted.

Adding a table is one entry in `TABLES`. Nothing here reads or writes.

A family is a set of tables that are filed together: an item of the family (an article, a page, a rejection, a
run) is given a date and a part when it is first seen, keeps them for good, and has the same part number in every
table. The partition key stands only in the path: a column of that name inside the file makes pandas and pyarrow
raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

import pyarrow as pa

from storage.operations import FeedGap, Fetch, Page, Rejection, Removal, Retirement, Run
from storage.records import (
    Article,
    ArticleKey,
    Claim,
    Duplicate,
    Event,
    Mention,
    Placement,
    Quote,
    Replaced,
    Story,
    StoryArticle,
    Timex,
)
from storage.schemas import joined

SCHEMA_VERSION = 3
"""Raised by one whenever a column or table is added; a lake of an older version needs `newslake migrate`."""


@dataclass(frozen=True)
class Family:
    """Items that are filed together, and how many of them one part holds."""

    name: str
    partition: str
    """Key of the partition, a date."""
    owner: str
    """Column that says which item a row belongs to."""
    items_per_part: int
    bytes_per_part: int
    """Uncompressed size after which a part takes no further items."""


ARTICLES = Family("articles", "published_date", "article_id", items_per_part=2_500, bytes_per_part=32 << 20)
RAW = Family("raw", "fetched_date", "raw_id", items_per_part=10_000, bytes_per_part=32 << 20)
REJECTIONS = Family("rejections", "run_date", "rejection_id", items_per_part=50_000, bytes_per_part=64 << 20)
RUNS = Family("runs", "run_date", "run_id", items_per_part=50_000, bytes_per_part=64 << 20)
STORIES = Family("stories", "first_date", "story_id", items_per_part=20_000, bytes_per_part=32 << 20)
FETCHES = Family("fetches", "run_date", "fetch_id", items_per_part=50_000, bytes_per_part=64 << 20)
FEED_GAPS = Family("feed_gaps", "run_date", "gap_id", items_per_part=50_000, bytes_per_part=64 << 20)
RETIREMENTS = Family("retirements", "retired_date", "retirement_id", items_per_part=50_000, bytes_per_part=64 << 20)
REMOVALS = Family("removals", "removed_date", "tombstone", items_per_part=50_000, bytes_per_part=64 << 20)


@dataclass(frozen=True)
class Table:
    """A table: its rows, its place and its order.

    `field` names where its records come from: an attribute of `Annotations` for annotations, of `Batch` otherwise.
    `dated_by` is the instant whose date files an item of a family of one table; articles are filed by
    `published_at`, see `storage.revise`.
    """

    name: str
    family: Family
    records: tuple[type, ...]
    key: tuple[str, ...]
    sort: tuple[str, ...]
    meaning: str
    field: str
    dated_by: str | None = None
    count: str | None = None
    """Of annotations: the column of `articles` that says how many rows an article has here."""
    rows_per_group: int = 250_000
    small_rows: int = 256
    """Up to this many rows, making a part should take little time rather than give few bytes."""
    is_replaceable: bool = False
    """Of a single table: a row that is handed in again takes the place of the one before."""

    @cached_property
    def schema(self) -> pa.Schema:
        """Columns of a part; the partition key is not among them."""
        return joined(self.records, {"newslake.table": self.name, "newslake.schema_version": str(SCHEMA_VERSION)})

    @cached_property
    def empty(self) -> pa.Table:
        """No rows. Making this anew for each part that is not there would cost as much as reading one."""
        return self.schema.empty_table()

    @cached_property
    def strings(self) -> list[str]:
        """Columns of strings."""
        return [field.name for field in self.schema if pa.types.is_string(field.type)]

    def day(self, record: object) -> date:
        """The date under which a record of a single table is filed, in UTC."""
        instant: datetime = getattr(record, self.dated_by or "")
        return instant.astimezone(UTC).date()

    @property
    def partition(self) -> str:
        return self.family.partition


def _annotation(name: str, record: type, id_column: str, meaning: str, *, count: str = "") -> Table:
    return Table(
        name,
        ARTICLES,
        (ArticleKey, record),
        key=("article_id", id_column),
        sort=("article_id", id_column),
        meaning=meaning,
        field=name,
        count=count or id_column.removesuffix("_id") + "_count",
    )


# Within a family, in the order in which a commit writes: what is replaced is saved first, articles come last, so
# that a visible article has its annotations.
TABLES: tuple[Table, ...] = (
    Table(
        "revisions", ARTICLES, (Article, Placement, Replaced), key=("article_id", "revision"),
        sort=("article_id", "revision"), field="revisions", rows_per_group=20_000, small_rows=4,
        meaning="Texts that an article had before, whole, with what the next text changed",
    ),
    _annotation("mentions", Mention, "mention_id", "Named entities, and the phrases and pronouns that stand for them"),
    _annotation("quotes", Quote, "quote_id", "Who said what: reported speech with its speaker"),
    _annotation("claims", Claim, "claim_id", "Quantities, what they count, and who asserts them"),
    _annotation("timexes", Timex, "timex_id", "Expressions of time, resolved against the publication date"),
    _annotation(
        "events", Event, "event_mention_id", "Who did what to whom, where, when, in PLOVER types", count="event_count"
    ),
    Table(
        "duplicates", ARTICLES, (Duplicate,), key=("article_id", "original_id"), sort=("article_id", "original_id"),
        field="duplicates", meaning="Articles that repeat an earlier one, whole or in part; filed with the later",
    ),
    Table(
        "story_articles", ARTICLES, (StoryArticle,), key=("article_id",), sort=("article_id",), field="story_articles",
        meaning="To which story each article belongs, and whose text it carries",
    ),
    Table(
        "articles", ARTICLES, (Article, Placement), key=("article_id",), sort=("published_at", "article_id"),
        field="articles", rows_per_group=20_000, small_rows=4, meaning="Articles, cleaned: the current text of each",
    ),
    Table(
        "raw", RAW, (Page,), key=("raw_id",), sort=("fetched_at", "raw_id"), field="pages", dated_by="fetched_at",
        rows_per_group=1_000, small_rows=0,
        meaning="What was received, byte for byte; everything else can be made from it again",
    ),
    Table(
        "stories", STORIES, (Story,), key=("story_id",), sort=("first_published_at", "story_id"), field="stories",
        dated_by="first_published_at", is_replaceable=True,
        meaning="Articles that tell of the same happening; filed by the day on which the story was first seen",
    ),
    Table(
        "rejections", REJECTIONS, (Rejection,), key=("rejection_id",), sort=("rejected_at", "rejection_id"),
        field="rejections", dated_by="rejected_at", meaning="What was received and did not become an article, and why",
    ),
    Table(
        "runs", RUNS, (Run,), key=("run_id",), sort=("started_at", "run_id"), field="runs", dated_by="started_at",
        meaning="Runs that changed the lake",
    ),
    Table(
        "fetches", FETCHES, (Fetch,), key=("fetch_id",), sort=("fetched_at", "fetch_id"), field="fetches",
        dated_by="fetched_at", meaning="Requests to servers and what they came to",
    ),
    Table(
        "feed_gaps", FEED_GAPS, (FeedGap,), key=("gap_id",), sort=("noticed_at", "gap_id"), field="feed_gaps",
        dated_by="noticed_at", meaning="Times in which entries of a feed may have come and gone unseen",
    ),
    Table(
        "removals", REMOVALS, (Removal,), key=("tombstone",), sort=("removed_at", "tombstone"), field="removals",
        dated_by="removed_at", meaning="What was taken down, as salted hashes, so that it does not come back",
    ),
    Table(
        "retirements", RETIREMENTS, (Retirement,), key=("retirement_id",), sort=("retired_at", "retirement_id"),
        field="retirements", dated_by="retired_at", meaning="Parts that were let go because of their age",
    ),
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
FAMILIES: tuple[Family, ...] = tuple(dict.fromkeys(table.family for table in TABLES))


def tables_of(family: Family) -> tuple[Table, ...]:
    """The tables of a family, in the order in which they are written."""
    return tuple(table for table in TABLES if table.family == family)


ANNOTATIONS: tuple[Table, ...] = tuple(table for table in TABLES if table.count is not None)
SINGLES: tuple[Table, ...] = tuple(table for table in TABLES if table.dated_by is not None)
"""Tables that are a family of their own; but for those that are replaceable, rows are written once and never change."""
