"""The files alone, with nothing of ours: four tools see the same rows of the same types."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from lakes import PUBLISHED, article, page, put, rejection, run

from storage.lake import Lake
from storage.tables import TABLES, Table


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Three articles on two days, one of them revised, and one row at least in most tables."""
    lake = Lake.open(tmp_path_factory.mktemp("reading") / "lake")
    first = article("a", "Mayor Smith said 12 people came on Monday .")
    others = (article("b", "Nobody came."), article("c", "Fewer came.", published_at=PUBLISHED.replace(day=1)))
    put(lake, first, *others, pages=(page("a"),), rejections=(rejection(),), runs=(run(),))
    put(lake, article("a", "Mayor Smith said 13 people came.", modified_at=PUBLISHED.replace(hour=18)))
    return lake


def expected(table: Table) -> pa.Schema:
    return table.schema.append(pa.field(table.partition, pa.date32())).remove_metadata()


def by_pyarrow(lake: Lake, table: Table) -> pa.Table:
    partitioning = ds.partitioning(pa.schema([(table.partition, pa.date32())]), flavor="hive")
    return ds.dataset(f"{lake.uri}/tables/{table.name}", partitioning=partitioning).to_table()


def by_duckdb(lake: Lake, table: Table) -> pa.Table:
    query = f"SELECT * FROM read_parquet('{lake.uri}/tables/{table.name}/**/*.parquet', hive_partitioning = true)"
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(query).to_arrow_table()


def by_polars(lake: Lake, table: Table) -> pa.Table:
    return pl.read_parquet(f"{lake.uri}/tables/{table.name}", hive_partitioning=True).to_arrow()


def by_pandas(lake: Lake, table: Table) -> pa.Table:
    partitioning = ds.partitioning(pa.schema([(table.partition, pa.date32())]), flavor="hive")
    frame = pd.read_parquet(f"{lake.uri}/tables/{table.name}", partitioning=partitioning, dtype_backend="pyarrow")
    return pa.Table.from_pandas(frame, preserve_index=False)


READERS = {"pyarrow": by_pyarrow, "duckdb": by_duckdb, "polars": by_polars, "pandas": by_pandas}


def sorted_rows(rows: pa.Table, table: Table) -> list[dict[str, object]]:
    return sorted(rows.to_pylist(), key=lambda row: repr([row[name] for name in table.key]))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("reader", READERS)
def test_four_tools_read_the_same_rows_and_types(lake: Lake, table: Table, reader: str) -> None:
    found = READERS[reader](lake, table)
    assert {name: plain(found.schema.field(name).type) for name in found.schema.names} == {
        field.name: plain(field.type) for field in expected(table)
    }
    rows = sorted_rows(found.cast(found.schema), table)
    assert rows == sorted_rows(by_pyarrow(lake, table), table)
    without = ("duplicates", "stories", "story_articles", "fetches", "feed_gaps", "removals", "retirements")
    assert len(rows) > 0 or table.name in without


def plain(type_: pa.DataType) -> str:
    """A type's name, without what engines choose for themselves: large or small offsets, views, names of list items."""
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return f"list<{plain(type_.value_type)}>"
    if pa.types.is_struct(type_):
        return "struct<" + ", ".join(f"{field.name}: {plain(field.type)}" for field in type_) + ">"
    return str(type_).removeprefix("large_").removesuffix("_view")
