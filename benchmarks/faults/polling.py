"""Two engines read a lake without pause while its writers are killed. No answer may be wrong; an error is no answer.

They read articles before annotations, as anybody does who wants no article without its annotations: a commit writes
in the opposite order.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.faults.crash import PROCESSES, in_process, killer, seen_by_polars
from benchmarks.faults.workload import ROWS, WORDS
from benchmarks.synthetic import DAY, NOW, annotate, article, page
from storage.batch import Batch
from storage.commit import store
from storage.files import OnStep
from storage.invariants import always, violations
from storage.lake import Lake
from storage.tables import BY_NAME, TABLES

STEPS = (
    "planned", "committed", "locked", "revisions renamed", "mentions synced", "mentions renamed", "claims renamed",
    "articles synced", "articles renamed", "marked",
)  # fmt: skip


@dataclass(frozen=True)
class Polls:
    """What a reader saw."""

    engine: str
    right: int
    failed: int
    """Reads that ended in an error, since a file was replaced under them."""
    wrong: tuple[str, ...]


def look_with_duckdb(root: Path) -> list[str]:
    """All that must hold at every moment, of one reading of every table."""
    lake = Lake.open(root, create=False)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
        for table in [BY_NAME["articles"], *(each for each in TABLES if each.name != "articles")]:
            rows = f"read_parquet('{lake.glob(table)}', hive_partitioning = true)"
            connection.execute(f"CREATE TABLE {table.name} AS SELECT * FROM {rows}")
        return [violation.what for violation in violations(connection, always(lake))]


def poll(root: Path, engine: str, answer: Connection) -> None:
    """Read until told to stop, then say what was seen."""
    right, failed, wrong = 0, 0, list[str]()
    while not answer.poll():
        found: list[str] | None = None
        with suppress(duckdb.Error, pl.exceptions.PolarsError, OSError):
            found = look_with_duckdb(root) if engine == "DuckDB" else seen_by_polars(root)
        right += found == []
        failed += found is None
        wrong += found or []
    answer.send(Polls(engine, right, failed, tuple(wrong)))


def ingest(root: Path, seed: int, on_step: OnStep = lambda _step: None) -> None:
    """New articles, and newer texts of earlier ones, on two days."""
    lake, chance = Lake.open(root), random.Random(seed)
    new = [article(seed * 10 + number, words=WORDS) for number in range(3)]
    changed = [
        article(number, words=WORDS, version=seed, modified_at=DAY.replace(hour=1, minute=seed % 60))
        for number in chance.sample(range(seed * 10), 3 if seed else 0)
        if number % 10 < 3
    ]
    articles = tuple((each, annotate(each, **ROWS)) for each in (*new, *changed))
    pages = tuple(page(each, size=300) for each in (*new, *changed))
    with lake.ledger() as ledger:
        batch = Batch(run_id=f"{seed}", pipeline_version="1", now=NOW, articles=articles, pages=pages)
        store(lake, ledger, batch, on_step=on_step)


def killed_ingest(root: Path, seed: int, step: str) -> None:
    ingest(root, seed, killer(step, 1))


def polled(root: Path, kills: int) -> list[Polls]:
    """Kill a writer at one step after the other, and let it write the same again, while two readers poll."""
    Lake.open(root)
    readers = []
    for engine in ("DuckDB", "Polars"):
        ours, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=poll, args=(root, engine, theirs))
        process.start()
        readers.append((process, ours))
    try:
        for seed in range(kills):
            in_process(killed_ingest, root, seed, STEPS[seed % len(STEPS)])
            if in_process(ingest, root, seed) != 0:
                raise AssertionError(f"the run after kill {seed} failed")
    finally:
        for _, answer in readers:
            answer.send("stop")
    found: list[Polls] = [answer.recv() for _, answer in readers]
    for process, _ in readers:
        process.join()
    return found
