"""What is spared of trafilatura's work changes nothing of what it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura import bare_extraction, xpaths

from tasks.extract.characters import clean_markup
from tasks.extract.pages.blocks import blocks
from tasks.extract.pages.html_tree import html_tree
from tasks.extract.pages.trafilatura_body import guarded, trafilatura_body

SAVED = sorted((Path(__file__).parent.parent / "seeds" / "collection").rglob("*.html"))
PATHS = [
    (f"{name} {index}", path)
    for name, paths in sorted(vars(xpaths).items())
    if isinstance(paths, list)
    for index, path in enumerate(paths)
]
# Each element has an attribute that the library looks for, none, or an empty one.
BOXES = "".join(
    f"<{tag} {attributes}>text</{tag}>"
    for tag in ("div", "p", "section", "span", "aside", "article", "ul", "h1")
    for attributes in (
        "", "class=''", "id=''", "id=comments", "class=comment-list", "class='post-body'", "id=main class=x",
        "class='share-box' id=x", "id=cookie-banner", "class='author'", "class=teaser", "style='display:none'",
        "class='infinite-scroll'", "id=infinite-scroll", "class=' hidden'", "class=x id=story-body", "class=FullText",
    )
)  # fmt: skip


def trees() -> list[HtmlElement]:
    sources = [path.read_text("utf-8") for path in SAVED] + [f"<html><body><main>{BOXES}</main></body></html>"]
    found = [tree for source in sources if (tree := html_tree(clean_markup(source))) is not None]
    assert len(found) > 1
    return found


@pytest.mark.parametrize("path", [path for _, path in PATHS], ids=[name for name, _ in PATHS])
def test_a_guarded_path_selects_the_same_elements(path: XPath) -> None:
    """Elements without an attribute are passed over, and were never selected for it."""
    for tree in trees():
        assert guarded(path)(tree) == path(tree)


def test_most_paths_with_expressions_are_guarded() -> None:
    """A new version of the library that writes its paths another way is noticed here."""
    with_expressions = [path.path for _, path in PATHS if "re:test" in path.path]
    assert sum(guarded(XPath(path, namespaces={"re": xpaths.REGEXP_NS})).path != path for path in with_expressions) > 10


def test_an_expression_that_matches_nothing_at_all_is_not_guarded() -> None:
    """`x*` matches the empty string, as which a missing attribute counts."""
    path = XPath(".//*[re:test(@class, 'x*')]", namespaces={"re": xpaths.REGEXP_NS})
    assert guarded(path).path == path.path


@pytest.mark.parametrize("fast", [True, False])
def test_the_body_is_that_of_the_library_itself(fast: bool) -> None:
    for tree in trees():
        document = bare_extraction(tree, url="https://example.org/a", fast=fast)
        expected = () if document is None or isinstance(document, dict) else blocks(document.body)
        assert trafilatura_body(tree, "https://example.org/a", fast=fast) == expected


def test_the_library_is_left_as_it_was() -> None:
    before = [path for _, path in PATHS]
    trafilatura_body(trees()[0], None, fast=True)
    after = [path for _, paths in sorted(vars(xpaths).items()) if isinstance(paths, list) for path in paths]
    assert after == before
