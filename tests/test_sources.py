"""Declaring sources: the file, subscription lists, finding a site's feed, and the commands about them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import webserver as web

from flows.cli import main
from flows.pipeline import ingest_feeds
from flows.settings import Settings
from storage.feeds import feed_states
from storage.lake import Lake
from storage.operations import Source
from storage.readers import connect
from tasks.extract.refusal import Refusal
from tasks.extract.sources.discover import feed_links, usual_addresses
from tasks.extract.sources.opml import opml
from tasks.extract.sources.source_file import InvalidSources, source_file, source_id, written
from tasks.isolate import Workers

PARAGRAPH = "The council of Port Ellery met on Monday and voted for the plan after a long debate. " * 12
FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Gazette</title><language>en</language>
<item><title>Council votes</title><link>/a</link><description>&lt;p&gt;{PARAGRAPH * 2}&lt;/p&gt;</description>
<pubDate>Mon, 05 Jan 2026 00:00:00 GMT</pubDate></item></channel></rss>""".encode()
SITE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/news.rss"></head><body>Hello</body></html>'


def no_secret(_: str) -> None:
    return None


def test_a_source_is_read_back_as_it_was_written() -> None:
    source = Source(source_id="a-b", address="https://x.example/rss", name='The "A" \\ B', language="en", licence="CC0")
    assert source_file(written(source).encode(), no_secret) == (source,)


