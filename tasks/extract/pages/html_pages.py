"""Read an article that stands on several HTML pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from storage.operations import Page
from tasks.extract.pages.html_page import html_page
from tasks.extract.reading import Block, Reading
from tasks.extract.refusal import Refusal
from tasks.extract.sources.page_parts import page_parts


def html_pages(page: Page) -> Reading | Refusal:
    """The reading of a page of format html_pages: everything about the article from its first page, the text of all.

    What later pages repeat of earlier ones (headline, standfirst, signature) stands once. A later page that can't be
    read is left out.
    """
    parts = page_parts(page.body)
    if not parts:
        detail = f"{page.locator} holds no pages of an article; fetch it again."
        return Refusal(locator=page.locator, reason="empty", detail=detail)
    readings = [
        html_page(replace(page, format="html", body=part.body, url=part.url or page.url, media_type=part.media_type))
        for part in parts
    ]
    first = readings[0]
    if isinstance(first, Refusal):
        return first
    later = [reading.blocks for reading in readings[1:] if isinstance(reading, Reading)]
    return replace(first, blocks=_joined(first.blocks, later, first.headlines))


def _joined(first: tuple[Block, ...], later: Iterable[Sequence[Block]], headlines: Iterable[str]) -> tuple[Block, ...]:
    seen = {block.text for block in first} | set(headlines)
    found = list(first)
    for blocks in later:
        new = [block for block in blocks if block.text not in seen]
        found += new
        seen |= {block.text for block in new}
    return tuple(found)
