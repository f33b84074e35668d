"""Which dates are to be written now, of those for which something waits in the ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from storage.lookups import rows_with
from storage.parts import Unit, path_of
from storage.state import COMMITS, FILES, PAYLOADS, TOUCHES, Ledger, micros
from storage.tables import TABLES


@dataclass(frozen=True)
class Deferral:
    """Old dates may wait for one another, since each costs the rewriting of a part that is often full."""

    after: timedelta = timedelta(days=2)
    """Age from which a date is old."""
    wait: timedelta = timedelta(hours=1)
    """How long the longest waiting commit of an old date may wait; then all old dates are written together."""
    cheap_bytes: int = 1 << 20
    """Up to which size of its parts, all tables together, an old date is written at once."""


def due_dates(ledger: Ledger, now: datetime, deferral: Deferral | None = None) -> list[str]:
    """Dates for which something was committed that is to be written now."""
    waiting = (
        sa.select(TOUCHES.c.date, sa.func.min(COMMITS.c.committed_at))
        .join(COMMITS, COMMITS.c.seq == TOUCHES.c.seq)
        .where(TOUCHES.c.applied_at.is_(None))
        .group_by(TOUCHES.c.date)
    )
    with ledger.reading() as connection:
        since = {str(day): int(at) for day, at in connection.execute(waiting)}
        if deferral is None or not since:
            return sorted(since)
        border = (now - deferral.after).date().isoformat()
        costly = _costly(connection, [day for day in since if day < border], deferral.cheap_bytes)
    if costly and min(since[day] for day in costly) > micros(now - deferral.wait):
        return sorted(set(since) - costly)
    return sorted(since)


def _costly(connection: sa.Connection, days: Collection[str], cheap_bytes: int) -> set[str]:
    """Those dates of which large parts would be rewritten. What takes something down never waits."""
    waiting = TOUCHES.c.applied_at.is_(None)
    removing = sa.select(PAYLOADS.c.seq).where(PAYLOADS.c.table_name == "removed")
    urgent = {
        str(row.date)
        for row in connection.execute(sa.select(TOUCHES.c.date).where(waiting, TOUCHES.c.seq.in_(removing)))
    }
    if not cheap_bytes:
        return set(days) - urgent
    units = sa.select(TOUCHES.c.family, TOUCHES.c.date, TOUCHES.c.part).where(waiting).distinct()
    paths = {
        path_of(table, unit.date, unit.part): str(row.date)
        for row in connection.execute(units)
        if row.date in days and row.date not in urgent
        for unit in [Unit(row.family, date.fromisoformat(row.date), row.part)]
        for table in TABLES
        if table.family.name == unit.family
    }
    sizes = dict.fromkeys(paths.values(), 0)
    for row in rows_with(connection, FILES, FILES.c.path, paths):
        sizes[paths[row.path]] += row.bytes
    return {day for day, size in sizes.items() if size >= cheap_bytes}
