"""What the ledger remembers of feeds and of the sites behind them: state, entries seen, robots.txt, whose turn it is.

None of it can be made again from the lake; losing it costs politeness for a day, never an article.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.operations import FeedState
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


def known_entries(ledger: Ledger, source_id: str, keys: Sequence[str]) -> dict[str, int | None]:
    """Of the entries met before: how often fetching its page failed, None where the entry is settled."""
    found: dict[str, int | None] = {}
    with ledger.reading() as connection:
        for some in chunks(keys):
            query = sa.select(ENTRIES).where(ENTRIES.c.source_id == source_id, ENTRIES.c.entry_key.in_(some))
            found |= {row.entry_key: None if row.is_settled else row.tries for row in connection.execute(query)}
    return found


def save_entries(ledger: Ledger, source_id: str, entries: Mapping[str, int | None], now: datetime) -> None:
    """Remember entries: a number of failed tries, None where the entry is settled (kept, or rejected for good)."""
    rows = [
        {
            "source_id": source_id,
            "entry_key": key,
            "seen_at": micros(now),
            "tries": tries or 0,
            "is_settled": tries is None,
        }
        for key, tries in entries.items()
    ]
    if not rows:
        return
    with ledger.writing() as connection:
        upsert(connection, ENTRIES, rows)


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
