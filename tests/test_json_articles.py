"""Articles that another tool extracted: every tool's field names lead to the same fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.extract.refusal import Refusal
from tasks.extract.sources.json_articles import json_article, json_items, mapping_header, parsed_json

CASES = json.loads((Path(__file__).parent / "cases/json_articles.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_an_object_is_read_as_its_case_says(case: dict[str, Any]) -> None:
    article = json_article(json.dumps(case["object"]).encode(), case.get("mapping"))
    assert not isinstance(article, Refusal)
    for field, expected in case["expected"].items():
        assert getattr(article, field) == (tuple(expected) if isinstance(expected, list) else expected), field


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_an_article"),
        (b"[1, 2]", "not_an_article"),
        (b'{"title": "cut', "not_an_article"),
        (b"[" * 100_000, "not_an_article"),
        (b"\xff\xfe\x00", "not_an_article"),
    ],
)
def test_what_is_no_object_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    article = json_article(body)
    assert isinstance(article, Refusal)
    assert article.reason == reason


def test_a_list_and_an_object_that_holds_a_list_give_their_articles() -> None:
    one = {"title": "Bridge opens", "text": "The bridge opened."}
    assert json_items(parsed_json(json.dumps([one, one]).encode())) == [one, one]
    assert json_items({"status": "ok", "articles": [one]}) == [one]
    assert json_items(one) == [one]


def test_a_mapping_for_a_field_we_do_not_have_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="headlne"):
        mapping_header({"headlne": "x"})
