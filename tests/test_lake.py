"""Storing: what is new, what is a revision, what is left alone, and that twice is once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from lakes import NOW, PUBLISHED, article, batch, duplicate, files_of, page, put, rejection, rows_of, run

from storage.batch import Change, Outcome
from storage.commit import BATCH_BYTES, pieces, store
from storage.lake import Lake, NoLakeError
from storage.lookups import articles_with_text, last_seq, outcomes
from storage.readers import table_stats
from storage.tables import TABLES

HOUR = timedelta(hours=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def test_a_new_lake_has_an_empty_part_for_every_table(lake: Lake) -> None:
    """A glob over a table finds a file and its columns before anything was stored."""
    assert {table.name: rows_of(lake, table.name) for table in TABLES} == {table.name: [] for table in TABLES}


def test_a_lake_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NoLakeError, match="newslake ingest"):
        Lake.open(tmp_path / "nothing", create=False)
    assert not (tmp_path / "nothing").exists()


def test_everything_of_a_batch_arrives(lake: Lake) -> None:
    a, b = article("a"), article("b", "Nine left on Monday .")
    pages, duplicates = (page("a"), page("b")), (duplicate(b, a),)
    stored = put(lake, a, b, pages=pages, duplicates=duplicates, rejections=(rejection(),), runs=(run(),))
    assert set(stored.changes.values()) == {Change.NEW}
    rows = {stats.table: stats.rows for stats in table_stats(lake)}
    assert {name: count for name, count in rows.items() if count} == {
        "articles": 2, "mentions": 3, "quotes": 2, "claims": 1, "timexes": 2, "events": 2, "duplicates": 1, "raw": 2,
        "rejections": 1, "runs": 1,
    }  # fmt: skip
    assert {name: each.rows for name, each in stored.written.items()} == {k: n for k, n in rows.items() if n}
    assert rows_of(lake, "articles", "published_date, mention_count, revision") == [
        (date(2025, 12, 31), 1, 1),
        (date(2025, 12, 31), 2, 1),
    ]


def test_the_same_batch_twice_changes_no_byte(lake: Lake) -> None:
    """Neither of the Parquet nor of the ledger, and leaves no file behind; a later clock changes nothing."""
    given = {"pages": (page("a"),), "rejections": (rejection(),), "runs": (run(),)}
    a = article("a")
    put(lake, a, article("b", "Another text."), duplicates=(duplicate(article("b", "Another text."), a),), **given)
    before = files_of(Path(lake.uri))
    again = put(
        Lake.open(lake.uri), a, article("b", "Another text."), now=NOW + HOUR,
        duplicates=(duplicate(article("b", "Another text."), a),), **given,
    )  # fmt: skip
    assert set(again.changes.values()) == {Change.UNCHANGED}
    assert again.written == {}
    assert files_of(Path(lake.uri)) == before


def test_a_run_that_changed_nothing_leaves_no_row(lake: Lake) -> None:
    put(lake, article(), runs=(run("first"),), run_id="first")
    put(lake, article(), runs=(run("second"),), run_id="second")
    assert rows_of(lake, "runs", "run_id") == [("first",)]


def test_a_run_is_kept_when_an_earlier_batch_of_it_changed_something(lake: Lake) -> None:
    put(lake, article())
    put(lake, runs=(run(),))
    assert rows_of(lake, "runs", "run_id") == [("run",)]


def test_a_changed_text_replaces_the_rows_everywhere_and_is_kept_in_revisions(lake: Lake) -> None:
    put(lake, article(text="The mayor said 12 people came."))
    newer = article(text="The mayor said 15 people came, at least.", modified_at=PUBLISHED + HOUR)
    stored = put(lake, newer, now=NOW + HOUR)
    assert set(stored.changes.values()) == {Change.REVISED}
    assert rows_of(lake, "articles", "revision, ingested_at, text") == [(2, NOW + HOUR, newer.text)]
    assert rows_of(lake, "claims", "revision, surface") == [(2, "15")]
    (old,) = rows_of(
        lake, "revisions",
        "revision, replaced_by, is_late, words_added, words_removed, claims_added, claims_removed, quotes_removed",
    )  # fmt: skip
    assert old == (1, 2, False, 4, 2, ["15"], ["12"], ["The mayor said 12 people came."])


def test_an_older_text_that_arrives_late_never_wins(lake: Lake) -> None:
    newer = article(text="The newer text.", modified_at=PUBLISHED + HOUR)
    put(lake, newer)
    stored = put(lake, article(text="The older text."), now=NOW + HOUR)
    assert set(stored.changes.values()) == {Change.LATE}
    assert rows_of(lake, "articles", "revision, text") == [(1, "The newer text.")]
    assert rows_of(lake, "revisions", "revision, text, is_late") == [(2, "The older text.", True)]
    before = files_of(Path(lake.uri))
    put(lake, article(text="The older text."), now=NOW + 2 * HOUR)
    assert files_of(Path(lake.uri)) == before


def test_the_current_text_does_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    texts = [article(text=f"Text {hour}.", modified_at=PUBLISHED + hour * HOUR) for hour in range(4)]
    for number, sequence in enumerate(([0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0])):
        lake = Lake.open(tmp_path / str(number))
        for index in sequence:
            put(lake, texts[index])
        assert rows_of(lake, "articles", "text") == [("Text 3.",)]
        assert len(rows_of(lake, "revisions")) == 3


def test_a_new_pipeline_replaces_annotations_and_keeps_the_revision(lake: Lake) -> None:
    put(lake, article())
    stored = put(lake, article(), version="2", now=NOW + HOUR)
    assert set(stored.changes.values()) == {Change.REANNOTATED}
    assert rows_of(lake, "articles", "revision, ingested_at") == [(1, NOW)]
    assert set(rows_of(lake, "mentions", "annotator_version")) == {("2",)}
    assert rows_of(lake, "revisions") == []


def test_an_article_stays_in_the_partition_of_its_first_sight(lake: Lake) -> None:
    put(lake, article(text="First."))
    put(lake, article(text="Second.", published_at=PUBLISHED + timedelta(days=1)))
    assert rows_of(lake, "articles", "text, published_date") == [("Second.", date(2025, 12, 31))]


@pytest.mark.parametrize("published", [NOW + timedelta(days=3), NOW.replace(year=1899), NOW.replace(year=1)])
def test_a_date_that_cannot_be_true_is_filed_under_the_day_of_reading(lake: Lake, published: object) -> None:
    put(lake, article(published_at=published))
    assert rows_of(lake, "articles", "published_date") == [(NOW.date(),)]


def test_the_ledger_says_what_became_of_pages_and_which_article_has_a_text(lake: Lake) -> None:
    a, empty, broken = page("a"), page("empty"), page("broken")
    rejections = (rejection(raw_id=empty.raw_id), rejection("x", raw_id=broken.raw_id, is_retryable=True))
    put(lake, article("a"), pages=(a, empty, broken), rejections=rejections)
    ids = [a.raw_id, empty.raw_id, broken.raw_id, "unknown"]
    with lake.ledger() as ledger:
        assert outcomes(ledger, ids, "1") == {
            a.raw_id: Outcome("kept", None, article("a").article_id),
            empty.raw_id: Outcome("rejected", "empty", None),
        }
        assert outcomes(ledger, ids, "2") == {}
        found = articles_with_text(ledger, [article("a").text_sha256, "none"])
    assert found == {article("a").text_sha256: article("a").article_id}


def test_the_same_article_twice_in_a_batch_is_a_revision(lake: Lake) -> None:
    put(lake, article(text="First."), article(text="Second.", modified_at=PUBLISHED + HOUR))
    assert rows_of(lake, "articles", "text") == [("Second.",)]
    assert rows_of(lake, "revisions", "text") == [("First.",)]


def test_half_characters_are_replaced_and_stop_nothing(lake: Lake) -> None:
    put(lake, article(text="A half \ud83d character."))
    assert rows_of(lake, "articles", "text") == [("A half \N{REPLACEMENT CHARACTER} character.",)]


def test_a_large_batch_is_committed_in_pieces_of_bounded_size(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """No column of strings outgrows what Arrow can address: 64 MB of text, pages or annotations are one commit."""
    assert BATCH_BYTES == 64 << 20
    given = batch(*(article(f"{number}", f"Number {number} " * 20) for number in range(5)), pages=(page("a"),))
    assert len(list(pieces(given))) == 1
    largest = max(len(each.text) for each, _ in given.articles) * 4
    monkeypatch.setattr("storage.commit.BATCH_BYTES", 3 * largest)
    some = list(pieces(given))
    assert len(some) > 1
    assert [pair for each in some for pair in each.articles] == list(given.articles)
    with lake.ledger() as ledger:
        store(lake, ledger, given)
        with ledger.reading() as connection:
            assert last_seq(connection) == len(some)
    assert len(rows_of(lake, "articles")) == 5


def test_what_is_committed_is_there_for_all_later_runs_of_the_program(lake: Lake) -> None:
    with lake.ledger() as ledger:
        store(lake, ledger, batch(article()))
    assert len(rows_of(Lake.open(lake.uri, create=False), "articles")) == 1


@pytest.mark.parametrize("texts", [("One text.", "Another text."), ("Another text.", "One text.")])
def test_what_other_code_makes_of_the_same_page_replaces_what_it_made_before(
    lake: Lake, texts: tuple[str, str]
) -> None:
    """Whatever the order of texts says; and going back to the older code goes back to its text."""
    old, new = (article(text=text) for text in texts)
    put(lake, old, version="1")
    assert set(put(lake, new, version="2", now=NOW + HOUR).changes.values()) == {Change.REVISED}
    assert rows_of(lake, "articles", "revision, text") == [(2, new.text)]
    assert set(put(lake, old, version="1", now=NOW + 2 * HOUR).changes.values()) == {Change.REVISED}
    assert rows_of(lake, "articles", "revision, text") == [(3, old.text)]


def test_annotations_go_back_and_forth_between_two_versions(lake: Lake) -> None:
    """What a commit brings may have been brought before."""
    for version in ("1", "2", "1", "2", "1"):
        put(lake, article(), version=version)
        assert {row[0] for row in rows_of(lake, "mentions", "annotator_version")} == {version}
