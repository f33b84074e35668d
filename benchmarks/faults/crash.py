"""Kill a writer at every step of a commit, look at what is left, run again, and compare with a run that lived.

Every kill is a SIGKILL of a process. A trial is torn if, before the next run, an invariant that must hold at every
moment does not; lost, doubled or unreadable, if after it the lake is not byte for byte that of the undisturbed run.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.faults.workload import ledger_rows, make, operate, tables
from benchmarks.synthetic import NOW
from storage.due import due_dates
from storage.invariants import always, violations
from storage.lake import Lake
from storage.readers import connect
from storage.tables import ANNOTATIONS, BY_NAME, TABLES

OPERATIONS = ("ingest", "remove")
PROCESSES = multiprocessing.get_context("forkserver")
# pyarrow imports pandas, where there is one, when it makes its first array: once is enough.
PROCESSES.set_forkserver_preload(["benchmarks.faults.crash", "pandas"])


@dataclass(frozen=True)
class Trial:
    """What one kill led to."""

    operation: str
    step: str
    torn: tuple[str, ...]
    lost: int
    doubled: int
    unreadable: int
    is_identical: bool

    @property
    def is_good(self) -> bool:
        return not self.torn and self.is_identical and not self.lost + self.doubled + self.unreadable


@dataclass(frozen=True)
class Ground:
    """What the trials of one seed start from and are compared with."""

    root: Path
    operation: str
    seed: int
    steps: tuple[str, ...]
    """Steps of the undisturbed run, in order, repetitions included."""

    @classmethod
    def prepare(cls, root: Path, operation: str, seed: int) -> Ground:
        root.mkdir(parents=True, exist_ok=True)
        make(root / "before", seed)
        shutil.copytree(root / "before", root / "clean")
        steps: list[str] = []
        operate(root / "clean", operation, seed, steps.append)
        return cls(root, operation, seed, tuple(steps))

    def kill_points(self) -> Iterator[tuple[str, int]]:
        """Every step by name, and which of its occurrences is meant."""
        seen: Counter[str] = Counter()
        for step in self.steps:
            seen[step] += 1
            yield step, seen[step]


def killer(step: str, occurrence: int) -> Callable[[str], None]:
    """Something that kills its own process when a step is reached."""
    seen: Counter[str] = Counter()

    def on_step(reached: str) -> None:
        seen[reached] += 1
        if reached == step and seen[reached] == occurrence:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_step


def victim(root: Path, operation: str, seed: int, step: str, occurrence: int) -> None:
    """The process that is killed."""
    operate(root, operation, seed, killer(step, occurrence))


def in_process(target: Callable[..., None], *arguments: object) -> int:
    """Run something in a process of its own; its exit code, negative if a signal ended it."""
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    process.join()
    return int(process.exitcode or 0)


def trial(ground: Ground, step: str, occurrence: int) -> Trial:
    """Kill one writer, look, run again, compare."""
    root = ground.root / "trial"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(ground.root / "before", root)
    code = in_process(victim, root, ground.operation, ground.seed, step, occurrence)
    if code != -signal.SIGKILL:
        raise AssertionError(f"the victim of {step!r} was not killed but ended with {code}")
    torn = torn_state(root)
    code = in_process(operate, root, ground.operation, ground.seed)
    if code != 0:
        raise AssertionError(f"the run after a kill at {step!r} ended with {code}")
    return compared(ground, root, step, torn)


def torn_state(root: Path) -> tuple[str, ...]:
    """What two engines find wrong in the files as they stand."""
    lake = Lake.open(root, create=False)
    with connect(lake) as connection:
        found = [violation.what for violation in violations(connection, always(lake))]
    return tuple(found + seen_by_polars(root))


def seen_by_polars(root: Path) -> list[str]:
    """I1 to I4, asked of another engine."""
    articles = pl.read_parquet(root / "tables" / "articles", hive_partitioning=True)
    found = [] if articles["article_id"].is_unique().all() else ["Polars: an article stands twice"]
    for table in ANNOTATIONS:
        rows = pl.read_parquet(root / "tables" / table.name, hive_partitioning=True)
        if rows.select(table.key).is_duplicated().any():
            found.append(f"Polars: a key of {table.name} stands twice")
        counts = rows.group_by("article_id").agg(
            pl.col("revision").n_unique().alias("revisions"),
            pl.col("revision").first().alias("of"),
            pl.len().alias("n"),
        )
        joined = articles.join(counts, on="article_id", how="left")
        is_same = joined["of"].fill_null(joined["revision"]) == joined["revision"]
        if (is_same & (joined["n"].fill_null(0) != joined[table.count or ""])).any() or (counts["revisions"] > 1).any():
            found.append(f"Polars: an article has not all its rows of {table.name}")
    return found


def compared(ground: Ground, root: Path, step: str, torn: tuple[str, ...]) -> Trial:
    """Compare what the next run made of it with the undisturbed run."""
    lake, other = Lake.open(root, create=False), Lake.open(ground.root / "clean", create=False)
    with lake.ledger() as ledger, other.ledger() as expected:
        is_same = ledger_rows(ledger) == ledger_rows(expected) and not due_dates(ledger, NOW)
    is_same &= tables(ground.root / "clean") == tables(root)
    is_same &= not [path for path in (root / "staging").rglob("*") if path.is_file()]
    lost, doubled, unreadable = (0, 0, 0) if is_same else differences(lake, other)
    return Trial(ground.operation, step, torn, lost, doubled, unreadable, is_same)


def differences(lake: Lake, other: Lake) -> tuple[int, int, int]:
    """Keys that are missing, keys that are too many, and tables that cannot be read."""
    lost = doubled = unreadable = 0
    with connect(lake) as mine, connect(other) as theirs:
        for table in TABLES:
            keys = f"SELECT {', '.join(table.key)} FROM {table.name}"
            there = Counter(theirs.execute(keys).fetchall())
            try:
                here = Counter(mine.execute(keys).fetchall())
            except duckdb.Error:
                unreadable += 1
                continue
            lost += (there - here).total()
            doubled += (here - there).total()
    return lost, doubled, unreadable


def matrix(
    root: Path,
    kills: int,
    report: Callable[[Trial], None] = lambda _trial: None,
    operations: tuple[str, ...] = OPERATIONS,
) -> list[Trial]:
    """Kill at every step of the operations `kills` times, every time with other articles and, where a step is taken
    for each of many files, at another file."""
    done: Counter[tuple[str, str]] = Counter()
    trials = []
    for operation in operations:
        for seed in range(kills):
            ground = Ground.prepare(root / f"{operation}-{seed}", operation, seed)
            points = list(ground.kill_points())
            for kind in dict.fromkeys(kind_of(step) for step in ground.steps):
                same = [point for point in points if kind_of(point[0]) == kind]
                # 7 shares no factor with the numbers of files that occur, so that in time every file has its turn.
                trials.append(trial(ground, *same[(done[operation, kind] * 7) % len(same)]))
                done[operation, kind] += 1
                report(trials[-1])
            shutil.rmtree(ground.root)
    return trials


def kind_of(step: str) -> str:
    """The step without the table whose part it is about."""
    return step.split()[-1] if step.split()[0] in BY_NAME else step
