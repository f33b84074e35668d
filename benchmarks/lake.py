"""`python -m benchmarks.lake`: what commits cost and what they write, what reading costs, how fast `verify` is.

CPU seconds are of the whole process, Arrow's threads included. Made-up articles of 300 words with 25 mentions, 3
quotes, 4 claims and 4 timexes each.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.synthetic import DAY, NOW, annotate, article
from storage.batch import Batch, Stored
from storage.commit import store
from storage.lake import Lake
from storage.parts import encode, path_of
from storage.records import Article
from storage.remove import Request, remove
from storage.tables import BY_NAME
from storage.verify import verify

MENTIONS = BY_NAME["mentions"]
DAYS, FILES_A_DAY = 30, 96


@dataclass(frozen=True)
class Cost:
    """What one thing cost."""

    what: str
    cpu_seconds: float
    wall_seconds: float
    megabytes: float
    files: int


def batch(articles: list[Article], now: datetime = NOW) -> Batch:
    return Batch(run_id="benchmark", pipeline_version="1", now=now, articles=tuple((a, annotate(a)) for a in articles))


def put(lake: Lake, given: Batch) -> Stored:
    with lake.ledger() as ledger:
        return store(lake, ledger, given)


def cost(what: str, lake: Lake, given: Batch) -> Cost:
    """Store a batch and say what it took; building the batch is not counted."""
    cpu, wall = time.process_time(), time.perf_counter()
    stored = put(lake, given)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    size = sum(each.bytes for each in stored.written.values()) / 1e6
    return Cost(what, cpu, wall, size, sum(each.files for each in stored.written.values()))


def commits(root: Path, largest: int) -> Iterator[Cost]:
    """500 new articles into a day that holds more and more, then the other kinds of change."""
    lake = Lake.open(root / "lake")
    put(lake, batch([article(10_000_000)]))  # what is done once in a process is not counted
    lake = Lake.open(root / "day")
    held = 0
    for size in (0, 5_000, 9_500, 10_000, largest):
        while held < size:
            count = min(size, held - held % 10_000 + 10_000) - held
            put(lake, batch([article(number) for number in range(held, held + count)]))
            held += count
        given = batch([article(number) for number in range(held, held + 500)])
        yield cost(f"500 new articles, day holds {held:,}", lake, given)
        if not size:
            yield cost("the same 500 again", lake, given)
        held += 500
    chance = random.Random(0)
    changed = [article(n, version=1, modified_at=DAY + timedelta(days=1)) for n in chance.sample(range(held), 20)]
    yield cost(f"20 changed articles, scattered over {held:,}", lake, batch(changed))
    cpu, wall, before = time.process_time(), time.perf_counter(), written(root / "day")
    with lake.ledger() as ledger:
        remove(lake, ledger, Request(article_ids=(article(7).article_id,)), now=NOW)
    after = written(root / "day")
    fresh = [size for path, (size, stamp) in after.items() if before.get(path) != (size, stamp)]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    yield Cost(f"one takedown among {held:,}, with its proof", cpu, wall, sum(fresh) / 1e6, len(fresh))
    late = Lake.open(root / "late")
    days = [DAY - timedelta(days=3 + day) for day in range(20)]
    for number, day in enumerate(days):
        put(late, batch([article(1000 * number + each, published_at=day) for each in range(500)]))
    given = batch([article(1000 * number + 999, published_at=day) for number, day in enumerate(days)])
    yield cost("20 articles of 20 old dates that hold 500 each", late, given)


def written(root: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of every part."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in (root / "tables").rglob("*.parquet")}


def mentions_of_a_day(day: int, rows: int) -> pa.Table:
    """Mentions of a day in the schema of the table, few entities frequent and many rare."""
    chance = np.random.default_rng(day)
    entities = np.minimum(chance.zipf(1.3, rows), 50_000)
    ids = [f"{day:04d}{number // 25:028d}" for number in range(rows)]
    columns: list[pa.Array] = []
    for field in MENTIONS.schema:
        if field.name == "article_id":
            columns.append(pa.array(ids))
        elif field.name == "mention_id":
            columns.append(pa.array(np.arange(rows) % 25, pa.int64()))
        elif field.name in ("canonical_name", "surface"):
            columns.append(pa.array([f"Entity {entity}" for entity in entities]))
        elif field.name in ("start", "end"):
            columns.append(pa.array(chance.integers(0, 2000, rows), pa.int64()))
        elif field.nullable:
            columns.append(pa.nulls(rows, field.type))
        else:
            blank = {"string": "made-up", "int64": 0, "double": 0.9, "bool": False}[str(field.type)]
            columns.append(pa.array([blank] * rows, field.type))
    return pa.Table.from_arrays(columns, schema=MENTIONS.schema)


def layouts(root: Path, rows: int) -> dict[str, str]:
    """The same mentions as our parts, as 96 small files a day, and as Delta Lake if that is installed."""
    delta = delta_writer()
    for number in range(DAYS):
        day, table = date(2026, 1, 1) + timedelta(days=number), mentions_of_a_day(number, rows)
        ours = root / path_of(MENTIONS, day, 1)
        ours.parent.mkdir(parents=True)
        ours.write_bytes(encode(MENTIONS, table))
        small = root / "small" / f"published_date={day}"
        small.mkdir(parents=True)
        step = -(-rows // FILES_A_DAY)
        for file in range(FILES_A_DAY):
            some = table.slice(file * step, step)
            pq.write_table(some, small / f"{file}.parquet", compression="zstd")
            if delta:
                delta(root / "delta", some.append_column("published_date", pa.array([day] * len(some), pa.date32())))
    found = {
        "ours": f"read_parquet('{root}/tables/mentions/**/*.parquet', hive_partitioning = true)",
        f"{FILES_A_DAY} files a day": f"read_parquet('{root}/small/**/*.parquet', hive_partitioning = true)",
    }
    return found | ({"Delta Lake": "delta"} if delta else {})


def delta_writer() -> Callable[[Path, pa.Table], None] | None:
    """What appends to a Delta table, if the library is there."""
    try:
        from deltalake import write_deltalake
    except ImportError:
        return None
    return lambda path, rows: write_deltalake(str(path), rows, mode="append", partition_by=["published_date"])


QUERIES = {
    "mentions by entity by day": "SELECT canonical_name, published_date, count(*) FROM {} GROUP BY 1, 2",
    "one entity by day": "SELECT published_date, count(*) FROM {} WHERE canonical_name = 'Entity 4711' GROUP BY 1",
    "one day": "SELECT count(DISTINCT canonical_name) FROM {} WHERE published_date = DATE '2026-01-15'",
}


def reading(root: Path, rows: int) -> dict[tuple[str, str], float]:
    """CPU seconds of each query on each layout, best of three."""
    found = {}
    places = layouts(root, rows)
    for query, sql in QUERIES.items():
        for layout, place in places.items():
            best = float("inf")
            for _ in range(3):
                with duckdb.connect() as connection:
                    if place == "delta":
                        from deltalake import DeltaTable

                        connection.register("delta", DeltaTable(str(root / "delta")).to_pyarrow_dataset())
                    started = time.process_time()
                    connection.execute(sql.format(place)).fetchall()
                    best = min(best, time.process_time() - started)
            found[query, layout] = best
    return found


def verifying(root: Path) -> tuple[float, float]:
    """Megabytes, and megabytes a CPU second, of verifying the lake of `commits`."""
    lake = Lake.open(root / "day")
    started = time.process_time()
    with lake.ledger() as ledger:
        found = verify(lake, ledger)
    if found.faults:
        raise AssertionError(found.faults[:3])
    return found.bytes / 1e6, found.bytes / 1e6 / (time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lake", description=__doc__)
    parser.add_argument("--largest", type=int, default=50_000, help="articles that the largest day holds")
    parser.add_argument("--mentions", type=int, default=100_000, help="mentions a day")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        show_reading(root / "reading", options.mentions)
        print("\n| commit | CPU s | wall s | MB written | files |\n|---|---|---|---|---|", flush=True)
        for each in commits(root, options.largest):
            numbers = f"{each.cpu_seconds:.2f} | {each.wall_seconds:.2f} | {each.megabytes:.1f} | {each.files}"
            print(f"| {each.what} | {numbers} |", flush=True)
        size, speed = verifying(root)
        print(f"\nverify: {size:.0f} MB at {speed:.0f} MB a CPU second")


def show_reading(root: Path, mentions: int) -> None:
    found = reading(root, mentions)
    layouts = list(dict.fromkeys(layout for _, layout in found))
    print(f"| DuckDB, {DAYS} days of {mentions:,} mentions, CPU s | {' | '.join(layouts)} |")
    print("|---|" + "---|" * len(layouts))
    for query in QUERIES:
        print(f"| {query} | " + " | ".join(f"{found[query, layout]:.2f}" for layout in layouts) + " |", flush=True)


if __name__ == "__main__":
    main()
