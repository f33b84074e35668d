"""What becomes of one page: an article whose fields say where they come from, or a reason."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rain import TEXT

from benchmarks.fuzz_pages import mutants, outcome
from storage.operations import Page
from storage.records import Article
from tasks.extract.article import article
from tasks.extract.refusal import Refusal

SEED = Path(__file__).parent.parent / "seeds" / "000_06bf22cdd8765a03.txt"
FETCHED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_page(body: bytes | str, format: str = "html", **fields: object) -> Page:
    body = body.encode() if isinstance(body, str) else body
    given: dict[str, object] = {
        "raw_id": "raw", "source_id": "source", "locator": "page.html", "format": format, "headers": (), "body": body,
        "body_sha256": hashlib.sha256(body).hexdigest(), "fetched_at": FETCHED, "entry_authors": (), "entry_tags": (),
            "entry_enclosures": (),
    }  # fmt: skip
    return Page(**(given | fields))  # type: ignore[arg-type]  # a factory: everything but the point of the test


def cleaned(body: bytes | str, format: str = "html", **fields: object) -> Article:
    result = article(a_page(body, format, **fields))
    assert isinstance(result, Article), result
    return result


def refused(body: bytes | str, format: str = "html") -> Refusal:
    result = article(a_page(body, format))
    assert isinstance(result, Refusal), result
    return result


def test_the_users_article_is_dated_by_its_header_and_loses_its_publishers_line() -> None:
    """The seed's first line gives date and title; its last sentence names the publisher and is no part of the text."""
    found = cleaned(SEED.read_bytes(), "text_seed")
    assert found.title == "After inconclusive Doha talks, Afghan rivals will meet again."
    assert (found.published_at, found.published_from, found.published_precision) == (
        datetime(2021, 7, 18, tzinfo=UTC), "seed_header", "day",
    )  # fmt: skip
    assert found.source_name == "Washington Newsday"
    assert found.boilerplate == ("Brief News from Washington Newsday.",)
    assert found.text.endswith("and whether they have it.")
    assert found.language == "en"


