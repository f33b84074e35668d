"""Read one HTML page."""

from __future__ import annotations

from datetime import date, datetime

from storage.operations import Page
from tasks.extract.characters import clean_markup
from tasks.extract.charset import charset
from tasks.extract.pages import about
from tasks.extract.pages.authors import authors
from tasks.extract.pages.dates import modified_dates, published_dates
from tasks.extract.pages.html_tree import html_tree
from tasks.extract.pages.main_text import hinted_text, main_text
from tasks.extract.pages.signals import bylines, dated, signals
from tasks.extract.pages.site_name import site_name
from tasks.extract.pages.sniff import sniff
from tasks.extract.pages.title import title
from tasks.extract.pages.trafilatura_body import LIBRARY
from tasks.extract.reading import Block, Reading
from tasks.extract.refusal import Refusal
from tasks.extract.sources.css_hint import css_hint

LARGEST = 5_000_000  # bytes decoded; beyond, parsing takes more than the seconds a page may have


def html_page(page: Page) -> Reading | Refusal:
    """The reading of a page of format html; refuses what is empty, too large, or no HTML."""
    if refusal := _unreadable(page):
        return refusal
    decoded = charset(page.body, page.media_type)
    tree = html_tree(clean_markup(decoded.text))
    if tree is None:
        return Refusal(
            locator=page.locator,
            reason="not_html",
            detail=f"{page.locator} holds no HTML element; check that it is a saved page.",
        )
    found = signals(tree)
    hint = css_hint(page.headers)
    found_text = hinted_text(tree, hint) if hint else None
    found_text = found_text or main_text(tree, page.url, about.body_text(found))
    headline = title(found, page.url, page.entry_title)
    signed = authors(found, lambda: bylines(tree), page.url, page.entry_authors, _edges(found_text.blocks))
    return Reading(
        extractor=f"html_{found_text.method}",
        extractor_version=LIBRARY,
        blocks=found_text.blocks,
        headlines=tuple(text for text in (headline.text, *(mark.text for mark in found.headings)) if text),
        title=headline.text,
        title_from=headline.origin,
        title_confidence=headline.confidence,
        authors=signed.people,
        organisations=signed.bodies,
        authors_from=signed.origin,
        candidates=(*headline.rejected, *signed.rejected),
        published=published_dates(found, page.url, lambda: dated(tree), _day(page.entry_published_at)),
        modified=modified_dates(found),
        canonical_url=about.canonical_url(found, page.url),
        source_name=site_name(found),
        language=about.language(found),
        description=about.description(found),
        image_url=about.image_url(found, page.url),
        section=about.section(found),
        tags=about.tags(found),
        charset=decoded.charset,
        charset_from=decoded.told_by,
        is_paywalled=about.is_paywalled(found),
        is_opted_out=about.is_opted_out(found, page.headers),
    )


def _day(instant: datetime | None) -> date | None:
    return instant.date() if instant else None


def _edges(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """The paragraphs in which an article may be signed: the first three and the last two, headings not counted."""
    texts = [block.text for block in blocks if block.kind != "heading"]
    return (*texts[:3], *texts[3:][-2:])


def _unreadable(page: Page) -> Refusal | None:
    if not page.body.strip():
        return Refusal(locator=page.locator, reason="empty", detail=f"{page.locator} has no content; fetch it again.")
    if len(page.body) > LARGEST:
        detail = f"{page.locator} has {len(page.body):,} bytes; pages are read up to {LARGEST:,}."
        return Refusal(locator=page.locator, reason="too_large", detail=detail)
    if found := sniff(page.body):
        detail = f"{page.locator} is {found}, not an HTML page; give it with the format it has."
        return Refusal(locator=page.locator, reason="not_html", detail=detail)
    return None
