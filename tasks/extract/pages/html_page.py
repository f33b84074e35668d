"""Read one HTML page."""

from __future__ import annotations

from storage.operations import Page
from tasks.extract.characters import clean_markup
from tasks.extract.charset import charset
from tasks.extract.pages.html_tree import html_tree
from tasks.extract.pages.main_text import LIBRARY, main_text
from tasks.extract.pages.sniff import sniff
from tasks.extract.reading import Reading
from tasks.extract.refusal import Refusal

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
    from trafilatura.metadata import extract_metadata

    meta = extract_metadata(tree, page.url)
    from tasks.extract.published import candidate

    return Reading(
        extractor="trafilatura",
        extractor_version=LIBRARY,
        blocks=main_text(tree, page.url),
        title=meta.title,
        title_from="meta",
        authors=tuple((meta.author or "").split("; ")) if meta.author else (),
        authors_from="meta" if meta.author else None,
        published=candidate("meta", meta.date),
        canonical_url=meta.url,
        source_name=meta.sitename,
        language=meta.language,
        description=meta.description,
        image_url=meta.image,
        tags=tuple(meta.tags or ()),
        charset=decoded.charset,
        charset_from=decoded.told_by,
    )


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
