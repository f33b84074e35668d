"""What the ledger remembers of feeds and of the sites behind them: state, entries seen, robots.txt, whose turn it is.

None of it can be made again from the lake; losing it costs politeness for a day, never an article.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.operations import EntryState, FeedState
from storage.state import METADATA, Ledger, chunks, instant, micros, upsert

FEEDS = sa.Table(
    "feeds",
    METADATA,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("due_at", sa.BigInteger, nullable=True, index=True),
    sa.Column("state", sa.Text, nullable=False),
)
ENTRIES = sa.Table(
    "feed_entries",
    METADATA,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("entry_key", sa.Text, primary_key=True),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("is_settled", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
VISITS = sa.Table(
    "entry_visits",
    METADATA,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("entry_key", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("etag", sa.Text, nullable=True),
    sa.Column("last_modified", sa.Text, nullable=True),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("visited_at", sa.BigInteger, nullable=True),
    sqlite_with_rowid=False,
)
ROBOTS = sa.Table(
    "robots",
    METADATA,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("status", sa.Integer, nullable=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("fetched_at", sa.BigInteger, nullable=False),
    sa.Column("failing_since", sa.BigInteger, nullable=True),
)
TURNS = sa.Table(
    "turns",
    METADATA,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("free_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_INSTANTS = {field.name for field in fields(FeedState) if field.name.endswith(("_at", "_since"))}


@dataclass(frozen=True, slots=True)
class StoredRobots:
    """A robots.txt as it was last asked for; `status` is None where the server was not reached."""

    status: int | None
    body: bytes
    fetched_at: datetime
    failing_since: datetime | None


def feed_states(ledger: Ledger) -> dict[str, FeedState]:
    """All feeds that were ever polled, by source."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(FEEDS.c.source_id, FEEDS.c.state).order_by(FEEDS.c.source_id)).all()
    return {row.source_id: _state(row.state) for row in rows}


def save_feed_states(ledger: Ledger, states: Iterable[FeedState]) -> None:
    """Remember states; one that is there already is replaced."""
    rows = [
        {"source_id": state.source_id, "due_at": micros(state.due_at) if state.due_at else None, "state": _text(state)}
        for state in states
    ]
    with ledger.writing() as connection:
        upsert(connection, FEEDS, rows)


def known_entries(ledger: Ledger, source_id: str, keys: Sequence[str]) -> dict[str, EntryState]:
    """Those of the entries that were met before."""
    found: dict[str, EntryState] = {}
    with ledger.reading() as connection:
        for some in chunks(keys):
            own = (ENTRIES.c.source_id == source_id) & ENTRIES.c.entry_key.in_(some)
            same = (VISITS.c.source_id == ENTRIES.c.source_id) & (VISITS.c.entry_key == ENTRIES.c.entry_key)
            query = sa.select(ENTRIES, *_visit_columns()).join_from(ENTRIES, VISITS, same, isouter=True).where(own)
            found |= {row.entry_key: _entry(row) for row in connection.execute(query)}
    return found


def save_entries(ledger: Ledger, source_id: str, entries: Mapping[str, EntryState], now: datetime) -> None:
    """Remember entries; one that is there already is replaced."""
    if not entries:
        return
    rows, visits = [], []
    for key, state in entries.items():
        own: dict[str, object] = {"source_id": source_id, "entry_key": key}
        rows.append(own | {"seen_at": micros(now), "tries": state.tries, "is_settled": state.is_settled})
        if state.mark is not None:
            visits.append(own | _visit(state))
    with ledger.writing() as connection:
        upsert(connection, ENTRIES, rows)
        upsert(connection, VISITS, visits)


def _visit(state: EntryState) -> dict[str, object]:
    return {
        "mark": state.mark,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "visits": state.visits,
        "visited_at": micros(state.visited_at) if state.visited_at else None,
    }


def _visit_columns() -> list[sa.Column[Any]]:
    return [VISITS.c[name] for name in ("mark", "etag", "last_modified", "visits", "visited_at")]


def _entry(row: sa.Row[Any]) -> EntryState:
    return EntryState(
        is_settled=row.is_settled,
        tries=row.tries,
        mark=row.mark,
        etag=row.etag,
        last_modified=row.last_modified,
        visits=row.visits or 0,
        visited_at=None if row.visited_at is None else instant(row.visited_at),
    )


def stored_robots(ledger: Ledger, origin: str) -> StoredRobots | None:
    """The robots.txt of an origin, if it was ever asked for."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(ROBOTS).where(ROBOTS.c.origin == origin)).first()
    if row is None:
        return None
    since = None if row.failing_since is None else instant(row.failing_since)
    return StoredRobots(row.status, row.body, instant(row.fetched_at), since)


def save_robots(ledger: Ledger, origin: str, stored: StoredRobots) -> None:
    """Remember a robots.txt."""
    since = None if stored.failing_since is None else micros(stored.failing_since)
    row = {
        "origin": origin,
        "status": stored.status,
        "body": stored.body,
        "fetched_at": micros(stored.fetched_at),
        "failing_since": since,
    }
    with ledger.writing() as connection:
        upsert(connection, ROBOTS, [row])


def take_turn(ledger: Ledger, domain: str, holder: str, now: datetime, hold: timedelta) -> timedelta:
    """Take the one turn of a domain for at most `hold`: zero where it is ours now, else how long to wait."""
    with ledger.writing() as connection:
        row = connection.execute(sa.select(TURNS).where(TURNS.c.domain == domain)).first()
        if row is not None and row.free_at > micros(now):
            return instant(row.free_at) - now
        upsert(connection, TURNS, [{"domain": domain, "holder": holder, "free_at": micros(now + hold)}])
    return timedelta()


def end_turn(ledger: Ledger, domain: str, holder: str, free_at: datetime) -> None:
    """Give the turn back; the next one begins at `free_at`. A holder whose turn ran out changes nothing."""
    with ledger.writing() as connection:
        own = (TURNS.c.domain == domain) & (TURNS.c.holder == holder)
        connection.execute(TURNS.update().where(own).values(free_at=micros(free_at)))


def _text(state: FeedState) -> str:
    values: dict[str, object] = {}
    for field in fields(FeedState):
        value = getattr(state, field.name)
        if isinstance(value, datetime):
            value = micros(value)
        elif isinstance(value, timedelta):
            value = value.total_seconds()
        values[field.name] = value
    return json.dumps(values)


def _state(text: str) -> FeedState:
    values = json.loads(text)
    for name in _INSTANTS & set(values):
        values[name] = None if values[name] is None else instant(values[name])
    for name in ("interval", "ttl"):
        values[name] = None if values[name] is None else timedelta(seconds=values[name])
    for name in ("entry_keys", "skip_hours", "skip_days"):
        values[name] = tuple(values[name])
    return FeedState(**values)