@pytest.mark.parametrize(
    ("body", "format", "reason"),
    [
        (b"", "html", "empty"),
        (b"%PDF-1.7 ...", "html", "not_html"),
        (bytes(range(256)) * 4, "html", "not_html"),
        (b"x" * 5_000_001, "html", "too_large"),
        (b"<html><body></body></html>", "html", "no_text"),
        (b"text", "parchment", "unknown_format"),
        (b"[1, 2]", "json_article", "not_an_article"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(body: bytes, format: str, reason: str) -> None:
    assert refused(body, format).reason == reason


def test_a_page_nested_deeper_than_the_parsers_limit_keeps_its_text() -> None:
    sentence = "The bridge over the harbour was opened again on Monday after two years of work. "
    found = cleaned("<html><body>" + "<div>" * 1000 + f"<p>{sentence * 4}</p>")
    assert "The bridge over the harbour" in found.text


CASES = tomllib.loads((Path(__file__).parent / "cases" / "pages.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_page_is_read_as_its_case_says(case: dict[str, Any]) -> None:
    found = cleaned(case["page"].replace("{{text}}", TEXT), url=case.get("url"))
    for field in case.keys() - {"name", "page", "url"}:
        value = getattr(found, field)
        assert (list(value) if isinstance(value, tuple) else value) == case[field], field
    assert "Rain fell on the valley for a whole night." in found.text


def test_a_rejected_date_is_kept_with_its_origin() -> None:
    page = f'<html><head><meta property="article:published_time" content="2031-01-01"></head><body>{TEXT}</body></html>'
    found = cleaned(page)
    assert [(item.origin, item.raw) for item in found.published_rejected] == [("meta", "2031-01-01")]
    assert found.published_from == "fetched"


def test_what_stands_around_the_article_is_left_out() -> None:
    """Comments, teasers, menus and the headline once more are no text; headings and lists of the article are."""
    around = "".join(f'<li><a href="/{n}">Another story about something else {n}</a></li>' for n in range(12))
    page = (
        f"<html><body><nav><ul>{around}</ul></nav><h1>Rain in the valley</h1><article>{TEXT}"
        "<h2>What comes next</h2><ul><li>The bridge is checked on Monday.</li><li>The dam stays shut.</li></ul>"
        "<p>The council meets again on Tuesday, and asks everyone to keep away from the water until then.</p></article>"
        f'<div class="comments"><p>I was there and I never saw such rain, honestly, it was a lot of rain.</p></div>'
        f'<aside class="related"><ul>{around}</ul></aside></body></html>'
    )
    text = cleaned(page).text
    assert "What comes next" in text
    assert "The dam stays shut." in text
    assert "I was there" not in text
    assert "Another story" not in text
    assert "Rain in the valley" not in text


def test_a_cut_gives_the_page_back() -> None:
    """What was cut stands in `cuts` with its place: before the text it gives the paragraph as it was."""
    sentence = "Rain fell on the valley on Sunday for the first time since March, and farmers came out to see it."
    found = cleaned(f"<p>NAIROBI, July 18 (AFP) - {sentence}</p><p>{sentence}</p>", "html_fragment")
    [cut] = found.cuts
    assert cut.surface + found.text.split("\n\n")[cut.paragraph] == f"NAIROBI, July 18 (AFP) - {sentence}"


@pytest.mark.parametrize(
    ("body", "media_type", "told_by"),
    [
        ("<p>Café à Genève</p>".encode("utf-8-sig"), None, "bom"),
        ("<p>Café à Genève</p>".encode("utf-16"), None, "bom"),
        ("<p>Café à Genève</p>".encode("latin-1"), "text/html; charset=iso-8859-1", "http"),
        ('<meta charset="windows-1252"><p>Café à Genève</p>'.encode("cp1252"), None, "meta"),
        ("<p>Café à Genève</p>".encode(), "text/html; charset=iso-8859-1", "utf8"),
        (f"<meta charset=utf-8><p>Café à Genève</p>{TEXT}".encode("latin-1"), None, "detector"),
    ],
)
def test_the_charset_is_decided_and_a_declaration_that_the_bytes_contradict_is_passed_over(
    body: bytes, media_type: str | None, told_by: str
) -> None:
    found = cleaned(body, "html_fragment", media_type=media_type)
    assert "Café à Genève" in found.text
    assert found.charset_from == told_by


@pytest.mark.parametrize(
    "poison", ["&#8;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#xFFFE;", "\x00", "\ud800", "\ufffe"]
)
def test_one_bad_character_costs_one_character(poison: str) -> None:
    found = cleaned(
        f"<html><body>{TEXT}<p>Before{poison} and after.</p></body></html>".encode("utf-8", "surrogatepass")
    )
    assert "Rain fell on the valley" in found.text
    found.text.encode("utf-8")


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_text_is_cleaned_or_refused_and_its_paragraphs_are_where_they_say(text: str) -> None:
    result = article(a_page(text.encode("utf-8", "surrogatepass"), "html_fragment"))
    if isinstance(result, Article):
        assert [result.text[part.start : part.end] for part in result.paragraphs] == result.text.split("\n\n")
        assert not any(ord(character) < 32 and character != "\n" for character in result.text)


def test_mutated_pages_raise_nothing_and_every_failure_has_a_reason() -> None:
    """A slice of `python -m benchmarks.fuzz_pages`."""
    originals = [case["page"].replace("{{text}}", TEXT).encode() for case in CASES]
    outcomes = {outcome(body) for body in mutants(originals, 120, seed=7)}
    assert "article" in outcomes
    assert outcomes <= {"article", "no_text", "empty", "not_html", "too_large"}


def test_the_same_address_is_the_same_article_whatever_its_tracking() -> None:
    one = cleaned(TEXT, "html_fragment", url="https://www.example.org/rain?utm_source=feed")
    other = cleaned(TEXT, "html_fragment", url="http://example.org/rain/")
    assert one.article_id == other.article_id


def test_a_live_blog_keeps_every_post_in_the_order_of_the_page() -> None:
    """Metadata of live blogs holds an extract of a post or two; the page holds all of them."""
    posts = "".join(
        f"<div class=post><time datetime=2024-05-06T1{hour}:00:00Z>1{hour}:00</time><h3>Pier {hour}</h3>"
        f"<p>At 1{hour} the council said that crews were at pier {hour} and that the road would stay closed.</p></div>"
        for hour in range(6)
    )
    metadata = (
        '{"@type": "LiveBlogPosting", "headline": "Bridge closed", "datePublished": "2024-05-06T09:00:00Z",'
        ' "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Pier 5", "articleBody": "At 15 the council said"}]}'
    )
    found = cleaned(
        f"<html><head><title>Bridge closed</title><script type=application/ld+json>{metadata}</script></head><body>"
        f"<main><article><h1>Bridge closed</h1><p>The bridge was closed on Monday.</p>{posts}</article></main></body>"
    )
    assert [line for line in found.text.split("\n\n") if line.startswith("Pier")] == [f"Pier {n}" for n in range(6)]
    assert found.text.count("the council said") == 6
    assert found.published_at.isoformat() == "2024-05-06T09:00:00+00:00"
