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


LIST = "".join(
    f"<li>In the {place} the water stood in the cellars until noon, and pumps ran all day.</li>"
    for place in ("old town", "north", "harbour", "mill quarter", "valley of the saw")
)
QUOTED = f"<h2>What was said</h2><blockquote><p>{'We have seen worse, and we will see it again. ' * 6}</p></blockquote>"
LAST = "<p>The council meets again on Tuesday, and asks everyone to keep away from the water until then.</p>"


@pytest.mark.parametrize(
    ("page", "is_sure"),
    [
        (f"<h1>Rain</h1><div>{TEXT}</div><div><ul>{LIST}</ul>{QUOTED}</div><div>{LAST}</div>", True),
        (f"<h1>Rain</h1><div><ul>{LIST}</ul>{TEXT}{QUOTED}</div>", True),
        (f"<h1>Rain</h1><div>{TEXT}{LAST}</div><div><ul>{LIST}</ul>{QUOTED}</div>", False),
        (f"<h1>Rain</h1><div><ul>{LIST}</ul>{QUOTED}</div><div>{TEXT}{LAST}</div>", False),
    ],
    ids=["between its paragraphs", "beside its paragraphs in one element", "behind them", "before them"],
)
def test_lists_and_quotations_among_the_paragraphs_of_an_article_leave_no_doubt(page: str, is_sure: bool) -> None:
    """What stands before or behind them in an element of its own may be something else: another reading is asked."""
    tree = html_tree(clean_markup(f"<html><body>{page}</body></html>"))
    assert tree is not None
    assert (main_text(tree, None).method == "plain") is is_sure
