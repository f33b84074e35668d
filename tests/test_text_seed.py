"""Plain text articles: the header, the title and the paragraphs, whoever wrote the file."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.sources.text_seed import text_seed

ROOT = Path(__file__).parent
CASES = tomllib.loads((ROOT / "cases/text_seed.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_text_file_is_read_as_its_case_says(case: dict[str, object]) -> None:
    seed = text_seed(str(case["text"]))
    assert seed.title == (case["title"] or None)
    assert (seed.published_at.isoformat() if seed.published_at else "") == case["published"]
    assert (seed.published_precision or "") == case["precision"]
    assert seed.body.split("\n\n") == case["body"]
    if "raw" in case:
        assert seed.published_raw == case["raw"]


def test_the_seed_of_the_user_has_its_title_its_day_and_fourteen_paragraphs() -> None:
    seed = text_seed((ROOT.parent / "seeds/000_06bf22cdd8765a03.txt").read_text("utf-8"))
    assert seed.title == "After inconclusive Doha talks, Afghan rivals will meet again."
    assert seed.published_at == datetime(2021, 7, 18, tzinfo=UTC)
    assert len(seed.body.split("\n\n")) == 14


@given(st.text(max_size=300))
def test_no_text_is_refused_and_no_paragraph_is_empty(text: str) -> None:
    seed = text_seed(text)
    assert all(paragraph.strip() for paragraph in seed.body.split("\n\n")) or seed.body == ""
