"""Commits into days that hold more and more, and the kinds of change that cost the most.

CPU seconds are of the whole process, Arrow's threads included. Made-up articles of 300 words with 25 mentions, 3
quotes, 4 claims and 4 timexes each.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from benchmarks.synthetic import DAY, NOW, annotate, article, sha256
from storage.batch import Batch, Stored
from storage.commit import store
from storage.due import Deferral
from storage.lake import Lake
from storage.records import Annotations, Article
from storage.remove import Request, remove
from storage.tables import ARTICLES
from storage.verify import verify

FULL = ARTICLES.items_per_part
OLD_DATES = 20


@dataclass
class Cost:
    """What one thing cost."""

    what: str
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    bytes: int = 0
    files: int = 0
    alone_bytes: int = 0
    """What the rows that it brought weigh in parts of their own; 0 where it brought none."""

    @property
    def amplification(self) -> float | None:
        return self.bytes / self.alone_bytes if self.alone_bytes else None


@contextmanager
def timed(cost: Cost) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cost.cpu_seconds, cost.wall_seconds = time.process_time() - cpu, time.perf_counter() - wall


def batch(articles: Sequence[Article], now: datetime = NOW) -> Batch:
    return Batch(run_id="benchmark", pipeline_version="1", now=now, articles=tuple((a, annotate(a)) for a in articles))


def put(lake: Lake, given: Batch, deferral: Deferral | None = None) -> Stored:
    with lake.ledger() as ledger:
        return store(lake, ledger, given, deferral=deferral)


def commit(what: str, lake: Lake, given: Batch, root: Path) -> Cost:
    """Store a batch and say what it took; building the batch is not counted."""
    found = Cost(what)
    with timed(found):
        stored = put(lake, given)
    _add(found, stored)
    if stored.written:
        found.alone_bytes = alone(root / f"alone {what}", given)
    return found


def _add(found: Cost, stored: Stored) -> None:
    found.bytes += sum(each.bytes for each in stored.written.values())
    found.files += sum(each.files for each in stored.written.values())


def alone(root: Path, given: Batch) -> int:
    """Bytes of the parts that a batch makes in an empty lake."""
    return sum(each.bytes for each in put(Lake.open(root), given).written.values())


def commits(root: Path, largest: int) -> Iterator[Cost]:
    """500 new articles into a day that holds more and more, then the other kinds of change."""
    # What a process does once, and memory that it has not touched before, is not counted.
    put(Lake.open(root / "warm"), batch([article(10_000_000 + number) for number in range(500)]))
    lake, held = Lake.open(root / "day"), 0
    for size in (0, FULL - 500, 10_000, 10_000 + FULL - 500, largest, largest + FULL - 500):
        while held < size:
            count = min(size, held - held % FULL + FULL) - held
            put(lake, batch([article(number) for number in range(held, held + count)]))
            held += count
        given = batch([article(number) for number in range(held, held + 500)])
        fullness = f", its last part {held % FULL:,}" if held % FULL else ""
        yield commit(f"500 new articles, day holds {held:,}{fullness}", lake, given, root)
        if not size:
            yield commit("the same 500 again", lake, given, root)
        held += 500
    chance = random.Random(0)
    changed = [article(n, version=1, modified_at=DAY + timedelta(days=1)) for n in chance.sample(range(held), 20)]
    yield commit(f"20 changed articles, scattered over {held:,}", lake, batch(changed), root)
    yield takedown(lake, root / "day", held)
    yield from late_dates(root)


def takedown(lake: Lake, root: Path, held: int) -> Cost:
    """One article, with the scan that proves that it is gone."""
    found = Cost(f"one takedown among {held:,}, with its proof")
    before = _parts(root)
    with timed(found), lake.ledger() as ledger:
        removed = remove(lake, ledger, Request(article_ids=(article(7).article_id,)), now=NOW)
    if removed.left:
        raise AssertionError(removed.left)
    fresh = [size for path, (size, stamp) in _parts(root).items() if before.get(path) != (size, stamp)]
    found.bytes, found.files = sum(fresh), len(fresh)
    return found


def _parts(root: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of every part."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in (root / "tables").rglob("*.parquet")}


def late_dates(root: Path) -> Iterator[Cost]:
    """One article for each of 20 old dates that all have one full part: at once, and in four runs of one hour."""
    lake = Lake.open(root / "late")
    days = [DAY - timedelta(days=3 + number) for number in range(OLD_DATES)]
    for day in days:
        put(lake, _old(day, range(FULL - 10)))
    given = [_old(day, [FULL]) for day in days]
    yield commit(f"{OLD_DATES} late articles of {OLD_DATES} old dates with full parts", lake, _joined(given, NOW), root)
    for deferral, how in ((None, "each run writes its own"), (Deferral(), "in one batch after an hour")):
        found = Cost(f"the same dates in 4 runs of an hour, {how}")
        runs = [
            _joined([_old(day, [FULL + 1 + run + 4 * bool(deferral)]) for day in days], _at(run)) for run in range(4)
        ]
        with timed(found):
            for given_now in (*runs, dataclasses.replace(runs[0], now=_at(5), articles=())):
                _add(found, put(lake, given_now, deferral))
        found.alone_bytes = alone(root / f"alone {how}", _joined(runs, NOW))
        yield found


def _at(quarter: int) -> datetime:
    return NOW + timedelta(minutes=15 * quarter)


@cache
def _pattern(number: int) -> tuple[Article, Annotations]:
    made = article(20_000_000 + number % 500)
    return made, annotate(made)


def _old(day: datetime, numbers: Sequence[int]) -> Batch:
    """Articles of an old day; texts repeat, ids do not."""
    pairs = []
    for number in numbers:
        made, notes = _pattern(number)
        own = sha256(f"{day} {number}")[:32]
        changed = dataclasses.replace(made, article_id=own, published_at=day + timedelta(seconds=number))
        pairs.append((changed, dataclasses.replace(notes, article_id=own)))
    return Batch(run_id="benchmark", pipeline_version="1", now=NOW, articles=tuple(pairs))


def _joined(batches: Sequence[Batch], now: datetime) -> Batch:
    return dataclasses.replace(batches[0], now=now, articles=tuple(pair for each in batches for pair in each.articles))


def verifying(root: Path) -> tuple[float, float]:
    """Megabytes, and megabytes a CPU second, of verifying the lake of `commits`."""
    lake = Lake.open(root / "day")
    started = time.process_time()
    with lake.ledger() as ledger:
        found = verify(lake, ledger)
    if found.faults:
        raise AssertionError(found.faults[:3])
    return found.bytes / 1e6, found.bytes / 1e6 / (time.process_time() - started)
