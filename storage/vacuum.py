"""Letting go of what is too old: payloads that were written long ago, and partitions beyond their table's age.

What goes is first written to the table `retirements`, then deleted, then forgotten; a kill in between is made up for by
the next call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.applier import turn
from storage.batch import Batch
from storage.commit import store
from storage.files import OnStep
from storage.lake import Lake
from storage.operations import Retirement
from storage.parts import digest, path_of, unit_of
from storage.state import FILES, META, PAYLOADS, TOUCHES, Ledger, micros, upsert
from storage.tables import ARTICLES, BY_NAME, TABLES, Table

PAYLOADS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Vacuumed:
    """What was let go."""

    payloads: int
    parts: int
    rows: int
    bytes: int


def vacuum(
    lake: Lake,
    ledger: Ledger,
    *,
    now: datetime,
    keep: Mapping[str, timedelta],
    on_step: OnStep = lambda _step: None,
) -> Vacuumed:
    """Delete what is older than its table may get; `keep` names tables, and `articles` takes its annotations along.

    What was let go stays known, so that it is not brought back. Raises KeyError for a table that does not exist and
    OSError where another process is writing.
    """
    ages = _ages(keep)
    retired = tuple(_retired(ledger, ages, now))
    store(lake, ledger, Batch(run_id="vacuum", pipeline_version="", now=now, retirements=retired))
    on_step("logged")
    paths = [path_of(BY_NAME[each.table_name], each.filed_date, each.part) for each in retired]
    with turn(ledger) as mine:
        if mine is None:
            raise OSError("another process is writing: vacuum when it has finished")
        for path in paths:
            mine.beat()
            lake.files.delete(path)
        on_step("deleted")
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
    return Vacuumed(payloads, len(paths), sum(each.rows for each in retired), sum(each.bytes for each in retired))


def _retired(ledger: Ledger, ages: Mapping[Table, timedelta], now: datetime) -> Iterable[Retirement]:
    """The parts that are older than their table may get, as the ledger knows them."""
    with ledger.reading() as connection:
        files = connection.execute(sa.select(FILES).order_by(FILES.c.path)).all()
    for row in files:
        table = BY_NAME[row.path.split("/")[1]]
        unit, age = unit_of(table, row.path), ages.get(table)
        if unit is not None and age is not None and unit.date < (now - age).date():
            yield Retirement(
                retirement_id=digest(f"{row.path} {row.sha256}".encode()),
                table_name=table.name,
                filed_date=unit.date,
                part=unit.part,
                rows=row.rows,
                bytes=row.bytes,
                sha256=row.sha256,
                keep_days=age.days,
                retired_at=now,
            )


def _ages(keep: Mapping[str, timedelta]) -> dict[Table, timedelta]:
    ages = {BY_NAME[name]: age for name, age in keep.items()}
    if "articles" in keep:
        ages |= {table: keep["articles"] for table in TABLES if table.family == ARTICLES}
    return ages
