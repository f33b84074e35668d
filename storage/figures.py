"""What an operator wants to know of a lake at a glance, as figures. Nothing here writes or draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from storage.feeds import feed_states
from storage.lake import Lake
from storage.operations import FeedState
from storage.readers import TableStats, connect, table_stats
from storage.state import Ledger
from storage.tables import ANNOTATIONS

LEADERS = 15

LAGS = (("under 1 h", 1), ("1 to 6 h", 6), ("6 to 24 h", 24), ("1 to 7 days", 168), ("7 to 30 days", 720))
"""Classes of the time from publication to the lake, with their upper bounds in hours; what is longer is one more."""


@dataclass(frozen=True)
class Coverage:
    """What one version of an annotator made."""

    annotator: str
    version: str
    articles: int
    rows: int


@dataclass(frozen=True)
class Leader:
    """Something that is named often."""

    name: str
    kind: str
    articles: int
    rows: int


@dataclass(frozen=True)
class FeedDay:
    """How often a feed was asked on a day, how often in vain, and whether entries may have come and gone unseen."""

    source_id: str
    day: date
    asked: int
    failed: int
    gaps: int


@dataclass(frozen=True)
class Figures:
    """All figures of the report. Days are of publication, unless said otherwise."""

    tables: tuple[TableStats, ...]
    by_day: tuple[tuple[date, str, int], ...]
    """Day, source and articles, of the last days that were asked for."""
    rejections: tuple[tuple[str, str, int], ...]
    """Reason, stage and how many, the most frequent first."""
    lags: tuple[tuple[str, int], ...]
    """Class and articles whose time of publication is known."""
    coverage: tuple[Coverage, ...]
    statuses: tuple[tuple[str, int], ...]
    speakers: tuple[Leader, ...]
    entities: tuple[Leader, ...]
    raw_bytes: tuple[tuple[date, int], ...]
    """Bytes on disk of what was fetched on each day."""
    articles_by_arrival: tuple[tuple[date, int], ...]
    """Articles by the day on which they entered the lake."""
    feed_days: tuple[FeedDay, ...]
    """Of the same days as `by_day`, in UTC."""
    newest_article_at: datetime | None
    feeds: tuple[FeedState, ...]


def figures(lake: Lake, ledger: Ledger, *, last: date, days: int = 60) -> Figures:
    """Ask the lake for all of it; `last` and `days` bound what is shown day by day."""
    stats = tuple(table_stats(lake))
    with connect(lake) as connection:

        def ask(query: str, given: list[object] | None = None) -> list[tuple[Any, ...]]:
            return connection.execute(query, given).fetchall()

        by_day = ask(
            """SELECT published_date, source_id, count(*) FROM articles
            WHERE published_date > ?::DATE - ?::INTEGER AND published_date <= ?::DATE GROUP BY ALL ORDER BY ALL""",
            [last, days, last],
        )
        return Figures(
            tables=stats,
            by_day=tuple((day, source, count) for day, source, count in by_day),
            rejections=tuple(
                ask("SELECT reason, stage, count(*) AS n FROM rejections GROUP BY ALL ORDER BY n DESC, reason, stage")
            ),
            lags=_lags(connection),
            coverage=_coverage(connection),
            statuses=tuple(ask("SELECT annotation_status, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1")),
            speakers=tuple(
                Leader(name, "speaker", articles, rows)
                for name, articles, rows in ask(
                    f"""SELECT speaker_name, count(DISTINCT article_id) AS a, count(*) AS n FROM quotes
                    WHERE speaker_name IS NOT NULL AND kind != 'scare' GROUP BY 1 ORDER BY n DESC, a DESC, 1
                    LIMIT {LEADERS}"""
                )
            ),
            entities=tuple(
                Leader(name, label, articles, rows)
                for name, label, articles, rows in ask(
                    f"""SELECT canonical_name, label, count(DISTINCT article_id) AS a, count(*) AS n FROM mentions
                    WHERE is_name GROUP BY 1, 2 ORDER BY a DESC, n DESC, 1, 2 LIMIT {LEADERS}"""
                )
            ),
            raw_bytes=_raw_bytes(lake),
            articles_by_arrival=tuple(ask("SELECT ingested_at::DATE, count(*) FROM articles GROUP BY 1 ORDER BY 1")),
            feed_days=tuple(FeedDay(*row) for row in ask(_FEED_DAYS, [last, days, last] * 2)),
            newest_article_at=ask("SELECT max(published_at) FROM articles")[0][0],
            feeds=tuple(feed_states(ledger).values()),
        )


_FEED_DAYS = """
    SELECT source_id, day, sum(asked)::BIGINT, sum(failed)::BIGINT, sum(gaps)::BIGINT FROM (
        SELECT source_id, run_date AS day, count(*) AS asked,
            count(*) FILTER (status IS NULL OR status >= 400) AS failed, 0 AS gaps
        FROM fetches WHERE purpose = 'feed' AND run_date > ?::DATE - ?::INTEGER AND run_date <= ?::DATE GROUP BY ALL
        UNION ALL
        SELECT source_id, missing_until::DATE, 0, 0, count(*) FROM feed_gaps
        WHERE missing_until::DATE > ?::DATE - ?::INTEGER AND missing_until::DATE <= ?::DATE GROUP BY ALL
    ) GROUP BY ALL ORDER BY ALL"""


def _lags(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    """Hours from publication to the lake, where the publisher gave at least the minute, in classes."""
    cases = " ".join(f"WHEN hours < {limit} THEN {number}" for number, (_, limit) in enumerate(LAGS, 1))
    query = f"""SELECT CASE WHEN hours < 0 THEN 0 {cases} ELSE {len(LAGS) + 1} END AS class, count(*) FROM (
        SELECT epoch(ingested_at - published_at) / 3600 AS hours FROM articles
        WHERE revision = 1 AND published_precision IN ('second', 'minute')) GROUP BY 1"""
    found = dict(connection.execute(query).fetchall())
    names = ("before it was published", *(name for name, _ in LAGS), "over 30 days")
    return tuple((name, found.get(number, 0)) for number, name in enumerate(names)) if found else ()


def _coverage(connection: duckdb.DuckDBPyConnection) -> tuple[Coverage, ...]:
    versions = " UNION ALL ".join(
        f"SELECT annotator, annotator_version, count(DISTINCT article_id), count(*) FROM {table.name} GROUP BY ALL"
        for table in ANNOTATIONS
    )
    return tuple(Coverage(*row) for row in connection.execute(f"{versions} ORDER BY ALL").fetchall())


def _raw_bytes(lake: Lake) -> tuple[tuple[date, int], ...]:
    """Sizes of the parts of `raw`, by the day that stands in their paths."""
    sizes: dict[date, int] = {}
    for path, size in lake.files.sizes("tables/raw").items():
        day = date.fromisoformat(Path(path).parent.name.partition("=")[2])
        sizes[day] = sizes.get(day, 0) + size
    return tuple(sorted((day, size) for day, size in sizes.items() if day.year > 1900))
