"""`backfill --stage fetch`: back to feeds, lists and archives for what was missed, beside the live schedule."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import webserver as web
from lakes import article, put
from typer.testing import CliRunner

from flows.cli import app
from flows.settings import Settings
from flows.walk import walk
from flows.walk_plan import DayStock, WalkRequest, archives, stock, stretches
from storage.lake import Lake
from storage.readers import connect
from tasks.extract.http.public_address import Guard
from tasks.isolate import Workers
from tasks.network.live import Manners

DAYS = WalkRequest(first=date(2026, 1, 5), last=date(2026, 1, 7))
TEXT = "The harbour of Port Ellery stays closed until the dredger has finished its work in the fairway. " * 8


def entry(name: str, day: int) -> str:
    published = datetime(2026, 1, day, 8, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    about = f"<title>{name}</title><link>/{name}</link><pubDate>{published}</pubDate>"
    text = f"&lt;p&gt;{TEXT}{name}.&lt;/p&gt;" * 2
    return f"<item>{about}<description>{text}</description></item>"


def rss(*items: str, head: str = "") -> bytes:
    return f"<rss version='2.0'><channel><title>Gazette</title>{head}{''.join(items)}</channel></rss>".encode()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[web.WebServer]:
    """A feed of two pages, declared as the source `gazette`."""
    older = "<link xmlns='http://www.w3.org/2005/Atom' rel='next' href='/feed/2'/>"
    with web.WebServer() as server:
        server.handlers |= {
            "/feed": web.fixed(rss(entry("new", 20), entry("seven", 7), head=older)),
            "/feed/2": web.fixed(rss(entry("six", 6), entry("five", 5), entry("old", 2))),
        }
        sources = f'[[source]]\nid = "gazette"\naddress = "{server.url("/feed")}"\n'
        (tmp_path / "sources.toml").write_text(sources, "utf-8")
        monkeypatch.setenv("NEWSLAKE_SOURCES", str(tmp_path / "sources.toml"))
        monkeypatch.setenv("NEWSLAKE_WORKERS", "1")
        monkeypatch.setenv("NEWSLAKE_LAKE", str(tmp_path / "lake"))
        hasty = Manners(guard=Guard(networks=("127.0.0.0/8",)), gap=timedelta())
        monkeypatch.setattr("flows.settings.Settings.manners", lambda _: hasty)
        yield server


def call(*given: str, code: int = 0) -> str:
    days = ("--from", str(DAYS.first), "--to", str(DAYS.last))
    done = CliRunner().invoke(app, ["backfill", *days, "--stage", "fetch", "--plain", *given])
    assert (done.exit_code, done.exception) == (code, None), done.output + repr(done.exception)
    return done.output


def titles(lake: Path) -> list[str]:
    with connect(Lake.open(lake, create=False)) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM articles ORDER BY published_at").fetchall()]


def test_a_feed_is_followed_back_for_the_days_alone_and_only_once(server: web.WebServer, tmp_path: Path) -> None:
    planned = json.loads(call("--dry-run", "--json"))["plan"]
    assert [(each["day"], each["stored"]) for each in planned] == [
        ("2026-01-07", 0), ("2026-01-06", 0), ("2026-01-05", 0),
    ]  # fmt: skip
    assert server.log == [], "a dry run asks nobody"
    done = json.loads(call("--json"))
    assert titles(tmp_path / "lake") == ["five", "six", "seven"]
    assert [(each["day"], each["stored"]) for each in done["plan"]] == [
        ("2026-01-07", 1), ("2026-01-06", 1), ("2026-01-05", 1),
    ]  # fmt: skip
    again = json.loads(call("--json"))
    assert (again["received"], titles(tmp_path / "lake")) == (0, ["five", "six", "seven"])
    with connect(Lake.open(tmp_path / "lake")) as connection:
        assert connection.execute("SELECT DISTINCT flow FROM runs").fetchall() == [("backfill",)]


def test_saved_archives_are_taken_by_the_day_of_their_names(tmp_path: Path, workers: Workers) -> None:
    """As they lie in a folder of CC-NEWS: what was crawled on other days is not opened."""
    folder = tmp_path / "cc-news"
    folder.mkdir()
    for day in (6, 20):
        page = f"<!doctype html><html><head><title>Of {day}</title></head><body><article><p>{TEXT}</p></body></html>"
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/2026/01/0{day % 9}/x{day}\r\n"
            f"WARC-Date: 2026-01-{day:02}T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{day}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        record = gzip.compress(head.encode() + body + b"\r\n\r\n")
        (folder / f"CC-NEWS-202601{day:02}101010-00001.warc.gz").write_bytes(record)
    walk(replace(DAYS, path=str(folder)), Settings.read(lake=str(tmp_path / "lake")), workers, plain=True)
    assert titles(tmp_path / "lake") == ["Of 6"]


def test_a_list_of_addresses_is_fetched_for_a_named_source(
    server: web.WebServer, tmp_path: Path, workers: Workers
) -> None:
    page = (
        f"<!doctype html><html><head><title>Listed</title></head><body><article><p>{TEXT}</p></article></body></html>"
    )
    server.handlers |= {"/listed": web.fixed(page.encode()), "/robots.txt": web.fixed(b"", "404 Not Found")}
    walk(replace(DAYS, urls=(server.url("/listed"),), source_id="gazette"), Settings.read(), workers, plain=True)
    assert titles(tmp_path / "lake") == ["Listed"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--source", "nobody"], "known are gazette"),
        (["--force"], "leave out --force"),
        (["--address", "https://a.example/map.xml", "--path", "x"], "exclude each other"),
        (["--path", "nowhere"], "no file or folder 'nowhere'"),
    ],
)
def test_what_cannot_be_walked_is_said_with_a_remedy(server: web.WebServer, given: list[str], said: str) -> None:
    days = ["--from", "2026-01-05", "--to", "2026-01-07", "--stage", "fetch", "--plain"]
    done = CliRunner().invoke(app, ["backfill", *days, *given])
    assert said in str(done.exception)
    assert server.log == []


def weekly(last: date, count: int) -> dict[date, int]:
    return {last - timedelta(days=number): count for number in range(1, 60)}


def test_a_day_is_short_by_the_habit_of_its_source_or_by_a_gap_of_its_feed() -> None:
    counts = {"post": weekly(date(2026, 1, 6), 10) | {date(2026, 1, 6): 9, date(2026, 1, 7): 2}}
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    found = stock(DAYS, ["post", "young"], counts, {"young": [(noon, noon + timedelta(hours=1))]})
    assert {(each.day.day, each.source_id) for each in found if each.is_short} == {(7, "post"), (5, "young")}


def test_only_missing_narrows_the_way_to_the_short_days() -> None:
    entries = [
        DayStock(day=date(2026, 1, day), source_id="post", stored=stored, expected=10.0, gaps=0)
        for day, stored in ((7, 10), (6, 1), (5, 10))
    ]
    narrowed = stretches(entries, WalkRequest(first=DAYS.first, last=DAYS.last, is_only_missing=True))
    assert narrowed == {"post": (datetime(2026, 1, 6, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC))}
    assert stretches(entries, DAYS) == {"post": (DAYS.since, DAYS.until)}


def test_archives_of_other_days_are_left_out_and_those_of_other_names_stay() -> None:
    names = [f"x/CC-NEWS-202601{day:02}000000-00001.warc.gz" for day in (4, 5, 8, 9)]
    assert archives([*names, "x/ours.warc", "x/CC-NEWS-20269999000000-00001.warc"], DAYS) == [
        "x/CC-NEWS-20260105000000-00001.warc.gz",
        "x/CC-NEWS-20260108000000-00001.warc.gz",
        "x/CC-NEWS-20269999000000-00001.warc",
        "x/ours.warc",
    ]


def test_the_plan_counts_what_the_lake_has(server: web.WebServer, tmp_path: Path) -> None:
    day = datetime(2026, 1, 6, tzinfo=UTC)
    had = [article(str(n), published_at=day, fetched_at=day, source_id="gazette") for n in range(3)]
    put(Lake.open(tmp_path / "lake"), *had)
    planned = json.loads(call("--dry-run", "--json"))["plan"]
    assert [each["stored"] for each in planned] == [0, 3, 0]
