"""Keeping a lake in order: what waits is written, what is damaged is found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lakes import NOW, article, batch, files_of, page, put, rows_of

from flows.artifacts import maintained_markdown
from storage.commit import commit
from storage.lake import Lake
from tasks.maintain import Maintained, UnknownTable, ages, drain, vacuum, verify


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def maintained(lake: Lake, **keep: timedelta) -> Maintained:
    """What the flow does, without a Prefect server."""
    with lake.ledger() as ledger:
        rows = drain.fn(lake, ledger, NOW)
        return Maintained(rows, verify.fn(lake, ledger, NOW), vacuum.fn(lake, ledger, NOW, keep))


def test_what_was_promised_and_not_written_is_written(lake: Lake) -> None:
    with lake.ledger() as ledger:
        commit(lake, ledger, batch(article()), lambda _step: None)
    assert rows_of(lake, "articles") == []
    done = maintained(lake)
    assert done.rows_written > 0
    assert (done.faults, len(rows_of(lake, "articles"))) == ((), 1)


def test_a_night_without_news_changes_no_byte_of_the_tables(lake: Lake) -> None:
    put(lake, article(), pages=(page(),))
    before = files_of(Path(lake.uri) / "tables")
    assert maintained(lake).rows_written == 0
    assert files_of(Path(lake.uri) / "tables") == before


def test_a_damaged_part_is_named(lake: Lake) -> None:
    put(lake, article())
    part = next((Path(lake.uri) / "tables" / "quotes").rglob("part-00001.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    done = maintained(lake)
    assert [(each.kind, part.name in each.where) for each in done.faults] == [("damaged", True)]
    assert "The lake has faults." in maintained_markdown(done)
    assert done.faults[0].where in maintained_markdown(done)


def test_old_pages_are_let_go_only_when_asked(lake: Lake) -> None:
    put(lake, article(), pages=(page(fetched_at=NOW - timedelta(days=40)),))
    assert maintained(lake).vacuumed.parts == 0
    assert maintained(lake, raw=timedelta(days=30)).vacuumed.parts == 1
    assert (rows_of(lake, "raw"), len(rows_of(lake, "articles"))) == ([], 1)


def test_a_table_that_does_not_exist_is_named_before_anything_is_done() -> None:
    assert ages({"raw": 90}) == {"raw": timedelta(days=90)}
    with pytest.raises(UnknownTable, match=r"there is no table pages; tables: .*raw"):
        ages({"raw": 90, "pages": 3})
