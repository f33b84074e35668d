"""Upkeep of a lake: reading everything back, making good what is damaged, letting go of what is old, moving on."""

from __future__ import annotations

import json
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lakes import NOW, PUBLISHED, article, batch, duplicate, files_of, made, page, put, rejection, rows_of, run

from benchmarks.faults.workload import ledger_rows
from storage.commit import store
from storage.lake import Lake, SchemaVersionError
from storage.migrate import migrate
from storage.operations import Fetch
from storage.rebuild import rebuild_state
from storage.remove import Request, remove
from storage.repair import Repaired, repair
from storage.state import PAYLOADS
from storage.tables import BY_NAME, SCHEMA_VERSION, TABLES
from storage.vacuum import vacuum
from storage.verify import Verification, verify

HOUR = timedelta(hours=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three articles on two days, one revised, one repeating another, with pages, a rejection and a run."""
    lake = Lake.open(tmp_path / "lake")
    a, b = article("a", "Mayor Smith said 12 ."), article("b", "Mayor Smith said 12 .")
    c = article("c", "Others .", published_at=PUBLISHED - timedelta(days=30))
    pages = tuple(page(name) for name in "abc")
    put(lake, a, b, c, pages=pages, duplicates=(duplicate(b, a),), rejections=(rejection(),), runs=(run(),))
    put(lake, article("a", "Mayor Smith said 13 .", modified_at=PUBLISHED + HOUR))
    return lake


def verified(lake: Lake) -> Verification:
    with lake.ledger() as ledger:
        return verify(lake, ledger)


def repaired(lake: Lake, *, keep_payloads: bool = True) -> Repaired:
    with lake.ledger() as ledger:
        if not keep_payloads:
            with ledger.writing() as connection:
                connection.execute(PAYLOADS.delete())
        return repair(lake, ledger, verify(lake, ledger).faults, now=NOW)


def parts_of(lake: Lake, table: str) -> list[Path]:
    return sorted(
        path for path in (Path(lake.uri) / "tables" / table).rglob("*.parquet") if "part-00000" not in path.name
    )


def test_a_sound_lake_has_no_faults_and_is_not_touched(lake: Lake) -> None:
    before = files_of(Path(lake.uri))
    found = verified(lake)
    assert found.faults == ()
    assert found.rows > 20
    assert files_of(Path(lake.uri)) == before


def test_every_flipped_bit_is_found(lake: Lake) -> None:
    """Wherever it is: in a page, in the footer, in an index. 100 of 100."""
    chance = random.Random(0)
    parts = [part for table in ("articles", "mentions", "raw") for part in parts_of(lake, table)]
    with lake.ledger() as ledger:
        for _ in range(100):
            part = chance.choice(parts)
            sound = part.read_bytes()
            place = chance.randrange(len(sound))
            flipped = bytearray(sound)
            flipped[place] ^= 1 << chance.randrange(8)
            part.write_bytes(flipped)
            faults = verify(lake, ledger).faults
            assert [fault for fault in faults if fault.kind == "damaged"], f"byte {place} of {part}"
            part.write_bytes(sound)


def spoil(part: Path, how: str) -> None:
    if how == "cut short":
        part.write_bytes(part.read_bytes()[:-7])
    elif how == "deleted":
        part.unlink()
    elif how == "emptied":
        part.write_bytes(b"")


@pytest.mark.parametrize(
    ("table", "how"), [("articles", "cut short"), ("quotes", "deleted"), ("raw", "emptied"), ("rejections", "deleted")]
)
def test_a_damaged_part_is_written_again_from_the_ledger_byte_for_byte(lake: Lake, table: str, how: str) -> None:
    before = files_of(Path(lake.uri) / "tables")
    spoil(parts_of(lake, table)[0], how)
    assert {fault.kind for fault in verified(lake).faults} <= {"damaged", "missing"}
    done = repaired(lake)
    assert (len(done.replayed), done.raw_ids, done.lost) == (1, (), ())
    assert files_of(Path(lake.uri) / "tables") == before
    assert verified(lake).faults == ()


def test_without_payloads_the_articles_of_a_damaged_part_are_made_again_from_their_pages(lake: Lake) -> None:
    """The repair says which pages; handing them in again brings the same rows back to the same place."""
    before = rows_of(lake, "articles"), rows_of(lake, "quotes")
    spoil(parts_of(lake, "articles")[-1], "cut short")
    done = repaired(lake, keep_payloads=False)
    assert set(done.raw_ids) == {page("a").raw_id, page("b").raw_id}
    put(
        lake, article("a", "Mayor Smith said 13 .", modified_at=PUBLISHED + HOUR), article("b", "Mayor Smith said 12 .")
    )
    assert (rows_of(lake, "articles"), rows_of(lake, "quotes")) == before


def test_what_is_no_part_is_named_and_set_aside(lake: Lake) -> None:
    odd = Path(lake.uri) / "tables" / "quotes" / "notes.parquet"
    odd.write_bytes(b"not ours")
    assert [fault.kind for fault in verified(lake).faults] == ["foreign"]
    repaired(lake)
    assert not odd.exists()
    assert verified(lake).faults == ()
    assert [path.name for path in (Path(lake.uri) / "quarantine").rglob("*.parquet")] == ["notes.parquet"]


def test_a_ledger_made_again_from_the_lake_knows_the_same(lake: Lake) -> None:
    """All but which rejected pages this pipeline saw, and the payloads; a takedown is not forgotten either."""
    with lake.ledger() as ledger:
        remove(lake, ledger, Request(article_ids=(article("c").article_id,)), now=NOW)
        before = ledger_rows(ledger)
    shutil.rmtree(Path(lake.uri) / "ledger")
    tables = files_of(Path(lake.uri) / "tables")
    with lake.ledger() as ledger:
        assert rebuild_state(lake, ledger).articles == 2
        after = ledger_rows(ledger)
    for table in ("heads", "texts", "placements", "parts", "tombstones", "outcomes", "files"):
        # A part's weight counts every text that was ever filed in it; the lake knows those that are left.
        drop = 2 if table == "parts" else 0
        assert [row[: len(row) - drop] for row in after[table]] == [row[: len(row) - drop] for row in before[table]], (
            table
        )
    put(
        Lake.open(lake.uri),
        article("b", "Mayor Smith said 12 ."),
        article("c", "Others ."),
        pages=(page("a"),),
        runs=(run(),),
    )
    assert files_of(Path(lake.uri) / "tables") == tables
    assert verified(lake).faults == ()


def test_what_is_older_than_its_table_may_get_goes_and_does_not_come_back(lake: Lake) -> None:
    """And `retirements` says what went; articles take their annotations and old texts along."""
    with lake.ledger() as ledger:
        done = vacuum(lake, ledger, now=NOW + timedelta(days=8), keep={"articles": timedelta(days=20)})
        assert done.payloads > 0
        store(lake, ledger, batch(article("c", "Others .", published_at=PUBLISHED - timedelta(days=30))))
    assert (done.parts, done.rows) == (5, 5)
    assert len(rows_of(lake, "articles")) == 2
    assert verified(lake).faults == ()
    logged = rows_of(lake, "retirements", "table_name, CAST(filed_date AS VARCHAR), part, rows, keep_days")
    day = str((PUBLISHED - timedelta(days=30)).date())
    assert len(logged) == 5
    assert {("articles", day, 1, 1, 20), ("mentions", day, 1, 1, 20), ("quotes", day, 1, 1, 20)} < set(logged)


def test_a_new_article_of_a_date_that_was_let_go_stays_until_the_next_time(lake: Lake) -> None:
    late = article("d", "Late .", published_at=PUBLISHED - timedelta(days=30))
    with lake.ledger() as ledger:
        vacuum(lake, ledger, now=NOW, keep={"articles": timedelta(days=20)})
        store(lake, ledger, batch(late))
        assert len(rows_of(lake, "articles")) == 3
        assert verify(lake, ledger).faults == ()
        assert vacuum(lake, ledger, now=NOW, keep={"articles": timedelta(days=20)}).parts > 0
        assert verify(lake, ledger).faults == ()
    assert len(rows_of(lake, "articles")) == 2


@pytest.mark.parametrize("table", ["raw", "fetches", "runs", "rejections", "revisions"])
def test_each_table_has_an_age_of_its_own(lake: Lake, table: str) -> None:
    fetch = made(Fetch, fetch_id="f", run_id="run", source_id="here", url="u", purpose="feed", fetched_at=NOW)
    put(lake, fetches=(fetch,))
    before = {each.name: len(rows_of(lake, each.name)) for each in TABLES}
    assert before[table] > 0
    with lake.ledger() as ledger:
        done = vacuum(lake, ledger, now=NOW + timedelta(days=50), keep={table: timedelta(days=40)})
        assert verify(lake, ledger).faults == ()
    after = {each.name: len(rows_of(lake, each.name)) for each in TABLES}
    assert after == before | {table: 0, "retirements": 1}
    assert done.rows == before[table]


@pytest.mark.parametrize("step", ["logged", "deleted"])
def test_letting_go_that_was_interrupted_goes_on(lake: Lake, step: str) -> None:
    class Stop(Exception):
        pass

    def stop(reached: str) -> None:
        if reached == step:
            raise Stop

    keep = {"articles": timedelta(days=20)}
    with lake.ledger() as ledger:
        with pytest.raises(Stop):
            vacuum(lake, ledger, now=NOW, keep=keep, on_step=stop)
        vacuum(lake, ledger, now=NOW + HOUR, keep=keep)
        assert verify(lake, ledger).faults == ()
    assert len(rows_of(lake, "retirements")) == 5
    assert len(rows_of(lake, "articles")) == 2


def old_part(path: Path, table: str, *without: str) -> None:
    """Make a part what an earlier version would have written: without some columns."""
    rows = pq.read_table(path, partitioning=None).drop_columns(list(without))
    pq.write_table(rows.replace_schema_metadata({"newslake.table": table, "newslake.schema_version": "0"}), path)


def make_old(lake: Lake) -> None:
    for path in (Path(lake.uri) / "tables").rglob("*.parquet"):
        table = path.parts[-3]
        if table in ("articles", "revisions"):
            old_part(path, table, "section", "pipeline_version")
    description = Path(lake.uri) / "lake.json"
    description.write_text(json.dumps(json.loads(description.read_text()) | {"schema_version": SCHEMA_VERSION - 1}))


def test_an_older_lake_is_migrated_to_one_schema_and_not_written_before(lake: Lake) -> None:
    make_old(lake)
    with pytest.raises(SchemaVersionError, match="newslake migrate"):
        Lake.open(lake.uri)
    stale = Lake.open(lake.uri, is_migrating=True)
    with stale.ledger() as ledger:
        assert migrate(stale, ledger) == 2 + 3
        assert migrate(stale, ledger) == 0
    assert rows_of(Lake.open(lake.uri), "articles", "pipeline_version, section") == [("", None)] * 3
    assert verified(lake).faults == ()
    schemas = {pq.read_schema(path) for path in (Path(lake.uri) / "tables" / "articles").rglob("*.parquet")}
    assert schemas == {BY_NAME["articles"].schema}


def test_a_table_that_is_new_is_empty_after_migration_and_its_counts_are_zero(lake: Lake) -> None:
    """As of a lake of version 1, which had no table `events`."""
    make_old(lake)
    tables = Path(lake.uri) / "tables"
    shutil.rmtree(tables / "events")
    for table in ("articles", "revisions"):
        for path in (tables / table).rglob("*.parquet"):
            old_part(path, table, "event_count")
    stale = Lake.open(lake.uri, is_migrating=True)
    with stale.ledger() as ledger:
        migrate(stale, ledger)
    migrated = Lake.open(lake.uri)
    assert rows_of(migrated, "events", "count(*)") == [(0,)]
    assert rows_of(migrated, "articles", "DISTINCT event_count") == [(0,)]


def test_a_migration_that_was_interrupted_goes_on(lake: Lake) -> None:
    class Stop(Exception):
        pass

    def stop(step: str) -> None:
        if step == "renamed":
            raise Stop

    make_old(lake)
    stale = Lake.open(lake.uri, is_migrating=True)
    for _ in range(2):
        with stale.ledger() as ledger, pytest.raises(Stop):
            migrate(stale, ledger, on_step=stop)
    with stale.ledger() as ledger:
        assert migrate(stale, ledger) == 3
    assert verified(Lake.open(lake.uri)).faults == ()


def test_an_older_program_does_not_write_to_a_newer_lake(lake: Lake) -> None:
    description = Path(lake.uri) / "lake.json"
    description.write_text(json.dumps(json.loads(description.read_text()) | {"schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(SchemaVersionError, match="install a newer Newslake"):
        Lake.open(lake.uri)
