"""Polling feeds and fetching their pages, with a real server, a real ledger and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import webserver as web
from feedworld import LOOPBACK, PAGE, PARAGRAPH, START, World, feed, item

from storage.feeds import end_turn, feed_states, take_turn
from storage.operations import Header, Source
from storage.state import Ledger
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import due
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.received import Document, merged
from tasks.fetch import due_sources, fetch_feeds, settle
from tasks.isolate import Limits
from tasks.network.live import Manners
from tasks.network.reader import Reader
from tasks.network.site import registrable_domain


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with web.WebServer() as server, Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        web.hasty(ledger).create()
        yield World(server, ledger)


def test_a_new_entry_is_fetched_once_with_what_its_feed_says(world: World) -> None:
    world.server.handlers |= {
        "/feed": web.fixed(feed(item("/a"))),
        "/a": web.fixed(PAGE.encode(), content_type="text/html"),
    }
    first, second = world.poll(world.source()), world.poll(world.source())
    (page,) = first.pages
    assert (page.url, page.status, page.entry_title, page.source_name) == (world.server.url("/a"), 200, "/a", "Gazette")
    assert page.body == PAGE.encode()
    assert second.pages == ()
    assert len(world.server.asked("/a")) == 1


def test_an_entry_with_full_content_is_not_fetched(world: World) -> None:
    content = f"&lt;p&gt;{PARAGRAPH * 5}&lt;/p&gt;"
    world.server.handlers["/feed"] = web.fixed(feed(item("/a", content=content)))
    (page,) = world.poll(world.source()).pages
    assert page.format == "html_fragment"
    assert world.server.asked("/a") == []


def test_every_request_leaves_a_row_and_every_feed_its_bytes(world: World) -> None:
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a")), etag='"1"'), "/a": web.fixed(b"", "500 Oops")}
    (polled,) = world.poll(world.source()).polled
    assert [(fetch.purpose, fetch.status, fetch.reason) for fetch in polled.fetches] == [
        ("feed", 200, None),
        ("robots", 404, "http_404"),
        ("page", 500, "http_500"),
    ]
    assert polled.fetches[0].etag == '"1"'
    assert [document.format for document in polled.documents] == ["feed"]


def test_a_page_that_fails_is_tried_at_three_polls_and_its_feed_asked_without_validators_meanwhile(
    world: World,
) -> None:
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a")), etag='"1"'), "/a": web.fixed(b"", "503 Busy")}
    for _ in range(5):
        world.poll(world.source())
    assert len(world.server.asked("/a")) == 3
    assert ["if-none-match" in headers for headers in world.server.asked("/feed")] == [False, False, False, True, True]


def test_robots_rules_are_obeyed_and_asked_for_once_a_day(world: World) -> None:
    world.server.handlers |= {
        "/robots.txt": web.fixed(b"User-agent: newslake\nDisallow: /private\nCrawl-delay: 7\n"),
        "/feed": web.fixed(feed(item("/private/a"), item("/b"), item("/c"))),
        "/b": web.fixed(PAGE.encode()),
        "/c": web.fixed(PAGE.encode()),
    }
    result = world.poll(world.source())
    assert [refusal.reason for refusal in result.refusals] == ["robots_disallowed"]
    assert len(result.pages) == 2
    assert world.server.asked("/private/a") == []
    assert len(world.server.asked("/robots.txt")) == 1
    pages = [fetch.fetched_at for fetch in result.polled[0].fetches if fetch.purpose == "page"]
    assert pages[1] - pages[0] >= timedelta(seconds=7)


@pytest.mark.parametrize(
    ("status", "is_fetched"), [("404 Not Found", True), ("403 Forbidden", True), ("500 Oops", False)]
)
def test_a_missing_robots_file_allows_and_a_failing_one_forbids(status: str, is_fetched: bool, world: World) -> None:
    world.server.handlers |= {
        "/robots.txt": web.fixed(b"", status),
        "/feed": web.fixed(feed(item("/a"))),
        "/a": web.fixed(PAGE.encode()),
    }
    assert bool(world.poll(world.source()).pages) == is_fetched


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"tdm_reservation": "1"}, PAGE),
        ({"x_robots_tag": "noai, noimageai"}, PAGE),
        ({}, PAGE.replace("<head>", "<head><meta name='tdm-reservation' content='1'>")),
        ({}, PAGE.replace("<head>", '<head><meta content="index, noai" name="robots">')),
    ],
)
def test_what_a_publisher_reserves_is_left_out_unless_the_operator_decides_otherwise(
    headers: dict[str, str], page: str, world: World
) -> None:
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a"))), "/a": web.fixed(page.encode(), **headers)}
    assert [refusal.reason for refusal in world.poll(world.source()).refusals] == ["tdm_reserved"]
    other = Source(source_id="again", address=world.server.url("/feed"))
    assert len(world.poll(other, honours=False).pages) == 1


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Just a moment...", "challenge_page"),
        ("We value your privacy", "consent_page"),
        ("Access Denied", "access_denied_page"),
    ],
)
def test_a_gate_before_an_article_is_named_and_tried_again(title: str, reason: str, world: World) -> None:
    gate = PAGE.replace("<title>T<", f"<title>{title}<").encode()
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a"))), "/a": web.fixed(gate)}
    (refusal,) = world.poll(world.source()).refusals
    assert (refusal.reason, refusal.is_retryable) == (reason, True)


def test_requests_to_one_domain_keep_their_distance(world: World) -> None:
    world.server.handlers |= {
        "/feed": web.fixed(feed(*(item(f"/{n}") for n in range(6)))),
        "*": web.fixed(PAGE.encode()),
    }
    times = [fetch.fetched_at for fetch in world.poll(world.source()).polled[0].fetches]
    assert len(times) == 8
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(seconds=3)


def test_a_turn_is_taken_by_one_worker_at_a_time_and_returns_when_its_holder_dies(world: World) -> None:
    minute = timedelta(minutes=1)
    assert take_turn(world.ledger, "example.org", "a", START, minute) == timedelta()
    assert take_turn(world.ledger, "example.org", "b", START, minute) == minute
    end_turn(world.ledger, "example.org", "b", START)  # not its own turn
    assert take_turn(world.ledger, "example.org", "b", START, minute) == minute
    end_turn(world.ledger, "example.org", "a", START + timedelta(seconds=3))
    assert take_turn(world.ledger, "example.org", "b", START, minute) == timedelta(seconds=3)
    assert take_turn(world.ledger, "example.org", "b", START + minute, minute) == timedelta()


def test_subdomains_share_the_turn_of_their_domain() -> None:
    assert (
        registrable_domain("https://a.news.example.co.uk/x")
        == registrable_domain("http://b.example.co.uk")
        == "example.co.uk"
    )
    assert registrable_domain("http://127.0.0.1:8080/") == "127.0.0.1"


def test_entries_that_came_and_went_unseen_leave_a_gap(world: World) -> None:
    world.server.handlers["/feed"] = web.fixed(feed(item("/a", date="Mon, 05 Jan 2026 00:00:00 GMT")))
    world.poll(world.source(pages="never"))
    world.now += timedelta(hours=9)
    world.server.handlers["/feed"] = web.fixed(feed(item("/z", date="Mon, 05 Jan 2026 08:00:00 GMT")))
    (gap,) = world.poll(world.source(pages="never")).polled[0].gaps
    assert (gap.missing_from, gap.missing_until) == (START, START + timedelta(hours=8))
    assert world.state(world.source()).interval < timedelta(hours=6)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", "200 OK", "empty"),
        (PAGE.encode(), "200 OK", "not_a_feed"),
        (b"\x89PNG\r\n\x1a\n", "200 OK", "binary"),
        (b"", "500 Oops", "http_500"),
        (b"", "404 Not Found", "http_404"),
        (b"", "403 Forbidden", "http_403"),
    ],
)
def test_an_answer_that_is_no_feed_is_a_failure_with_its_reason(
    body: bytes, status: str, reason: str, world: World
) -> None:
    world.server.handlers["/feed"] = web.fixed(body, status, etag='"1"')
    result = world.poll(world.source())
    state = world.state(world.source())
    assert state.last_error == reason
    assert state.etag is None
    assert state.failures == 1
    assert state.due_at is not None
    assert state.due_at >= world.now + timedelta(hours=2)
    assert result.pages == ()


def test_a_body_cut_off_keeps_its_entries_but_not_its_validators(world: World) -> None:
    cut = feed(item("/a"), item("/b"))[:-60]
    world.server.handlers |= {"/feed": web.fixed(cut, etag='"1"'), "*": web.fixed(PAGE.encode())}
    assert len(world.poll(world.source()).pages) == 2
    assert world.state(world.source()).etag is None


def test_secrets_go_to_the_server_of_the_source_alone(world: World) -> None:
    with web.WebServer({"*": web.fixed(PAGE.encode())}) as other:
        world.server.handlers |= {
            "/feed": web.fixed(feed(item(other.url("/a")), item("/b"))),
            "/b": web.fixed(PAGE.encode()),
        }
        world.poll(world.source(headers=(Header(name="x-key", value="s3cret"),)))
        assert world.server.asked("/feed")[0]["x-key"] == "s3cret"
        assert world.server.asked("/b")[0]["x-key"] == "s3cret"
        assert all("x-key" not in headers for _, headers in other.log)


def test_due_feeds_are_polled_side_by_side_and_a_broken_one_costs_nobody(world: World) -> None:
    """Through the thread and the queue, as a run does it."""
    page = web.fixed(feed(item("/a", content=f"&lt;p&gt;{PARAGRAPH * 5}&lt;/p&gt;")))
    world.server.handlers |= {"/one": page, "/two": web.fixed(b"", "500 Oops")}
    sources = [world.source("/one"), world.source("/two")]
    manners = Manners(contact="https://newslake.example", guard=LOOPBACK, gap=timedelta())
    result = merged(fetch_feeds(due_sources(sources, world.ledger, START), world.ledger, manners, "1", "run"))
    assert [page.source_id for page in result.pages] == ["one"]
    settle(result.polled, world.ledger, START)
    assert {state.source_id: state.last_error for state in feed_states(world.ledger).values()} == {
        "one": None,
        "two": "http_500",
    }
    assert due(tuple(feed_states(world.ledger).values()), datetime.now(UTC)) == ()


def test_a_run_that_is_given_up_ends_its_requests(world: World) -> None:
    world.server.handlers |= {"/slow": web.silent, "/feed": web.fixed(feed(item("/a", content=PARAGRAPH * 5)))}
    sources = [world.source("/feed"), world.source("/slow")]
    readings = fetch_feeds(
        due_sources(sources, world.ledger, START),
        world.ledger,
        Manners(guard=LOOPBACK, gap=timedelta()),
        "1",
        "run",
    )
    next(readings)
    started = datetime.now(UTC)
    readings.close()
    assert datetime.now(UTC) - started < timedelta(seconds=5)


def sitemap(*locations: tuple[str, str | None], kind: str = "urlset") -> bytes:
    inner = "url" if kind == "urlset" else "sitemap"
    nodes = "".join(
        f"<{inner}><loc>{url}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</{inner}>"
        for url, changed in locations
    )
    return f"<{kind} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{nodes}</{kind}>".encode()


def test_of_a_sitemap_index_the_newest_parts_are_asked_and_of_these_what_is_new(world: World) -> None:
    """An index of ten years costs one request more than a news sitemap, and brings no history."""
    url = world.server.url
    old = tuple((url(f"/{year}.xml"), f"{year}-12-31") for year in range(2015, 2025))
    world.server.handlers |= {
        "/map": web.fixed(sitemap(*old, (url("/now.xml"), "2026-01-05"), kind="sitemapindex"), etag='"1"'),
        "/now.xml": web.fixed(sitemap((url("/new"), "2026-01-04T12:00:00Z"), (url("/old"), "2025-12-20"))),
        "/new": web.fixed(PAGE.encode()),
    }
    result = world.poll(world.source("/map"))
    assert [page.url for page in result.pages] == [url("/new")]
    assert [path for path, _ in world.server.log] == ["/map", "/robots.txt", "/now.xml", "/new"]
    assert [fetch.purpose for fetch in result.polled[0].fetches] == ["feed", "robots", "sitemap", "page"]
    assert len(result.polled[0].documents) == 2
    assert world.state(world.source("/map")).etag == '"1"'


def test_an_index_of_indexes_without_dates_is_asked_within_bounds_and_never_conditionally(world: World) -> None:
    url = world.server.url

    async def endless(exchange: web.Exchange) -> None:
        await exchange.answer(sitemap((url(exchange.path + "x"), None), kind="sitemapindex"), etag='"1"')

    world.server.handlers |= {"*": endless, "/robots.txt": web.fixed(b"", "404 Not Found")}
    assert world.poll(world.source("/map")).pages == ()
    assert len(world.server.log) == 1 + 1 + 5
    assert world.state(world.source("/map")).etag is None


def test_a_long_feed_is_fetched_in_several_polls(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.network.poll.MOST", 3)
    world.server.handlers |= {
        "/feed": web.fixed(feed(*(item(f"/{n}") for n in range(7))), etag='"1"'),
        "*": web.fixed(PAGE.encode()),
        "/robots.txt": web.fixed(b"", "404 Not Found"),
    }
    assert [len(world.poll(world.source()).pages) for _ in range(4)] == [3, 3, 1, 0]
    assert [headers.get("if-none-match") for headers in world.server.asked("/feed")] == [None, None, None, '"1"']


def test_a_domain_that_asks_for_rest_is_left_alone_by_feeds_and_pages_and_no_try_is_counted(world: World) -> None:
    world.server.handlers |= {
        "/feed": web.fixed(feed(item("/a"), item("/b"))),
        "/other": web.fixed(feed(item("/c"))),
        "/a": web.fixed(b"", "429 Slow Down", retry_after="7200"),
        "*": web.fixed(PAGE.encode()),
    }
    first = world.poll(world.source())
    assert [refusal.reason for refusal in first.refusals] == ["http_429", "told_to_wait"]
    asked = len(world.server.log)
    other = world.poll(world.source("/other"))
    assert len(world.server.log) == asked
    assert [fetch.reason for fetch in other.polled[0].fetches] == ["told_to_wait"]
    state = world.state(world.source("/other"))
    assert (state.failures, state.polled_at) == (0, None)
    assert state.due_at is not None
    assert timedelta(hours=1, minutes=59) < state.due_at - world.now <= timedelta(hours=2)
    world.now += timedelta(hours=3)
    world.server.handlers["/a"] = web.fixed(PAGE.encode())
    assert len(world.poll(world.source()).pages) == 2


def test_a_feed_that_takes_too_long_to_read_is_given_up_and_the_next_one_read() -> None:
    """In a process of its own, which is killed."""
    damaged = feed(*(item(f"/{n}") for n in range(9_000))).removesuffix(b"</channel></rss>")
    hopeless = Document(source_id="s", locator="hopeless", body=damaged, fetched_at=START)
    with Reader(Limits(seconds_per_item=0.8, chunk=1)) as reader:
        refused = reader(hopeless)
        good = reader(replace(hopeless, body=feed(item("/a"))))
    assert isinstance(refused, Refusal)
    assert refused.reason == "timeout"
    assert isinstance(good, Feed)
