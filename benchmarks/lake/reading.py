"""The questions of analysts, asked of our parts and of the same rows in the layouts that the lake might have had."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from storage.parts import encode, in_order, path_of
from storage.tables import ARTICLES, BY_NAME

MENTIONS = BY_NAME["mentions"]
DAYS, FILES_A_DAY, MENTIONS_AN_ARTICLE = 30, 96, 25

QUERIES = {
    "mentions by entity by day": "SELECT canonical_name, published_date, count(*) FROM {} GROUP BY 1, 2",
    "one entity by day": "SELECT published_date, count(*) FROM {} WHERE canonical_name = 'Entity 4711' GROUP BY 1",
    "one day": "SELECT count(DISTINCT canonical_name) FROM {} WHERE published_date = DATE '2026-01-15'",
}


@dataclass(frozen=True)
class Layout:
    """Where a layout stands."""

    name: str
    root: Path
    is_delta: bool = False


def mentions_of_a_day(day: int, rows: int) -> pa.Table:
    """Mentions of a day in the schema of the table, few entities frequent and many rare."""
    chance = np.random.default_rng(day)
    entities = np.minimum(chance.zipf(1.3, rows), 50_000)
    ids = [f"{day:04d}{number // MENTIONS_AN_ARTICLE:028d}" for number in range(rows)]
    columns: list[pa.Array] = []
    for field in MENTIONS.schema:
        if field.name == "article_id":
            columns.append(pa.array(ids))
        elif field.name == "mention_id":
            columns.append(pa.array(np.arange(rows) % MENTIONS_AN_ARTICLE, pa.int64()))
        elif field.name in ("canonical_name", "surface"):
            columns.append(pa.array([f"Entity {entity}" for entity in entities]))
        elif field.name in ("start", "end"):
            columns.append(pa.array(chance.integers(0, 2000, rows), pa.int64()))
        elif field.nullable:
            columns.append(pa.nulls(rows, field.type))
        else:
            blanks = {"string": "made-up", "int64": 0, "double": 0.9, "bool": False}
            blank: object = [] if pa.types.is_list(field.type) else blanks[str(field.type)]
            columns.append(pa.array([blank] * rows, field.type))
    return pa.Table.from_arrays(columns, schema=MENTIONS.schema)


def layouts(root: Path, rows: int, *, with_delta: bool) -> list[Layout]:
    """The same mentions as our parts, as 96 small files a day, and as Delta Lake written by the same 96 batches a day,
    as it is then and after its compaction."""
    for number in range(DAYS):
        day, table = date(2026, 1, 1) + timedelta(days=number), mentions_of_a_day(number, rows)
        write_ours(root / "ours", day, table)
        step = -(-rows // FILES_A_DAY)
        batches = [table.slice(file * step, step) for file in range(FILES_A_DAY)]
        write_small(root / "small", day, batches)
        if with_delta:
            write_delta(root / "delta", day, batches)
    plain = [Layout("ours", root / "ours/tables/mentions"), Layout(f"{FILES_A_DAY} files a day", root / "small")]
    if not with_delta:
        return plain
    compact(root)
    return [
        *plain,
        Layout("Delta Lake", root / "delta", is_delta=True),
        Layout("Delta Lake, compacted", root / "compacted", is_delta=True),
    ]


def write_ours(root: Path, day: date, table: pa.Table) -> None:
    """In parts of as many articles as a part takes."""
    step = ARTICLES.items_per_part * MENTIONS_AN_ARTICLE
    for part, start in enumerate(range(0, len(table), step), 1):
        path = root / path_of(MENTIONS, day, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(MENTIONS, in_order(MENTIONS, table.slice(start, step))))


def write_small(root: Path, day: date, batches: list[pa.Table]) -> None:
    place = root / f"published_date={day}"
    place.mkdir(parents=True)
    for number, rows in enumerate(batches):
        pq.write_table(rows, place / f"{number}.parquet", compression="zstd")


def write_delta(root: Path, day: date, batches: list[pa.Table]) -> None:
    from deltalake import DeltaTable, write_deltalake

    table: Path | DeltaTable = DeltaTable(str(root)) if root.exists() else root
    for rows in batches:
        dated = rows.append_column("published_date", pa.array([day] * len(rows), pa.date32()))
        write_deltalake(table, dated, mode="append", partition_by=["published_date"])
        table = table if isinstance(table, DeltaTable) else DeltaTable(str(root))


def compact(root: Path) -> None:
    """A copy of the Delta table, compacted."""
    import shutil

    from deltalake import DeltaTable

    shutil.copytree(root / "delta", root / "compacted")
    DeltaTable(str(root / "compacted")).optimize.compact()


def reading(places: list[Layout]) -> dict[tuple[str, str], float]:
    """CPU seconds of each query on each layout, best of three, by DuckDB."""
    return {(query, layout.name): best_of_three(sql, layout) for query, sql in QUERIES.items() for layout in places}


def best_of_three(sql: str, layout: Layout) -> float:
    best = float("inf")
    for _ in range(3):
        with duckdb.connect() as connection:
            started = time.process_time()
            if layout.is_delta:
                # DuckDB's own reader of Delta is an extension that it downloads.
                from deltalake import DeltaTable

                connection.register("delta", DeltaTable(str(layout.root)).to_pyarrow_dataset())
                place = "delta"
            else:
                place = f"read_parquet('{layout.root}/**/*.parquet', hive_partitioning = true)"
            connection.execute(sql.format(place)).fetchall()
            best = min(best, time.process_time() - started)
    return best
