"""Letting go of what is too old: payloads that were written long ago, and partitions beyond their table's age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.applier import turn
from storage.lake import Lake
from storage.parts import SENTINEL_PART, unit_of
from storage.project import project
from storage.state import FILES, META, PAYLOADS, TOUCHES, Ledger, micros, upsert
from storage.tables import ARTICLES, BY_NAME, TABLES, Table

PAYLOADS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Vacuumed:
    """What was let go."""

    payloads: int
    parts: int
    bytes: int


def vacuum(lake: Lake, ledger: Ledger, *, now: datetime, keep: Mapping[str, timedelta]) -> Vacuumed:
    """Delete what is older than its table may get; `keep` names tables, and `articles` takes its annotations along.

    What was let go stays known, so that it is not brought back. Raises KeyError for a table that does not exist and
    OSError where another process is writing.
    """
    project(lake, ledger, now=now)
    ages = _ages(keep)
    paths, size = [], 0
    with turn(ledger) as mine:
        if mine is None:
            raise OSError("another process is writing: vacuum when it has finished")
        for table, age in ages.items():
            for path in lake.files.paths(f"tables/{table.name}"):
                unit = unit_of(table, path)
                if unit is not None and unit.part != SENTINEL_PART and unit.date < (now - age).date():
                    blob = lake.files.read(path)
                    size += 0 if blob is None else len(blob.data)
                    lake.files.delete(path)
                    paths.append(path)
        with ledger.writing() as connection:
            mine.check(connection)
            kept_from = {table.name: (now - age).date().isoformat() for table, age in ages.items()}
            upsert(connection, META, [{"name": f"kept_from {name}", "value": day} for name, day in kept_from.items()])
            for path in paths:
                connection.execute(FILES.delete().where(FILES.c.path == path))
            old = TOUCHES.c.applied_at < micros(now - PAYLOADS_KEPT)
            waiting = sa.select(TOUCHES.c.seq).where(TOUCHES.c.applied_at.is_(None) | ~old)
            payloads = connection.execute(PAYLOADS.delete().where(PAYLOADS.c.seq.not_in(waiting))).rowcount
            connection.execute(TOUCHES.delete().where(old))
    if paths or payloads:
        ledger.rewrite()
    return Vacuumed(payloads, len(paths), size)


def _ages(keep: Mapping[str, timedelta]) -> dict[Table, timedelta]:
    ages = {BY_NAME[name]: age for name, age in keep.items()}
    if "articles" in keep:
        ages |= {table: keep["articles"] for table in TABLES if table.family == ARTICLES}
    return ages
