"""Taking down: nothing of it is left anywhere, and it does not come back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lakes import NOW, PUBLISHED, article, duplicate, files_of, page, put, rejection, rows_of

from storage.batch import Change
from storage.lake import Lake
from storage.remove import Request, remove

SECRET = "Somebody Named"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Article `a` names somebody, was revised, repeats `b`, and has a page; `b` and `c` are others."""
    lake = Lake.open(tmp_path / "lake")
    a, b = article("a", f"{SECRET} said 12 ."), article("b", f"{SECRET} said 12 .", source_id="there")
    rejections = (rejection("a", raw_id=page("a").raw_id), rejection("other"))
    put(lake, a, b, article("c", "Others ."), pages=(page("a", body=SECRET.encode() * 99), page("b"), page("c")),
        duplicates=(duplicate(a, b),), rejections=rejections)  # fmt: skip
    put(lake, article("a", f"{SECRET} said 13 .", modified_at=PUBLISHED + timedelta(hours=1)))
    return lake


REQUESTS = {
    "id": Request(article_ids=(article("a").article_id,)),
    "url": Request(url_patterns=("https://news.example/a*",)),
    "source": Request(source_ids=("there",)),
}


@pytest.mark.parametrize("by", ["id", "url"])
def test_an_article_leaves_every_table_and_the_ledger(lake: Lake, by: str) -> None:
    with lake.ledger() as ledger:
        removed = remove(lake, ledger, REQUESTS[by], now=NOW)
    assert removed.left == ()
    assert (
        removed.rows["articles"] == removed.rows["revisions"] == removed.rows["raw"] == removed.rows["rejections"] == 1
    )
    names = (article("a").article_id, page("a").raw_id, "https://news.example/a")
    assert not [path for path, data in files_of(Path(lake.uri)).items() for name in names if name.encode() in data], (
        "an id still stands in a file"
    )
    assert rows_of(lake, "revisions") == rows_of(lake, "duplicates") == []
    assert len(rows_of(lake, "articles")) == 2


def test_what_was_taken_down_does_not_come_back(lake: Lake) -> None:
    """Neither the same text nor a new one, nor its page under a new body."""
    with lake.ledger() as ledger:
        remove(lake, ledger, REQUESTS["id"], now=NOW)
    before = rows_of(lake, "articles"), rows_of(lake, "raw")
    stored = put(lake, article("a", "A new text ."), article("c", "Others ."), pages=(page("a", body=b"new"),))
    assert stored.changes == {article("a").article_id: Change.REMOVED, article("c").article_id: Change.UNCHANGED}
    assert (rows_of(lake, "articles"), rows_of(lake, "raw")) == before


def test_a_source_that_was_taken_down_brings_nothing_any_more(lake: Lake) -> None:
    with lake.ledger() as ledger:
        removed = remove(lake, ledger, REQUESTS["source"], now=NOW)
    assert removed.rows["articles"] == 1
    stored = put(lake, article("new", "Unheard of .", source_id="there"))
    assert set(stored.changes.values()) == {Change.REMOVED}


def test_taking_down_twice_changes_nothing_of_the_parquet(lake: Lake) -> None:
    with lake.ledger() as ledger:
        remove(lake, ledger, REQUESTS["id"], now=NOW)
    before = files_of(Path(lake.uri) / "tables")
    with lake.ledger() as ledger:
        again = remove(lake, ledger, REQUESTS["id"], now=NOW + timedelta(days=1))
    assert again.rows == {}
    assert files_of(Path(lake.uri) / "tables") == before


def test_an_article_that_still_waits_is_taken_down_too(lake: Lake) -> None:
    """A commit that was promised and not yet written does not bring it back."""
    from lakes import batch

    from storage.commit import commit

    with lake.ledger() as ledger:
        commit(lake, ledger, batch(article("late", "Waiting .")), lambda _step: None)
        remove(lake, ledger, Request(url_patterns=("*/late",)), now=NOW)
    assert len(rows_of(lake, "articles")) == 3
