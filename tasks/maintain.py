"""What keeps a lake in order: write what waits, check what must be true, give back free pages of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.invariants import Violation, always, settled, violations
from storage.lake import Lake
from storage.project import due_dates, project
from storage.readers import connect
from storage.state import Ledger


@dataclass(frozen=True)
class Maintained:
    """What came of keeping a lake in order."""

    rows_written: int
    """Rows that had been promised and were not in the Parquet yet."""
    is_settled: bool
    """False where another process was writing; then only what is true at every moment was checked."""
    violations: tuple[Violation, ...]


@task(name="drain", cache_policy=NO_CACHE)
def drain(lake: Lake, ledger: Ledger, now: datetime) -> int:
    """Write all that waits in the ledger; the number of rows written."""
    written, _ = project(lake, ledger, now=now)
    return sum(each.rows for each in written.values())


@task(name="check", cache_policy=NO_CACHE)
def check(lake: Lake, ledger: Ledger, now: datetime) -> tuple[bool, tuple[Violation, ...]]:
    """Whether nothing waited, and what contradicts the invariants."""
    is_settled = not due_dates(ledger, now)
    with connect(lake) as connection:
        found = violations(connection, (*always(lake), *(settled() if is_settled else ())))
    # Rows that came while the check ran are no contradiction: look again only at what is true at every moment.
    if found and is_settled and due_dates(ledger, now):
        with connect(lake) as connection:
            return False, violations(connection, always(lake))
    return is_settled, found


@task(name="rewrite ledger", cache_policy=NO_CACHE)
def rewrite(ledger: Ledger) -> None:
    """Write the ledger's file anew, without its free pages."""
    ledger.rewrite()
