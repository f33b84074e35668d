"""Spark reads the lake as it stands: the same rows and types as pyarrow, dates of partitions as DATE."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pyarrow as pa
import pytest
from lakes import PUBLISHED, article, page, put, rejection, run
from test_reading import by_pyarrow, plain, sorted_rows

from storage.lake import Lake
from storage.tables import TABLES

sql = pytest.importorskip("pyspark.sql", reason="needs pyspark: `make test-spark` installs it")
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not on this machine"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[object]:
    builder = sql.SparkSession.builder.master("local[1]").appName("newslake")
    for name, value in {"ui.enabled": "false", "sql.session.timeZone": "UTC", "driver.host": "127.0.0.1"}.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_reads_the_same_rows_and_types_before_and_after_a_part_is_replaced(spark, tmp_path) -> None:
    """Every table, also those that have no row yet."""
    lake = Lake.open(tmp_path / "lake")
    others = (article("b", "Nobody came."), article("c", "Fewer came.", published_at=PUBLISHED.replace(day=1)))
    first = article("a", "Mayor Smith said 12 people came on Monday .")
    put(lake, first, *others, pages=(page("a"),), rejections=(rejection(),), runs=(run(),))
    for changed in (None, article("a", "Mayor Smith said 13 people came.", modified_at=PUBLISHED.replace(hour=18))):
        if changed:
            put(lake, changed)
        for table in TABLES:
            found: pa.Table = spark.read.parquet(f"{lake.uri}/tables/{table.name}").toArrow()
            expected = by_pyarrow(lake, table)
            types = {field.name: plain(field.type) for field in expected.schema}
            assert {field.name: plain(field.type) for field in found.schema} == types, table.name
            assert sorted_rows(found, table) == sorted_rows(expected, table), table.name
