"""Find the main text of a page."""

from __future__ import annotations

import logging
from importlib.metadata import version

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from tasks.extract.pages.blocks import blocks
from tasks.extract.reading import Block

LIBRARY = f"trafilatura-{version('trafilatura')}"
# It reports every page it can make nothing of; the reason is in our own refusal.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def main_text(tree: HtmlElement, url: str | None) -> tuple[Block, ...]:
    """The paragraphs of the article; none where there is no article. The tree is not changed."""
    document = bare_extraction(tree, url=url, include_comments=False)
    if document is None or isinstance(document, dict) or document.body is None:
        return ()
    return blocks(document.body)
