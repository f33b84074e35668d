"""What is the text of an article, and what stands around it on its page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from rain import TEXT

from tasks.extract.characters import clean_markup
from tasks.extract.pages.html_tree import html_tree
from tasks.extract.pages.main_text import main_text

CASES = tomllib.loads((Path(__file__).parent / "cases" / "bodies.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_has_what_its_case_says(case: dict[str, Any]) -> None:
    tree = html_tree(clean_markup(case["page"].replace("{{text}}", TEXT)))
    assert tree is not None
    text = "\n\n".join(block.text for block in main_text(tree, None).blocks)
    assert [part for part in case["has"] if part not in text] == []
    assert [part for part in case["lacks"] if part in text] == []
