"""Backfill from what the lake stores: stale rows and gaps are done again, and nothing else changes."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lakes import annotate as old_annotations
from lakes import rejection

from flows.backfill_plan import Choice, Request, Stage
from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.rebuild import Backfill, rebuild, survey
from flows.settings import Settings
from storage import stored
from storage.batch import Batch, Change
from storage.commit import store
from storage.lake import Lake
from storage.operations import Page
from storage.readers import connect
from storage.records import Article
from tasks.context import progress
from tasks.extract.article import article as clean_article
from tasks.fetch import fetch_path
from tasks.isolate import Workers
from tasks.version import halves, pipeline_version

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OLD = "000000-000000"
TEXT = "“We will rebuild the {0},” said Mayor Ann Lee on Monday. She said 12 people had asked for the {0} to be kept."
DAYS = Request(first=date(2024, 5, 6), last=date(2024, 5, 8))
TABLES = ("articles", "mentions", "quotes", "claims", "timexes", "events", "duplicates", "raw", "rejections")


def settings(lake: Path) -> Settings:
    return Settings(lake=str(lake), ledger=None, model="en_core_web_sm", workers=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles of three days, and a page without one."""
    folder = tmp_path_factory.mktemp("backfill") / "post"
    folder.mkdir()
    for day, thing in ((6, "bridge"), (7, "library"), (8, "market hall")):
        (folder / f"{thing[:6]}.txt").write_text(f"date 2024-05-0{day} The {thing}\n\n{TEXT.format(thing)}\n", "utf-8")
    (folder / "blank.html").write_text("<html><body></body></html>", "utf-8")
    return folder


def old_lake(folder: Path, lake: Path, *, gap: str = "") -> Path:
    """A lake as an older version left it: other texts, other annotations; one page may have come to nothing yet."""
    pages = [page for reading in fetch_path(source_of_path(str(folder)), NOW) for page in reading.pages]
    articles = [found for page in pages if isinstance(found := clean_article(page), Article)]
    old = [_older(each) for each in articles if gap not in (each.title or "") or not gap]
    lost = tuple(rejection(page.locator, raw_id=page.raw_id) for page in pages if "blank" in page.locator)
    opened = Lake.open(lake)
    annotated = tuple((each, old_annotations(each)) for each in old)
    with opened.ledger() as ledger:
        given = {"pages": tuple(pages), "articles": annotated, "rejections": lost}
        store(opened, ledger, Batch(run_id="old", pipeline_version=OLD, now=NOW, **given))
    return lake


def _older(article: Article) -> Article:
    text = article.text + "\n\nRead more ."
    return replace(article, text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest())


def fresh_lake(folder: Path, lake: Path, workers: Workers) -> Path:
    ingest_source(source_of_path(str(folder)), settings(lake), workers, plain=True, now=NOW)
    return lake


def back(lake: Path, workers: Workers, **given: object) -> Backfill:
    return rebuild(replace(DAYS, **given), settings(lake), workers, plain=True, now=NOW)


def rows(lake: Path, sql: str) -> list[tuple[object, ...]]:
    with connect(Lake.open(lake, create=False)) as connection:
        return connection.execute(sql).fetchall()