def test_every_key_of_a_source_is_understood_and_secrets_come_from_outside() -> None:
    content = b"""
    [[source]]
    id = "a"
    address = "https://x.example/rss"
    interval_minutes = 30
    pages = "always"
    headers = {authorization = "env:TOKEN"}
    fields = {text = "story"}
    css = "div.story > p"
    """
    (source,) = source_file(content, {"TOKEN": "s3cret"}.get)
    assert source.interval == timedelta(minutes=30)
    assert (source.pages, source.fields, source.css) == ("always", (("text", "story"),), "div.story > p")
    assert (source.headers[0].name, source.headers[0].value) == ("authorization", "s3cret")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[[source", "not valid TOML"),
        ('[[source]]\nid = "A B"\naddress = "x"', "small letters"),
        ('[[source]]\nid = "a"', "no address"),
        ('[[source]]\nid = "a"\naddress = "x"\nadress = "y"', "unknown"),
        ('[[source]]\nid = "a"\naddress = "x"\ninterval_minutes = 5', "15 or more"),
        ('[[source]]\nid = "a"\naddress = "x"\npages = "some"', "needed, always, never"),
        ('[[source]]\nid = "a"\naddress = "x"\nheaders = {x = "env:NONE"}', "the secret NONE"),
        ('[[source]]\nid = "a"\naddress = "x"\nheaders = {"x\\n" = "y"}', "no header"),
        ('[[source]]\nid = "a"\naddress = "x"\nfields = {headlne = "y"}', "headlne"),
        ('[[source]]\nid = "a"\naddress = "x"\ncss = "div["', "no CSS selector"),
        ('[[source]]\nid = "a"\naddress = "x"\n[[source]]\nid = "a"\naddress = "y"', "used twice"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_remedy(content: str, complaint: str) -> None:
    with pytest.raises(InvalidSources, match=complaint):
        source_file(content.encode(), no_secret)


def test_an_id_is_made_from_any_name_and_never_taken_twice() -> None:
    assert source_id("Härbour  Gazette!") == "h-rbour-gazette"
    assert source_id("???") == "source"
    assert source_id("a", frozenset({"a", "a-2"})) == "a-3"


def test_a_subscription_list_gives_each_feed_once_folders_opened() -> None:
    body = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="Coast">
    <outline type="rss" text="Gazette" xmlUrl="https://a.example/rss"/><outline xmlurl="https://a.example/rss"/></outline>
    <outline title="B &amp; C" xmlURL="http://b.example/feed"/><outline text="x" xmlUrl="file:///etc/passwd"/></body></opml>"""
    listed = opml(body)
    assert not isinstance(listed, Refusal)
    assert [(each.address, each.name) for each in listed] == [
        ("https://a.example/rss", "Gazette"),
        ("http://b.example/feed", "B & C"),
    ]
    assert isinstance(opml(b"<html></html>"), Refusal)


def test_the_feeds_a_page_declares_are_found_comments_last() -> None:
    page = b"""<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
    <link href='https://b.example/atom?a=1&amp;b=2' type=application/atom+xml rel=alternate>
    <link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="stylesheet" href="/x.css">
    <link rel="alternate" type="application/rss+xml" href="http://[::bad">"""
    assert feed_links(page, "https://a.example/news/") == (
        "https://b.example/atom?a=1&b=2",
        "https://a.example/comments/feed/",
    )
    assert "https://a.example/news/feed" in usual_addresses("https://a.example/news")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Call `newslake` with arguments in this process, on sources and a lake of its own; what it printed."""
    monkeypatch.setenv("NEWSLAKE_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("NEWSLAKE_SOURCES", str(tmp_path / "sources.toml"))
    monkeypatch.setenv("NEWSLAKE_LAKE", str(tmp_path / "lake"))

    codes: list[object] = []

    def call(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["newslake", *arguments])
        try:
            main()
        except SystemExit as stop:
            codes.append(stop.code)
        captured = capsys.readouterr()
        assert set(codes) <= {0, None, 2}
        return captured.out + captured.err

    return call


def test_a_site_is_added_by_its_feed_and_its_health_is_told(run: Callable[..., str]) -> None:
    with web.WebServer({"/": web.fixed(SITE), "/news.rss": web.fixed(FEED)}) as server:
        shown = run("sources", "add", server.url("/"), "--yes")
        assert "Harbour Gazette: 1 entries, 1 with full content" in shown
        assert "is a source already" in run("sources", "add", server.url("/news.rss"), "--yes")
        (row,) = json.loads(run("sources", "list", "--json"))
        assert (row["source"], row["health"], row["address"]) == ("harbour-gazette", "new", server.url("/news.rss"))
        run("sources", "disable", "harbour-gazette")
        assert "There is no source 'x'" in run("sources", "disable", "x")
    (row,) = json.loads(run("sources", "list", "--json"))
    assert row["health"] == "new"
    assert "enabled" in run("sources", "enable", "harbour-gazette")


def test_a_source_behind_a_key_is_checked_with_it(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def guarded(exchange: web.Exchange) -> None:
        await exchange.answer(*((FEED,) if exchange.headers.get("x-key") == "s3cret" else (b"", "401 Unauthorized")))

    monkeypatch.setenv("GAZETTE_KEY", "s3cret")
    with web.WebServer({"/rss": guarded}) as server:
        address = server.url("/rss")
        (tmp_path / "sources.toml").write_text(
            f'[[source]]\nid = "a"\naddress = "{address}"\nheaders = {{x-key = "env:GAZETTE_KEY"}}\n'
        )
        shown = run("sources", "check", "a")
    assert "Harbour Gazette: 1 entries" in shown
    assert "s3cret" not in shown


def test_a_site_without_a_feed_is_refused_with_a_remedy(run: Callable[..., str]) -> None:
    with web.WebServer({"/": web.fixed(b"", "500 Oops")}) as server:
        assert "answered with status 500" in run("sources", "add", server.url("/"), "--yes")
    assert "no address of the web" in run("sources", "add", "ftp://example.org")


def test_a_list_is_imported_once(run: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text('<opml><body><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>')
    assert "Added 1 sources; 0 were there" in run("sources", "import", str(tmp_path / "list.opml"))
    assert "Added 0 sources; 1 were there" in run("sources", "import", str(tmp_path / "list.opml"))


def test_a_poll_brings_articles_and_its_own_record_into_the_lake(tmp_path: Path, workers: Workers) -> None:
    """Feed → lake, and remembered only then: the second poll is conditional and brings nothing."""
    with web.WebServer({"/rss": web.fixed(FEED, etag='"1"')}) as server:
        source = Source(source_id="gazette", address=server.url("/rss"))
        settings = Settings(
            lake=str(tmp_path / "lake"), ledger=None, model="en_core_web_sm", workers=1, networks=("127.0.0.0/8",)
        )
        first = ingest_feeds([source], settings, workers, plain=True)
        idle = ingest_feeds([source], settings, workers, plain=True)
        server.handlers["/rss"] = web.fixed(b"", "304 Not Modified", etag='"1"')
        forced = ingest_feeds([source], settings, workers, plain=True, only_due=False)
        asked = server.asked("/rss")
    assert (first.received, first.kept, idle.received, forced.received) == (1, 1, 0, 0)
    assert [headers.get("if-none-match") for headers in asked] == [None, '"1"']
    with connect(Lake.open(tmp_path / "lake", create=False)) as lake:
        assert lake.sql("SELECT source_id, source_name, published_from FROM articles").fetchall() == [
            ("gazette", "Harbour Gazette", "feed")
        ]
        assert lake.sql("SELECT purpose, status FROM fetches ORDER BY fetched_at").fetchall() == [
            ("feed", 200),
            ("feed", 304),
        ]
        assert lake.sql("SELECT format FROM raw ORDER BY format").fetchall() == [("feed",), ("html_fragment",)]
    with Lake.open(tmp_path / "lake").ledger() as ledger:
        assert feed_states(ledger)["gazette"].etag == '"1"'
