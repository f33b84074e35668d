"""The pages behind entries: joined where an article has several, looked at again when changed, named when gated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import webserver as web
from feedworld import PAGE, PARAGRAPH, World, feed, item
from hypothesis import given
from hypothesis import strategies as st

from storage.operations import EntryState, Header, Page
from storage.records import Article
from storage.state import Ledger
from tasks.extract.article import article
from tasks.extract.http.next_part import is_part, next_part
from tasks.extract.http.page_obstacle import page_obstacle
from tasks.extract.identity import identity
from tasks.extract.schedule.revisit import MAX_VISITS, revisit
from tasks.extract.sources.page_parts import PagePart, joined_parts, page_parts

NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with web.WebServer() as server, Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        web.hasty(ledger).create()
        yield World(server, ledger)


def part(number: int, *, following: str = "", head: str = "") -> bytes:
    """A page of an article: the headline and standfirst that all of its pages repeat, and text of its own."""
    own = "".join(f"<p>Part {number}, paragraph {line}: {PARAGRAPH}</p>" for line in range(4))
    shared = "<h1>The long harbour story</h1><p>Our reporters spent a year on the quays of Port Ellery.</p>"
    link = f"<a rel='next' href='{following}'>Next</a>" if following else ""
    return (
        f"<!doctype html><html><head><title>The long harbour story</title>{head}</head>"
        f"<body><article>{shared}{own}</article>{link}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("first", "target", "is_joined"),
    [
        ("https://a.example/story", "https://a.example/story?page=2", True),
        ("https://a.example/story?id=7", "https://a.example/story?id=7&page=2", True),
        ("https://a.example/story/", "https://a.example/story/2/", True),
        ("https://a.example/story/", "https://a.example/story/page/2", True),
        ("https://a.example/story.html", "https://a.example/story-2.html", True),
        ("https://a.example/story.html", "https://a.example/story,2.html", True),
        ("https://a.example/story?page=1", "https://a.example/story?page=2", True),
        ("https://a.example/geschichte.html", "https://a.example/geschichte-seite-2.html", True),
        ("https://a.example/story", "https://a.example/another-story", False),
        ("https://a.example/news/1", "https://a.example/news/2", False),
        ("https://a.example/story-1.html", "https://a.example/story-2.html", False),
        ("https://a.example/story", "https://a.example/story?page=3", False),
        ("https://a.example/story", "https://a.example/story/comment-page-2/", False),
        ("https://a.example/?p=1", "https://a.example/?p=2", False),
        ("https://a.example/2026/01/04/story", "https://a.example/2026/01/05/story", False),
        ("https://a.example/", "https://a.example/page/2", False),
    ],
)
def test_the_next_page_of_an_article_is_told_from_the_next_article(first: str, target: str, is_joined: bool) -> None:
    assert is_part(target, first, 2) is is_joined
    found = next_part(f"<link href='{target}' rel='next'>".encode(), first, ())
    assert found == (target if is_joined else None)


def test_a_link_counts_as_next_page_only_on_its_own_host_and_never_twice() -> None:
    first, second = "https://a.example/s", "https://a.example/s?page=2"
    assert next_part(b"<a rel=next href='https://b.example/s?page=2'>", first, ()) is None
    assert next_part(b"<a rel='nofollow next' href='?page=2#top'>", first, ()) == second
    assert next_part(b"<a rel=next href='?page=2'>", second, (first,)) is None
    assert next_part(b"<a rel=next href='?page=3'>", second, (first,)) == "https://a.example/s?page=3"


def test_the_pages_of_an_article_are_kept_as_they_came_and_read_as_one(world: World) -> None:
    bodies = {"/s": part(1, following="/s?page=2"), "/two": part(2, following="/s?page=3"), "/three": part(3)}

    async def handle(exchange: web.Exchange) -> None:
        wanted = {"/s": "/s", "/s?page=2": "/two", "/s?page=3": "/three"}
        await exchange.answer(bodies[wanted[exchange.path]], content_type="text/html")

    world.server.handlers |= {"/feed": web.fixed(feed(item("/s"))), "/s": handle}
    result = world.poll(world.source())
    (page,) = result.pages
    assert [kept.body for kept in page_parts(page.body)] == list(bodies.values())
    assert [kept.url for kept in page_parts(page.body)][1] == world.server.url("/s?page=2")
    read = article(page)
    assert isinstance(read, Article)
    assert read.url == world.server.url("/s")
    assert [f"Part {number}, paragraph 0" in read.text for number in (1, 2, 3)] == [True] * 3
    assert read.text.index("Part 1, paragraph 3") < read.text.index("Part 2, paragraph 0")
    assert read.text.count("Our reporters spent a year") == 1
    assert [fetch.purpose for fetch in result.polled[0].fetches] == ["feed", "robots", "page", "page", "page"]


@pytest.mark.parametrize(
    "second",
    [
        part(1, following="/s?page=2"),  # the same page whatever the number
        part(2, head="<link rel='canonical' href='https://a.example/another'>"),
    ],
)
def test_a_page_that_repeats_the_first_or_is_of_another_article_is_not_joined(second: bytes, world: World) -> None:
    async def handle(exchange: web.Exchange) -> None:
        await exchange.answer(part(1, following="/s?page=2") if exchange.path == "/s" else second)

    world.server.handlers |= {"/feed": web.fixed(feed(item("/s"))), "/s": handle}
    (page,) = world.poll(world.source()).pages
    assert page.format == "html"


def test_an_article_with_a_page_missing_is_kept_and_tried_again(world: World) -> None:
    is_down = True

    async def handle(exchange: web.Exchange) -> None:
        if exchange.path == "/s":
            await exchange.answer(part(1, following="/s?page=2"))
        else:
            await exchange.answer(*((b"", "503 Busy") if is_down else (part(2),)))

    world.server.handlers |= {"/feed": web.fixed(feed(item("/s"))), "/s": handle}
    first = world.poll(world.source())
    assert [page.format for page in first.pages] == ["html"]
    assert [refusal.reason for refusal in first.refusals] == ["http_503"]
    is_down = False
    assert [page.format for page in world.poll(world.source()).pages] == ["html_pages"]
    assert world.poll(world.source()).pages == ()


@given(st.lists(st.tuples(st.text(max_size=40), st.none() | st.just("text/html"), st.binary(max_size=80)), max_size=5))
def test_pages_come_out_of_their_frame_as_they_went_in(parts: list[tuple[str, str | None, bytes]]) -> None:
    framed = [
        PagePart("https://a.example/" + url.encode("ascii", "ignore").decode(), kind, body) for url, kind, body in parts
    ]
    again = page_parts(joined_parts(framed))
    assert [(one.media_type, one.body) for one in again] == [(one.media_type, one.body) for one in framed]


def test_an_entry_that_its_feed_says_was_changed_is_asked_for_again_conditionally(world: World) -> None:
    async def page(exchange: web.Exchange) -> None:
        is_known = exchange.headers.get("if-none-match") == '"v1"'
        await exchange.answer(
            b"" if is_known else PAGE.encode(), "304 Not Modified" if is_known else "200 OK", etag='"v1"'
        )

    world.server.handlers |= {"/feed": web.fixed(feed(item("/a"))), "/a": page}
    assert len(world.poll(world.source()).pages) == 1
    world.now += timedelta(hours=2)
    world.poll(world.source())
    assert len(world.server.asked("/a")) == 1  # the feed says nothing new of it
    world.server.handlers["/feed"] = web.fixed(feed(item("/a", content="A correction ...")))
    world.now += timedelta(hours=2)
    assert world.poll(world.source()).pages == ()
    assert [headers.get("if-none-match") for headers in world.server.asked("/a")] == [None, '"v1"']
    world.server.handlers |= {"/a": web.fixed(PAGE.replace("debate", "vote").encode(), etag='"v2"')}
    world.server.handlers["/feed"] = web.fixed(feed(item("/a", date="Mon, 05 Jan 2026 03:00:00 GMT")))
    world.now += timedelta(hours=5)
    (changed,) = world.poll(world.source()).pages
    assert b"vote" in changed.body


def test_full_content_that_changes_is_received_again(world: World) -> None:
    for day, word in ((0, "first"), (1, "second"), (2, "second")):
        content = f"&lt;p&gt;{word} {PARAGRAPH * 5}&lt;/p&gt;"
        world.server.handlers["/feed"] = web.fixed(feed(item("/a", content=content)))
        world.now += timedelta(days=1)
        pages = world.poll(world.source()).pages
        assert [page.body.startswith(f"<p>{word}".encode()) for page in pages] == ([] if day == 2 else [True])


def test_a_feed_that_changes_at_every_poll_costs_few_requests(world: World) -> None:
    world.server.handlers["/a"] = web.fixed(PAGE.encode())
    for hour in range(48):
        world.server.handlers["/feed"] = web.fixed(feed(item("/a", content=f"Read {hour} times ...")))
        world.now += timedelta(hours=1)
        world.poll(world.source())
    assert len(world.server.asked("/a")) == 6


def test_visits_are_spaced_and_come_to_an_end() -> None:
    seen = EntryState(is_settled=True, mark="old", visits=1, visited_at=NOW)
    assert not revisit(seen, "old", NOW + timedelta(days=9))
    assert not revisit(seen, "new", NOW + timedelta(minutes=59))
    assert revisit(seen, "new", NOW + timedelta(hours=1))
    assert not revisit(replace(seen, visits=3), "new", NOW + timedelta(hours=3))
    assert not revisit(replace(seen, visits=MAX_VISITS), "new", NOW + timedelta(days=99))
    assert not revisit(replace(seen, mark=None), "new", NOW + timedelta(days=9))  # settled before marks were kept


def test_an_article_stays_settled_when_looking_again_fails(world: World) -> None:
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a"))), "/a": web.fixed(PAGE.encode())}
    world.poll(world.source())
    world.server.handlers |= {
        "/feed": web.fixed(feed(item("/a", content="Changed ...")), etag='"1"'),
        "/a": web.fixed(b"", "500 Oops"),
    }
    world.now += timedelta(hours=2)
    world.poll(world.source())
    assert world.state(world.source()).etag == '"1"'  # nothing is open: the next poll may be conditional


@pytest.mark.parametrize(
    ("asked", "led_to", "reason"),
    [
        ("/a", "/privacy-gate?to=/a", "consent_page"),
        ("/a", "/user/login?to=/a", "login_page"),
        ("/a", "/subscribe", "paywall_page"),
        ("/abo/a", "/abo/a-renamed", None),
        ("/a", "/b", None),
    ],
)
def test_a_gate_is_told_by_where_the_address_of_the_article_led(
    asked: str, led_to: str, reason: str | None, world: World
) -> None:
    world.server.handlers |= {
        "/feed": web.fixed(feed(item(asked))),
        asked: web.redirecting(led_to),
        led_to.split("?")[0]: web.fixed(PAGE.encode()),
    }
    result = world.poll(world.source())
    assert [refusal.reason for refusal in result.refusals] == ([reason] if reason else [])
    assert len(result.pages) == (0 if reason else 1)


def test_a_title_alone_makes_no_gate_of_an_article() -> None:
    assert page_obstacle(b"<title>Subscribe to read | Harbour Times</title>") is not None
    assert page_obstacle(b"<title>Subscribers read more, study finds | Harbour Times</title>") is None


def page(body: str, *headers: Header, url: str = "https://a.example/s") -> Page:
    return Page(
        raw_id="r", source_id="s", locator=url, url=url, format="html", headers=headers, body=body.encode(),
        body_sha256="", fetched_at=NOW, entry_authors=(), entry_tags=(), entry_enclosures=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "is_paywalled"),
    [
        ('"isAccessibleForFree": false', True),
        ('"isAccessibleForFree": "False"', True),
        ('"isAccessibleForFree": true', False),
        ('"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".rest"}', True),
        ('"hasPart": [{"isAccessibleForFree": "true"}, {"isAccessibleForFree": "false"}]', True),
        ('"headline": "x"', None),
    ],
)
def test_a_paywall_that_the_page_states_is_recorded(said: str, is_paywalled: bool | None) -> None:
    stated = f'<script type="application/ld+json">{{"@type": "NewsArticle", {said}}}</script>'
    read = article(page(PAGE.replace("<head>", f"<head>{stated}")))
    assert isinstance(read, Article)
    assert read.is_paywalled is is_paywalled


def test_the_hint_of_a_source_selects_the_article(world: World) -> None:
    """From the poll to the text: the hint travels with the page."""
    other = f"<div class='mail'><p>{PARAGRAPH.replace('council', 'newsletter')}</p></div>" * 3
    both = f"<html><head><title>T</title></head><body>{other}<div class='own'><p>{PARAGRAPH}</p></div></body></html>"
    world.server.handlers |= {"/feed": web.fixed(feed(item("/a"))), "/a": web.fixed(both.encode())}
    (hinted,) = world.poll(world.source(css="div.own")).pages
    read = article(hinted)
    assert isinstance(read, Article)
    assert (read.text, read.extractor) == (PARAGRAPH.strip(), "html_css")
    missing = article(page(PAGE, Header(name="newslake-css", value="div.nowhere")))
    assert isinstance(missing, Article)
    assert missing.extractor != "html_css"


@pytest.mark.parametrize(
    "variant",
    [
        "https://m.gazette.example/2026/harbour",
        "https://mobile.gazette.example/2026/harbour",
        "https://amp.gazette.example/2026/harbour",
        "http://gazette.example/2026/harbour/amp/",
        "https://www.gazette.example/2026/harbour?amp=1",
        "https://www.gazette.example/2026/harbour?outputType=amp",
        "https://www.gazette.example/amp/2026/harbour",
        "https://www-gazette-example.cdn.ampproject.org/c/s/www.gazette.example/2026/harbour",
        "https://www.gazette.example/2026/harbour?utm_source=rss",
    ],
)
def test_amp_and_mobile_variants_are_the_same_article(variant: str) -> None:
    assert identity(variant, "") == identity("https://www.gazette.example/2026/harbour", "")


@pytest.mark.parametrize(
    "other",
    [
        "https://gazette.example/2026/amp",
        "https://gazette.example/2026/harbour?volt=amp",
        "https://amp.example/2026/harbour",
    ],
)
def test_another_address_with_such_a_word_in_it_is_another_article(other: str) -> None:
    assert identity(other, "") != identity("https://gazette.example/2026/harbour", "")


def test_a_variant_that_names_its_canonical_address_is_filed_under_it() -> None:
    named = PAGE.replace("<head>", '<head><link rel="canonical" href="https://www.gazette.example/2026/harbour">')
    read = article(page(named, url="https://gazette.example/amp-page-17"))
    assert isinstance(read, Article)
    assert read.article_id == identity("https://www.gazette.example/2026/harbour", "")
