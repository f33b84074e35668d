"""What becomes of one page: an article whose fields say where they come from, or a reason."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

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
