"""Questions to a lake, for notebooks and the command line: one function each. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from storage.lake import Lake
from storage.objects import ObjectFiles
from storage.operations import Run
from storage.schemas import from_arrow
from storage.tables import ANNOTATIONS, BY_NAME, TABLES, Table

if TYPE_CHECKING:
    import pyarrow.dataset as ds


@dataclass(frozen=True)
class TableStats:
    """How large a table is."""

    table: str
    meaning: str
    rows: int
    partitions: int
    """Dates that have rows."""
    files: int
    bytes: int


@dataclass(frozen=True)
class StoredArticle:
    """An article as it stands in the lake: one row of `articles`, and its rows of each table of annotations."""

    article: pa.Table
    annotations: dict[str, pa.Table]


def connect(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection, in memory, with a view for every table; dates of partitions are DATE."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        if isinstance(lake.files, ObjectFiles):
            # DuckDB's own reader of s3:// is an extension that has to be downloaded; pyarrow's comes with it.
            connection.register(table.name, dataset(lake.files, table))
        else:
            connection.execute(f"CREATE VIEW {table.name} AS {_select(lake, table)}")
    return connection


def dataset(files: ObjectFiles, table: Table) -> ds.Dataset:
    """A table in an object store, for pyarrow and whatever reads its datasets."""
    import pyarrow.dataset as ds  # imports pandas where there is one, which takes a second

    filesystem, root = files.filesystem()
    schema = pa.schema([*table.schema, pa.field(table.partition, pa.date32())])
    place = f"{root}/tables/{table.name}"
    partitioning = ds.partitioning(pa.schema([(table.partition, pa.date32())]), flavor="hive")
    return ds.dataset(place, schema=schema, format="parquet", filesystem=filesystem, partitioning=partitioning)


def _select(lake: Lake, table: Table) -> str:
    pattern = lake.glob(table).replace("'", "''")
    return (
        f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = true, hive_types = {{'{table.partition}': DATE}})"
    )


def table_stats(lake: Lake) -> list[TableStats]:
    """Rows, dates, files and bytes of every table."""
    found = []
    with connect(lake) as connection:
        for table in TABLES:
            count = f"SELECT count(*), count(DISTINCT {table.partition}) FROM {table.name}"
            rows, partitions = connection.execute(count).fetchall()[0]
            sizes = lake.files.sizes(f"tables/{table.name}")
            found.append(TableStats(table.name, table.meaning, rows, partitions, len(sizes), sum(sizes.values())))
    return found


def article(lake: Lake, article_id: str) -> StoredArticle | None:
    """An article with its annotations, in the order of the text; None if the lake does not have it."""
    with connect(lake) as connection:
        row = _rows(connection, BY_NAME["articles"], article_id)
        if not len(row):
            return None
        annotations = {table.name: _rows(connection, table, article_id) for table in ANNOTATIONS}
    return StoredArticle(row, annotations)


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, article_id: str) -> pa.Table:
    order = 'start, "end"' if table.count is not None else "1"
    query = f"SELECT * FROM {table.name} WHERE article_id = ? ORDER BY {order}"
    rows: pa.Table = connection.sql(query, params=[article_id]).to_arrow_table()
    return rows


def last_runs(connection: duckdb.DuckDBPyConnection, *, limit: int = 50) -> tuple[Run, ...]:
    """The runs that changed the lake last, newest first. `connection` is one of `connect`."""
    query = "SELECT * FROM runs ORDER BY started_at DESC, run_id LIMIT ?"
    return tuple(from_arrow(Run, connection.sql(query, params=[limit]).to_arrow_table()))


def ids_starting_with(lake: Lake, prefix: str, *, limit: int = 10) -> list[str]:
    """Ids of articles that begin with a prefix, so that nobody has to type a whole one."""
    with connect(lake) as connection:
        query = "SELECT article_id FROM articles WHERE starts_with(article_id, ?) ORDER BY 1 LIMIT ?"
        return [row[0] for row in connection.execute(query, [prefix, limit]).fetchall()]
