"""Going back for what a source published: pages and archives of feeds, sitemaps, lists of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import webserver as web

from storage.operations import Source
from storage.state import Ledger
from tasks.extract.history.address_days import address_days
from tasks.extract.history.next_page import End, Walked, next_page
from tasks.extract.history.sitemap_parts import sitemap_parts
from tasks.extract.history.url_list import url_list
from tasks.extract.history.wanted import Wanted
from tasks.extract.history.within import within
from tasks.extract.http.public_address import Guard
from tasks.extract.sources.feed import Feed, feed
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.paging import Paging
from tasks.extract.sources.received import Received, merged
from tasks.extract.sources.sitemap import Part
from tasks.fetch import fetch_history, settle
from tasks.network.live import Manners

NOW = datetime(2026, 2, 1, tzinfo=UTC)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
LOOPBACK = Manners(guard=Guard(networks=("127.0.0.0/8",)), gap=timedelta())
PARAGRAPH = "The harbour of Port Ellery stays closed until the dredger has finished its work in the fairway. " * 8


def rss(*items: str, head: str = "") -> bytes:
    return f"<rss version='2.0'><channel><title>Gazette</title>{head}{''.join(items)}</channel></rss>".encode()


def item(name: str, day: int, month: int = 1) -> str:
    published = datetime(2026, month, day, 8, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    text = f"&lt;p&gt;{PARAGRAPH}{name}&lt;/p&gt;" * 2
    about = f"<title>{name}</title><link>/{name}</link><pubDate>{published}</pubDate>"
    return f"<item>{about}<description>{text}</description></item>"


def link(rel: str, href: str) -> str:
    return f"<link xmlns='http://www.w3.org/2005/Atom' rel='{rel}' href='{href}'/>"


WORDPRESS = "<generator>https://wordpress.org/?v=6.8</generator>"
COMPLETE = "<fh:complete xmlns:fh='http://purl.org/syndication/history/1.0'/>"
ARCHIVE = "<x:archive xmlns:x='http://purl.org/syndication/history/1.0'/>"
URL = "https://gazette.example/feed"


def read(*items: str, head: str = "") -> Feed:
    found = feed(rss(*items, head=head), NOW, base=URL)
    assert isinstance(found, Feed)
    return found


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", End.FIRST),
        (link("next", "?page=2"), "https://gazette.example/feed?page=2"),
        (link("prev-archive", "/2025-12.xml") + link("next", "?page=2"), "https://gazette.example/2025-12.xml"),
        (WORDPRESS, "https://gazette.example/feed?paged=2"),
        (COMPLETE + link("next", "?page=2"), End.COMPLETE),
        (link("next", URL), End.REPEATED),
        (link("next", "http://gazette.example/old"), "https://gazette.example/old"),
        (link("next", "http://elsewhere.example/old"), End.FIRST),
        (link("next", "ftp://gazette.example/old"), End.FIRST),
        (link("next", "http://[::bad"), End.FIRST),
    ],
)
def test_a_feed_says_where_it_goes_on(head: str, expected: str | End) -> None:
    assert next_page(read(item("a", 20), head=head), URL, Walked(), JANUARY) == expected


def test_a_walk_ends_where_everything_is_older_than_wanted() -> None:
    one_is_wanted = read(item("a", 1, 2), item("b", 1), head=WORDPRESS)
    assert next_page(one_is_wanted, URL, Walked(), datetime(2026, 1, 15, tzinfo=UTC)) == f"{URL}?paged=2"
    assert next_page(one_is_wanted, URL, Walked(), datetime(2026, 2, 2, tzinfo=UTC)) is End.PASSED


def test_a_page_that_brings_nothing_new_ends_the_walk() -> None:
    """As of a server that ignores the number of the page."""
    page = read(item("a", 20), item("b", 19), head=WORDPRESS)
    assert next_page(page, f"{URL}?paged=2", Walked().after(URL, page), JANUARY) is End.REPEATED


def test_an_archive_without_entries_is_passed_over_and_an_empty_page_is_the_end() -> None:
    older = link("prev-archive", "/2025-11.xml")
    assert next_page(read(head=ARCHIVE + older), URL, Walked(), JANUARY) == "https://gazette.example/2025-11.xml"
    assert next_page(read(head=link("next", "?page=9")), URL, Walked(), JANUARY) is End.FIRST


def test_the_number_of_a_wordpress_page_is_counted_up_and_the_rest_of_its_address_kept() -> None:
    page = Feed(entries=(Entry(entry_id="a", published_at=NOW),), paging=Paging(is_wordpress=True))
    at = "https://gazette.example/?feed=rss2&paged=7&cat=3"
    assert next_page(page, at, Walked(), JANUARY) == "https://gazette.example/?feed=rss2&cat=3&paged=8"


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://a.example/2021/07/18/harbour", (date(2021, 7, 18), date(2021, 7, 18))),
        ("https://a.example/sitemap-2021-07.xml", (date(2021, 7, 1), date(2021, 7, 31))),
        ("https://a.example/sitemap.xml?yyyy=2021&mm=2&dd=3", (date(2021, 2, 3), date(2021, 2, 3))),
        ("https://a.example/news-20211231.xml", (date(2021, 12, 31), date(2021, 12, 31))),
        ("https://a.example/sitemap-2021.xml", None),
        ("https://a.example/story-1202107189", None),
        ("https://a.example/2021/02/31/x", None),
    ],
)
def test_the_days_of_an_address_are_read_where_it_names_a_month(url: str, days: tuple[date, date] | None) -> None:
    assert address_days(url) == days


def test_an_entry_is_wanted_by_its_date_else_by_what_bounds_it() -> None:
    since, until = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 1, 20, tzinfo=UTC)
    assert within(Entry(published_at=since), since, until)
    assert not within(Entry(published_at=until), since, until)
    assert not within(Entry(updated_at=since - timedelta(seconds=1)), since, until)
    assert within(Entry(updated_at=until + timedelta(days=99)), since, until)  # published before it was changed
    assert not within(Entry(updated_at=until, url="https://a.example/2026/01/25/x"), since, until)
    assert within(Entry(), since, until)


def test_parts_of_an_index_that_can_hold_nothing_wanted_are_left_out_and_the_newest_come_first() -> None:
    parts = [
        Part(url="https://a.example/undated.xml", modified_at=None),
        Part(url="https://a.example/old.xml", modified_at=JANUARY - timedelta(days=1)),
        Part(url="https://a.example/sitemap-2025-10.xml", modified_at=NOW),
        Part(url="https://a.example/a.xml", modified_at=NOW - timedelta(days=2)),
        Part(url="https://a.example/b.xml", modified_at=NOW),
    ]
    names = [part.url.rsplit("/", 1)[1] for part in sitemap_parts(parts, JANUARY, NOW)]
    assert names == ["b.xml", "a.xml", "undated.xml"]


def test_a_list_of_addresses_is_read_line_by_line_and_what_is_none_is_refused_by_its_line() -> None:
    text = "\ufeff# from the archive\nhttps://a.example/1\n\nhttps://a.example/1\nhttps://a.example/2\ttitle\n/etc/passwd\n"
    addresses, refusals = url_list(text, "list.txt")
    assert addresses == ("https://a.example/1", "https://a.example/2")
    assert [(refusal.locator, refusal.reason) for refusal in refusals] == [("list.txt#6", "bad_address")]


@dataclass
class World:
    """A server and a ledger; what a walk brings is remembered, as a run does after its commit."""

    server: web.WebServer
    ledger: Ledger
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = Source(source_id="gazette", address=self.server.url("/feed"))

    def walk(self, **options: object) -> Received:
        wanted = Wanted(source=self.source, **({"since": JANUARY, "until": NOW} | options))
        result = merged(fetch_history([wanted], self.ledger, LOOPBACK, "1", "run"))
        settle(result.polled, self.ledger, NOW)
        return result

    def paths(self) -> list[str]:
        return [path for path, _ in self.server.log]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with web.WebServer() as server, Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        web.hasty(ledger).create()
        yield World(server, ledger)


def titles(received: Received) -> list[str | None]:
    return [page.entry_title for page in received.pages]


def test_a_paged_feed_is_walked_until_it_is_older_than_wanted(world: World) -> None:
    """Every document is kept, every request is a row, and entries outside the wanted days are left alone."""
    pages = {
        "/feed": rss(item("feb", 1, 2), item("a", 25), head=link("next", "/feed/2")),
        "/feed/2": rss(item("b", 15), item("c", 10), head=link("next", "/feed/3")),
        "/feed/3": rss(item("d", 5), item("e", 2), head=link("next", "/feed/4")),
        "/feed/4": rss(item("f", 1), head=link("next", "/feed/5")),
    }
    world.server.handlers |= {path: web.fixed(body) for path, body in pages.items()}
    result = world.walk(since=datetime(2026, 1, 3, tzinfo=UTC))
    assert titles(result) == ["a", "b", "c", "d"]
    assert world.paths() == ["/feed", "/robots.txt", "/feed/2", "/feed/3", "/feed/4"]
    assert [len(polled.documents) for polled in result.polled] == [1, 1, 1, 1]
    assert sum(len(polled.fetches) for polled in result.polled) == 5
    assert all(polled.state is None for polled in result.polled)
    assert titles(world.walk()) == ["e", "f"]  # what was settled is not brought again


def test_a_wordpress_feed_is_walked_until_its_server_has_no_such_page(world: World) -> None:
    async def handle(exchange: web.Exchange) -> None:
        number = int(exchange.path.partition("paged=")[2] or 1)
        if number > 3:
            await exchange.answer(b"", "404 Not Found")
        else:
            await exchange.answer(rss(item(f"n{number}", 30 - number), head=WORDPRESS))

    world.server.handlers["/feed"] = handle
    result = world.walk()
    assert (titles(result), result.refusals) == (["n1", "n2", "n3"], ())
    assert world.paths()[-1] == "/feed?paged=4"


def test_archives_that_lead_in_a_circle_are_asked_once_each(world: World) -> None:
    world.server.handlers |= {
        "/feed": web.fixed(rss(item("a", 20), head=link("prev-archive", "/1"))),
        "/1": web.fixed(rss(item("b", 19), head=link("prev-archive", "/2"))),
        "/2": web.fixed(rss(item("c", 18), head=link("prev-archive", "/1"))),
    }
    assert titles(world.walk()) == ["a", "b", "c"]
    assert world.paths() == ["/feed", "/robots.txt", "/1", "/2"]


def test_a_walk_without_end_stops_at_its_bound_and_says_where(world: World) -> None:
    async def handle(exchange: web.Exchange) -> None:
        number = int(exchange.path.partition("page=")[2] or 1)
        await exchange.answer(rss(item(f"n{number}", 20), head=link("next", f"/feed?page={number + 1}")))

    world.server.handlers["/feed"] = handle
    result = world.walk(documents=4)
    assert titles(result) == ["n1", "n2", "n3", "n4"]
    assert [(refusal.reason, refusal.locator) for refusal in result.refusals] == [
        ("walk_unfinished", world.server.url("/feed?page=5"))
    ]
    assert titles(world.walk(address=world.server.url("/feed?page=5"), documents=1)) == ["n5"]


def test_robots_rules_and_requests_for_rest_end_a_walk(world: World) -> None:
    world.server.handlers |= {
        "/robots.txt": web.fixed(b"User-agent: *\nDisallow: /old"),
        "/feed": web.fixed(rss(item("a", 20), head=link("next", "/old"))),
    }
    assert [refusal.reason for refusal in world.walk().refusals] == ["robots_disallowed"]
    assert "/old" not in world.paths()
    world.server.handlers |= {
        "/feed": web.fixed(rss(item("b", 20), head=link("next", "/more"))),
        "/more": web.fixed(b"", "429 Slow Down", retry_after="3600"),
    }
    assert [refusal.reason for refusal in world.walk().refusals] == ["http_429"]
    assert [refusal.reason for refusal in world.walk().refusals] == ["told_to_wait"]


def test_a_sitemap_index_is_asked_for_the_wanted_days_alone(world: World) -> None:
    page = f"<!doctype html><html><head><title>T</title></head><body><p>{PARAGRAPH}</p></body></html>".encode()

    def urlset(*names: str) -> bytes:
        urls = "".join(f"<url><loc>{world.server.url(name)}</loc></url>" for name in names)
        return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()

    months = "".join(
        f"<sitemap><loc>{world.server.url(f'/map-2026-0{month}.xml')}</loc></sitemap>" for month in range(1, 7)
    )
    index = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{months}</sitemapindex>".encode()
    world.server.handlers |= {
        "/index.xml": web.fixed(index),
        "/map-2026-03.xml": web.fixed(urlset("/2026/03/05/in", "/2026/03/25/out")),
        "/2026/03/05/in": web.fixed(page),
    }
    march = datetime(2026, 3, 3, tzinfo=UTC)
    result = world.walk(address=world.server.url("/index.xml"), since=march, until=march + timedelta(days=7))
    assert [page.url for page in result.pages] == [world.server.url("/2026/03/05/in")]
    assert world.paths() == ["/robots.txt", "/index.xml", "/map-2026-03.xml", "/2026/03/05/in"]


def test_a_list_of_addresses_is_fetched_once_and_within_bounds(world: World) -> None:
    page = f"<!doctype html><html><head><title>T</title></head><body><p>{PARAGRAPH}</p></body></html>".encode()
    world.server.handlers["*"] = web.fixed(page)
    world.server.handlers["/robots.txt"] = web.fixed(b"", "404 Not Found")
    urls = tuple(world.server.url(f"/{number}") for number in range(4))
    assert len(world.walk(urls=urls[:2]).pages) == 2
    result = world.walk(urls=urls, articles=1)
    assert [page.url for page in result.pages] == [urls[2]]
    assert [refusal.reason for refusal in result.refusals] == ["walk_unfinished"]
    assert world.paths() == ["/robots.txt", "/0", "/1", "/2"]
