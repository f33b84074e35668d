"""What keeps a lake in order: write what waits, read everything back, let go of what is too old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.boilerplate import Repeated, remember, texts_since
from storage.lake import Lake
from storage.lookups import last_seq
from storage.project import project
from storage.state import Ledger
from storage.tables import BY_NAME
from storage.vacuum import Vacuumed
from storage.vacuum import vacuum as vacuum_lake
from storage.verify import Fault, Verification
from storage.verify import verify as verify_lake
from tasks.extract.repeated import Seen, repeated, seen_with

LEARNED_FROM = timedelta(days=30)
LOOKS = 3
"""How often a lake is read back when a writer was at work meanwhile: what it wrote in between looks like a fault."""


@dataclass(frozen=True)
class Maintained:
    """What came of keeping a lake in order."""

    rows_written: int
    """Rows that had been promised and were not in the Parquet yet."""
    verification: Verification
    vacuumed: Vacuumed
    learned: int = 0
    """Paragraphs that sources were found to repeat, and that are cut from now on."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.verification.faults


class UnknownTable(ValueError):
    """A table was named that does not exist."""


def ages(days: Mapping[str, int]) -> dict[str, timedelta]:
    """How old the dates of tables may get, from days. Raises UnknownTable, before anything is done."""
    if unknown := sorted(set(days) - set(BY_NAME)):
        raise UnknownTable(f"there is no table {', '.join(unknown)}; tables: {', '.join(BY_NAME)}")
    return {name: timedelta(days=count) for name, count in days.items()}


@task(name="write what waits", cache_policy=NO_CACHE)
def drain(lake: Lake, ledger: Ledger, now: datetime) -> int:
    """Write all that waits in the ledger; the number of rows written."""
    written, _ = project(lake, ledger, now=now)
    return sum(each.rows for each in written.values())


@task(name="verify", cache_policy=NO_CACHE)
def verify(lake: Lake, ledger: Ledger, now: datetime) -> Verification:
    """Read every part back and compare it with the ledger, the schema and the other tables."""
    for _ in range(LOOKS):
        project(lake, ledger, now=now)
        before = _seq(ledger)
        found = verify_lake(lake, ledger)
        if not found.faults or _seq(ledger) == before:
            break
    return found


@task(name="learn", cache_policy=NO_CACHE)
def learn(lake: Lake, ledger: Ledger, now: datetime) -> int:
    """Remember the paragraphs that sources repeated in the last weeks, to be cut from now on; how many are new."""
    found = []
    for source_id, articles in texts_since(lake, (now - LEARNED_FROM).date()):
        seen = seen_with(Seen(), articles)
        found += [
            Repeated(source_id=source_id, paragraph=key, articles=count, of_articles=seen.articles)
            for key, count in repeated(seen).items()
        ]
    return remember(ledger, found, now)


# Another process that is writing now has usually finished a minute later.
@task(name="vacuum", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=60, retry_jitter_factor=0.5)
def vacuum(lake: Lake, ledger: Ledger, now: datetime, keep: Mapping[str, timedelta]) -> Vacuumed:
    """Let go of what is older than its table may get, and of payloads that were written long ago."""
    return vacuum_lake(lake, ledger, now=now, keep=keep)


def _seq(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        return last_seq(connection)