def contents(lake: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows but those of runs, without what tells how often a text was made."""
    hidden = {"rejections": "EXCLUDE (run_id)"}
    numbered = ("articles", "mentions", "quotes", "claims", "timexes", "events")
    hidden |= dict.fromkeys(numbered, "EXCLUDE (revision)")
    return {table: rows(lake, f"SELECT * {hidden.get(table, '')} FROM {table} ORDER BY ALL") for table in TABLES}


def bytes_of(lake: Path) -> dict[str, bytes]:
    return {str(path.relative_to(lake)): path.read_bytes() for path in sorted(lake.rglob("*")) if path.is_file()}


def test_clean_makes_of_an_old_lake_the_lake_of_today(folder: Path, tmp_path: Path, workers: Workers) -> None:
    """Texts and annotations alike; the old texts are kept in `revisions`."""
    lake = old_lake(folder, tmp_path / "old")
    done = back(lake, workers)
    new = fresh_lake(folder, tmp_path / "new", workers)
    found, expected = contents(lake), contents(new)
    found.pop("rejections"), expected.pop("rejections")
    assert found == expected
    assert done.total.changes == {Change.REVISED: 3}
    assert list(done.tallies) == [date(2024, 5, 8), date(2024, 5, 7), date(2024, 5, 6)]
    assert rows(lake, "SELECT count(*) FROM revisions WHERE text LIKE '%Read more .' AND NOT is_late") == [(3,)]


def test_a_page_that_came_to_nothing_belongs_to_the_day_of_its_fetching(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    lake = old_lake(folder, tmp_path / "lake", gap="library")
    done = back(lake, workers, first=NOW.date(), last=NOW.date())
    assert done.total.received == 2
    assert done.total.changes == {Change.NEW: 1}
    assert done.total.rejected.total() == 1
    assert rows(lake, "SELECT title FROM articles WHERE published_date = '2024-05-07'") == [("The library",)]


def test_annotate_leaves_the_texts_as_they_are(folder: Path, tmp_path: Path, workers: Workers) -> None:
    lake = old_lake(folder, tmp_path / "lake")
    of_annotations = "pipeline_version, mention_count, quote_count, claim_count, timex_count, event_count"
    question = f"SELECT * EXCLUDE ({of_annotations}) FROM articles ORDER BY 1"
    texts = rows(lake, question)
    done = back(lake, workers, stage=Stage.ANNOTATE)
    assert done.total.changes == {Change.REANNOTATED: 3}
    assert texts == rows(lake, question)
    assert rows(lake, "SELECT DISTINCT annotator FROM quotes") == [("quotes",)]
    assert rows(lake, "SELECT count(*) FROM quotes WHERE speaker_name = 'Ann Lee'")[0][0] >= 3
    assert {each.stale for each in survey(DAYS, settings(lake))} == {1}, "the code of the texts is still an older one"
    assert not back(lake, workers, stage=Stage.ANNOTATE).tallies


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("choice", [Choice.STALE, Choice.ALL])
def test_the_same_backfill_twice_changes_no_byte(
    folder: Path, tmp_path: Path, workers: Workers, stage: Stage, choice: Choice
) -> None:
    lake = old_lake(folder, tmp_path / "lake")
    back(lake, workers, stage=stage, choice=choice)
    before = bytes_of(lake)
    again = back(lake, workers, stage=stage, choice=choice)
    assert bytes_of(lake) == before
    assert again.total.received == (3 if choice is Choice.ALL else 0)


def test_an_interrupted_backfill_goes_on_where_it_stopped(folder: Path, tmp_path: Path, workers: Workers) -> None:
    """What stopped it has stopped its workers for good."""
    lake = old_lake(folder, tmp_path / "lake")

    def stop(stage: str, settled: int, _expected: int) -> None:
        if stage == "backfill" and settled == 1:
            raise KeyboardInterrupt

    token = progress.set(stop)
    try:
        with pytest.raises(KeyboardInterrupt), Workers(1) as stopped:
            back(lake, stopped)
    finally:
        progress.reset(token)
    assert [each.chosen for each in survey(DAYS, settings(lake))] == [0, 1, 1]
    assert back(lake, workers).total.received == 2
    assert rows(lake, "SELECT count(*) FROM articles WHERE text LIKE '%Read more .'") == [(0,)]


def test_several_days_at_a_time_give_the_lake_of_one_after_the_other(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    one, three = (old_lake(folder, tmp_path / name) for name in ("one", "three"))
    back(one, workers)
    done = rebuild(DAYS, settings(three), workers, plain=True, jobs=3, now=NOW)
    assert contents(three) == contents(one)
    assert {day: tally.kept for day, tally in done.tallies.items()} == {date(2024, 5, day): 1 for day in (6, 7, 8)}
    assert done.total.sources == {"post": {"received": 3, "kept": 3, "revised": 3}}


def test_what_ends_one_day_ends_the_backfill_and_what_is_committed_stays(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    """Here the disk: a file stands where a directory is needed for the oldest of the days."""
    lake = old_lake(folder, tmp_path / "lake")
    place = lake / "tables" / "quotes" / "published_date=2024-05-06"
    place.rename(tmp_path / "away")
    place.write_text("")
    with pytest.raises(OSError, match="2024-05-06"), Workers(1) as ended:
        rebuild(DAYS, settings(lake), ended, plain=True, jobs=2, now=NOW)
    place.unlink()
    (tmp_path / "away").rename(place)
    back(lake, workers)
    assert {each.stale + each.missing for each in survey(DAYS, settings(lake))} == {0}
    assert rows(lake, "SELECT count(*) FROM articles WHERE text LIKE '%Read more .'") == [(0,)]


def test_a_backfill_during_an_ingest_of_the_same_days_gives_the_same_lake(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    other = tmp_path / "in"
    other.mkdir()
    articles = [
        {"title": f"Road {day}", "text": TEXT.format(f"road {day}"), "date": f"2024-05-0{day}"} for day in (6, 7, 8)
    ]
    (other / "roads.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    together, in_turn = old_lake(folder, tmp_path / "together"), old_lake(folder, tmp_path / "in-turn")
    ingest = threading.Thread(target=fresh_lake, args=(other, together, workers))
    ingest.start()
    back(together, workers)
    ingest.join()
    fresh_lake(other, in_turn, workers)
    back(in_turn, workers)
    assert contents(together) == contents(in_turn)
    assert rows(together, "SELECT count(*) FROM articles") == [(6,)]


def test_a_run_of_a_backfill_says_what_it_did_and_one_without_work_leaves_no_row(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    lake = old_lake(folder, tmp_path / "lake")
    back(lake, workers)
    back(lake, workers)
    assert rows(lake, "SELECT flow, received, kept, revised, rejected FROM runs") == [("backfill", 3, 3, 3, 0)]


def test_pages_and_articles_come_back_from_the_lake_as_they_went_in(folder: Path, tmp_path: Path) -> None:
    pages = {page.raw_id: page for reading in fetch_path(source_of_path(str(folder)), NOW) for page in reading.pages}
    lake = Lake.open(old_lake(folder, tmp_path / "lake"))
    with lake.ledger() as ledger:
        found: dict[str, Page] = {page.raw_id: page for page in stored.pages(lake, ledger, {*pages, "nothing"})}
        ids = [str(row[0]) for row in rows(tmp_path / "lake", "SELECT article_id FROM articles")]
        articles = {each.raw_id: each for each in stored.articles(lake, ledger, ids)}
    assert found == pages
    assert articles == {
        raw_id: _older(made) for raw_id, page in pages.items() if isinstance(made := clean_article(page), Article)
    }


def test_what_the_lake_lost_is_counted_as_rejected_and_tried_again(
    folder: Path, tmp_path: Path, workers: Workers
) -> None:
    lake = old_lake(folder, tmp_path / "lake")
    for part in (lake / "tables" / "raw").rglob("*2026-01-02/part-*.parquet"):
        part.unlink()
    done = back(lake, workers)
    assert (done.total.received, done.total.kept, dict(done.total.rejected)) == (3, 0, {"not_stored": 3})
    assert [each.stale for each in survey(DAYS, settings(lake))] == [1, 1, 1]
    assert halves(pipeline_version("en_core_web_sm")) != halves(OLD)
