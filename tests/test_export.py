"""Copies of the lake in open table formats: what they hold is what the lake holds, and only what changed is copied."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from lakes import NOW, PUBLISHED, article, files_of, page, put, rejection, rows_of, run
from pyiceberg.transforms import IdentityTransform
from typer.testing import CliRunner

import storage.export
from benchmarks.faults.crash import in_process, killer
from flows.cli import app
from storage.applier import alone
from storage.export import (
    LAKE_PART,
    ExportBusyError,
    Exported,
    ForeignTargetError,
    NoCatalogError,
    NoLibraryError,
    Target,
    copied_schema,
    export,
)
from storage.export.delta import DeltaTarget
from storage.export.iceberg import OWNER, IcebergTarget
from storage.files import OnStep
from storage.lake import Lake
from storage.remove import Request, remove
from storage.tables import BY_NAME, TABLES, Table
from storage.vacuum import vacuum

HOUR = timedelta(hours=1)
ARTICLES = BY_NAME["articles"]
SOME = tuple(BY_NAME[name] for name in ("revisions", "mentions", "articles", "raw"))
"""Enough for most tests: a commit of pyiceberg takes a tenth of a second for each table."""


@dataclass(frozen=True)
class Copy:
    """A copy, seen with the format's own library and with two others."""

    format: str
    root: Path

    def target(self, lake: Lake) -> Target:
        opens = {"iceberg": IcebergTarget.open, "delta": DeltaTarget.open}
        return opens[self.format](lake, str(self.root))

    def rows(self, lake: Lake, table: str, engine: str = "own") -> list[dict[str, object]]:
        return getattr(self, f"_{self.format}_by_{engine}")(lake, table).to_pylist()

    def snapshots(self, lake: Lake, table: str) -> list[list[dict[str, object]]]:
        """The rows of each snapshot, oldest first."""
        if self.format == "delta":
            place = f"{self.root}/{table}"
            versions = range(DeltaTable(place).version() + 1)
            return [DeltaTable(place, version=each).to_pyarrow_table().to_pylist() for each in versions]
        opened = self._iceberg(lake, table)
        return [opened.scan(snapshot_id=each.snapshot_id).to_arrow().to_pylist() for each in opened.snapshots()]

    def _iceberg(self, lake: Lake, table: str):
        return self.target(lake).catalog.load_table(f"newslake.{table}")

    def _iceberg_by_own(self, lake: Lake, table: str) -> pa.Table:
        return self._iceberg(lake, table).scan().to_arrow()

    def _iceberg_by_polars(self, lake: Lake, table: str) -> pa.Table:
        return pl.scan_iceberg(self._iceberg(lake, table)).collect().to_arrow()

    def _iceberg_by_duckdb(self, lake: Lake, table: str) -> pa.Table:
        connection = self._iceberg(lake, table).scan().to_duckdb("copy")
        connection.execute("SET TimeZone = 'UTC'")
        return connection.sql("FROM copy").to_arrow_table()

    def _delta_by_own(self, _lake: Lake, table: str) -> pa.Table:
        return DeltaTable(f"{self.root}/{table}").to_pyarrow_table()

    def _delta_by_polars(self, _lake: Lake, table: str) -> pa.Table:
        return pl.read_delta(f"{self.root}/{table}").to_arrow()

    def _delta_by_duckdb(self, _lake: Lake, table: str) -> pa.Table:
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("copy", DeltaTable(f"{self.root}/{table}").to_pyarrow_dataset())
        return connection.sql("FROM copy").to_arrow_table()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three articles on two days, with pages, a rejection and a run; two commits."""
    lake = Lake.open(tmp_path / "lake")
    old = article("c", "Fewer came.", published_at=PUBLISHED - timedelta(days=30))
    put(lake, old, pages=(page("c", fetched_at=NOW - timedelta(days=40)),))
    put(
        lake,
        article("a", "Mayor Smith said 12 ."),
        article("b", "Other ."),
        pages=(page("a"),),
        rejections=(rejection(),),
        runs=(run(),),
    )
    return lake


@pytest.fixture(params=["iceberg", "delta"])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Copy:
    return Copy(request.param, tmp_path / "copy")


def exported(lake: Lake, copy: Copy, **how: object) -> Exported:
    with lake.ledger() as ledger:
        return export(lake, ledger, copy.target(lake), **({"now": NOW, "tables": SOME} | how))


def of_lake(lake: Lake, table: Table) -> list[dict[str, object]]:
    from storage.readers import connect

    with connect(lake) as connection:
        return connection.sql(f"FROM {table.name}").to_arrow_table().to_pylist()


def in_order(rows: list[dict[str, object]], table: Table) -> list[dict[str, object]]:
    """Without what only the copy has, and sorted."""
    bare = [{name: value for name, value in row.items() if name != LAKE_PART} for row in rows]
    return sorted(bare, key=lambda row: repr([row[name] for name in table.key]))


def assert_same(lake: Lake, copy: Copy, engine: str = "own", tables: Sequence[Table] = SOME) -> None:
    for table in tables:
        assert in_order(copy.rows(lake, table.name, engine), table) == in_order(of_lake(lake, table), table), table.name


@pytest.mark.filterwarnings("ignore:Iceberg scan planning")
def test_a_copy_holds_the_rows_of_the_lake_for_every_reader(lake: Lake, copy: Copy) -> None:
    assert exported(lake, copy, tables=TABLES).tables["articles"].rows == 3
    for engine in ("own", "duckdb", "polars"):
        assert_same(lake, copy, engine, TABLES)


def test_exporting_again_changes_no_byte(lake: Lake, copy: Copy) -> None:
    exported(lake, copy)
    before = files_of(copy.root)
    assert exported(lake, copy).tables == {}
    assert files_of(copy.root) == before


def test_only_what_changed_is_brought_and_the_time_before_can_be_read(lake: Lake, copy: Copy) -> None:
    """One snapshot more, and none between the going and the coming of rows."""
    exported(lake, copy)
    before = copy.snapshots(lake, "articles")
    put(lake, article("a", "Mayor Smith said 13 .", modified_at=PUBLISHED + HOUR))
    done = exported(lake, copy)
    assert (done.tables["articles"].brought, done.tables["articles"].taken_out, done.tables["articles"].rows) == (
        1,
        1,
        2,
    )
    assert "raw" not in done.tables
    assert_same(lake, copy)
    after = copy.snapshots(lake, "articles")
    assert after[: len(before)] == before
    assert [len(rows) for rows in after[len(before) :]] == [3]
    assert "Mayor Smith said 12 ." in {row["text"] for row in after[-2]}


def test_parts_are_copied_in_commits_of_bounded_size(lake: Lake, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.export, "CHUNK_BYTES", 1)
    exported(lake, copy)
    assert [len(rows) for rows in copy.snapshots(lake, "articles")][-2:] == [1, 3]
    assert_same(lake, copy)


def test_what_was_taken_down_vanishes_and_with_forgetting_no_byte_of_it_is_left(lake: Lake, copy: Copy) -> None:
    exported(lake, copy)
    put(lake, article("a", "Mayor Smith said 13 .", modified_at=PUBLISHED + HOUR))
    exported(lake, copy)
    gone = article("a").article_id
    with lake.ledger() as ledger:
        assert remove(lake, ledger, Request(article_ids=(gone,)), now=NOW).left == ()
    exported(lake, copy)
    assert_same(lake, copy)
    assert [name for name, data in files_of(copy.root).items() if gone.encode() in data]
    assert exported(lake, copy, is_forgetting=True).forgotten > 0
    assert [name for name, data in files_of(copy.root).items() if gone.encode() in data] == []
    assert_same(lake, copy)
    before = files_of(copy.root)
    assert exported(lake, copy, is_forgetting=True).forgotten == 0
    assert files_of(copy.root) == before


def test_dates_that_the_lake_let_go_vanish(lake: Lake, copy: Copy) -> None:
    exported(lake, copy)
    with lake.ledger() as ledger:
        vacuum(lake, ledger, now=NOW, keep={"raw": timedelta(days=30)})
    assert exported(lake, copy).tables["raw"].taken_out == 1
    assert_same(lake, copy)


def export_and_die(root: str, copy: Copy, table: str) -> None:
    export_in_steps(Lake.open(root), copy, killer(table, 1))


def export_in_steps(lake: Lake, copy: Copy, on_step: OnStep) -> None:
    with lake.ledger() as ledger:
        export(lake, ledger, copy.target(lake), now=NOW, tables=SOME, on_step=on_step)


@pytest.mark.parametrize("table", ["mentions", "articles"])
def test_an_export_that_was_killed_is_finished_by_the_next(lake: Lake, copy: Copy, table: str) -> None:
    """Each table is whole at any moment, of before or of after; the next export brings the others."""
    exported(lake, copy)
    put(lake, article("a", "Mayor Smith said 13 .", modified_at=PUBLISHED + HOUR))
    assert in_process(export_and_die, lake.uri, copy, table) == -signal.SIGKILL
    assert len(copy.rows(lake, "articles")) == 3
    assert "articles" in exported(lake, copy).tables or table == "articles"
    assert_same(lake, copy)


def older(lake: Lake, copy: Copy, rows: pa.Table) -> None:
    """The copy of `articles` as a version made it that did not know all columns."""
    target = copy.target(lake)
    if isinstance(target, DeltaTarget):
        place = f"{copy.root}/articles"
        by = [ARTICLES.partition, LAKE_PART]
        write_deltalake(place, rows, partition_by=by, description=f"Copy of a lake of Newslake, {target.owner}")
        return
    assert isinstance(target, IcebergTarget)
    made = target.catalog.create_table("newslake.articles", rows.schema, properties={OWNER: target.owner})
    with made.update_spec() as spec:
        spec.add_field(ARTICLES.partition, IdentityTransform(), ARTICLES.partition)
        spec.add_field(LAKE_PART, IdentityTransform(), LAKE_PART)
    made.append(rows)


def test_a_copy_of_an_older_version_gets_the_new_columns(lake: Lake, copy: Copy) -> None:
    """Also those that are new inside a column; a part of the older version is replaced, since its bytes differ."""
    schema = copied_schema(ARTICLES)
    fields = [field for field in schema if field.name not in ("section", "cuts")]
    fields.append(pa.field("cuts", pa.list_(pa.struct([pa.field("paragraph", pa.int64())]))))
    row = {
        "article_id": "old",
        ARTICLES.partition: PUBLISHED.date(),
        LAKE_PART: f"{PUBLISHED.date()}.00001.0123456789abcdef",
    }
    older(lake, copy, pa.Table.from_pylist([row], schema=pa.schema(fields)))
    done = exported(lake, copy)
    assert (done.tables["articles"].brought, done.tables["articles"].taken_out) == (2, 1)
    assert_same(lake, copy)


def test_a_target_of_something_else_is_left_alone(lake: Lake, copy: Copy, tmp_path: Path) -> None:
    other = Lake.open(tmp_path / "other")
    put(other, article("z"))
    exported(other, copy)
    before = files_of(copy.root)
    with pytest.raises(ForeignTargetError, match="no copy of this lake"):
        exported(lake, copy)
    assert files_of(copy.root) == before


def test_two_exports_at_once_are_one_too_many(lake: Lake, copy: Copy) -> None:
    with lake.ledger() as ledger, alone(ledger, "export") as is_mine:
        assert is_mine
        with pytest.raises(ExportBusyError):
            exported(lake, copy)
    assert exported(lake, copy).tables


def test_a_library_that_is_not_installed_is_named_with_the_remedy(
    lake: Lake, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyiceberg.catalog", "deltalake"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NoLibraryError, match=r"pip install '?(pyiceberg|deltalake)"):
        copy.target(lake)


@pytest.mark.parametrize(
    ("warehouse", "catalog"),
    [("s3://bucket/copy", None), ("copy", "gopher://nowhere"), ("copy", "sqlite:////no/such/place")],
)
def test_a_catalogue_that_cannot_be_opened_is_named_with_the_remedy(
    lake: Lake, warehouse: str, catalog: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoCatalogError, match="catalogue"):
        IcebergTarget.open(lake, warehouse, catalog)


def test_the_command_says_what_it_brought_and_that_there_was_nothing_to_bring(lake: Lake, copy: Copy) -> None:
    arguments = ["export", copy.format, str(copy.root), "--lake", lake.uri, "--table", "articles"]
    first, second = CliRunner().invoke(app, arguments), CliRunner().invoke(app, arguments)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "articles: 3 rows of 2 parts brought, 0 parts taken out" in first.output
    assert "up to date" in second.output
    assert len(copy.rows(lake, "articles")) == len(rows_of(lake, "articles"))
    unknown = CliRunner().invoke(app, [*arguments, "--table", "nothing"])
    assert "there is no such table" in str(unknown.exception)
