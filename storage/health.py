"""What tells whether news still come in: when each source last brought some, and how much of what came was rejected."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb


def arrivals(
    connection: duckdb.DuckDBPyConnection, now: datetime, within: timedelta
) -> dict[str, tuple[datetime, ...]]:
    """The hours in which new articles of each source entered the lake, of those published in the time before `now`."""
    rows = connection.execute(
        """SELECT source_id, list_sort(list(DISTINCT date_trunc('hour', ingested_at))) FROM articles
        WHERE published_date >= ?::DATE AND ingested_at <= ? GROUP BY 1""",
        [now - within, now],
    ).fetchall()
    return {source_id: tuple(hours) for source_id, hours in rows}


def intake(connection: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> tuple[int, int]:
    """Articles that ingesting runs received and rejected, of runs that began from `since` until before `until`."""
    ((received, rejected),) = connection.execute(
        """SELECT coalesce(sum(received), 0), coalesce(sum(rejected), 0) FROM runs
        WHERE run_date BETWEEN ?::DATE AND ?::DATE AND flow = 'ingest' AND started_at >= ? AND started_at < ?""",
        [since, until, since, until],
    ).fetchall()
    return int(received), int(rejected)
