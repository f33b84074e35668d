"""Articles of old dates wait for one another, since each costs the rewriting of a full part; nothing waits for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import webserver as web
from lakes import NOW, PUBLISHED, article, batch, page, put, rows_of

from flows import pipeline
from flows.backfill_plan import Choice, Request, Stage
from flows.naming import source_of_path
from flows.pipeline import ingest_feeds, ingest_source
from flows.rebuild import rebuild
from flows.settings import Settings
from storage.commit import store
from storage.due import Deferral, due_dates
from storage.lake import Lake
from storage.operations import Source
from storage.project import project
from storage.remove import Request as Takedown
from storage.remove import remove
from tasks.isolate import Workers
from tasks.maintain import verify

ALWAYS_COSTLY = Deferral(cheap_bytes=0)
OLD = "2025-06-01"
FEED = f"""<rss version="2.0"><channel><title>Gazette</title><item><title>Late</title>
<link>https://gazette.example/late</link><pubDate>{datetime.fromisoformat(OLD):%a, %d %b %Y} 10:00:00 GMT</pubDate>
<description>{"The council met and voted for it. " * 40}</description></item></channel></rss>""".encode()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


def test_old_dates_wait_for_one_another_and_no_longer_than_an_hour(lake: Lake) -> None:
    old = [article(f"old {day}", published_at=PUBLISHED - timedelta(days=day)) for day in (10, 20, 30)]
    with lake.ledger() as ledger:
        for minutes, late in zip((0, 30, 70), old, strict=True):
            fresh = article(f"fresh {minutes}", f"{minutes} .")
            now = NOW + timedelta(minutes=minutes)
            store(lake, ledger, batch(fresh, late, now=now), deferral=ALWAYS_COSTLY)
            days = {row[0] for row in rows_of(lake, "articles", "published_date")}
            assert len(days) == (1 if minutes < 60 else 4)
    assert len(rows_of(lake, "articles")) == 6


def test_an_old_date_with_small_parts_does_not_wait(lake: Lake) -> None:
    """Of a feed that is new to the lake nearly all is old."""
    old = article("old", published_at=PUBLISHED - timedelta(days=10))
    with lake.ledger() as ledger:
        store(lake, ledger, batch(old), deferral=Deferral())
        assert len(rows_of(lake, "articles")) == 1
        again = article("again", "Once more .", published_at=PUBLISHED - timedelta(days=10))
        size = sum(lake.files.sizes("tables/articles").values())
        store(lake, ledger, batch(again), deferral=Deferral(cheap_bytes=size // 2))
        assert len(rows_of(lake, "articles")) == 1
        assert len(due_dates(ledger, NOW)) == 1


def test_what_is_taken_down_does_not_wait(lake: Lake) -> None:
    """Not even if the removal died after its promise and a run of the schedule finds it."""

    class Died(Exception):
        pass

    def die(step: str) -> None:
        if step == "committed":
            raise Died

    put(lake, article("a", published_at=PUBLISHED - timedelta(days=10)))
    with lake.ledger() as ledger:
        with pytest.raises(Died):
            remove(lake, ledger, Takedown(article_ids=(article("a").article_id,)), now=NOW, on_step=die)
        assert len(rows_of(lake, "articles")) == 1
        project(lake, ledger, now=NOW, deferral=ALWAYS_COSTLY)
    assert rows_of(lake, "articles") == []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        lake=str(tmp_path / "lake"), ledger=None, model="en_core_web_sm", workers=1, networks=("127.0.0.0/8",)
    )


def polled(settings: Settings, workers: Workers, now: datetime) -> None:
    with web.WebServer({"/rss": web.fixed(FEED)}) as server:
        source = Source(source_id="gazette", address=server.url("/rss"))
        ingest_feeds([source], settings, workers, plain=True, only_due=False, now=now)


def test_a_poll_leaves_a_costly_old_date_to_the_first_poll_an_hour_later(
    settings: Settings, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is there at once, the ledger says that something waits, and idle polls write it all the same."""
    monkeypatch.setattr(pipeline, "HOURLY", ALWAYS_COSTLY)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    seen = []
    for minutes in (0, 15, 75):
        polled(settings, workers, now + timedelta(minutes=minutes))
        lake = Lake.open(settings.lake)
        with lake.ledger() as ledger:
            seen.append((len(rows_of(lake, "articles")), len(rows_of(lake, "raw")) > 0, due_dates(ledger, now)))
    assert seen == [(0, True, [OLD]), (0, True, [OLD]), (1, True, [])]


@pytest.mark.parametrize("who", ["verify", "ingest", "backfill"])
def test_whoever_looks_at_everything_writes_what_waits_first(
    settings: Settings, workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, who: str
) -> None:
    monkeypatch.setattr(pipeline, "HOURLY", ALWAYS_COSTLY)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    polled(settings, workers, now)
    lake = Lake.open(settings.lake)
    assert rows_of(lake, "articles") == []
    day = datetime.fromisoformat(OLD).date()
    if who == "verify":
        with lake.ledger() as ledger:
            assert verify.fn(lake, ledger, now).faults == ()
    elif who == "ingest":
        (tmp_path / "empty").mkdir()
        ingest_source(source_of_path(str(tmp_path / "empty")), settings, workers, plain=True, now=now)
    else:
        done = rebuild(
            Request(first=day, last=day, stage=Stage.ANNOTATE, choice=Choice.ALL),
            settings,
            workers,
            plain=True,
            now=now,
        )
        assert done.total.received == 1
    assert len(rows_of(lake, "articles")) == 1


def test_an_archive_is_written_when_it_is_read_to_its_end(
    settings: Settings, workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches that touch the same old date rewrite its parts once."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(3):
        (archive / f"{number}.txt").write_text(f"date {OLD} Number {number}\n\nThe council met for hour {number}. " * 5)
    monkeypatch.setattr("tasks.receive.BATCH_ARTICLES", 1)
    tally = ingest_source(source_of_path(str(archive)), settings, workers, plain=True, now=NOW)
    lake = Lake.open(settings.lake)
    assert (len(rows_of(lake, "articles")), tally.written["articles"].files) == (3, 1)
    assert put(lake, article("fresh"), pages=(page("fresh"),)).is_projected
