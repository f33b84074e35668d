"""Clean one page: `Page` in, `Article` out, or the reason why not.

Reading a format and deciding between what was read are apart: a reader per format returns a `Reading`, and
everything after is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape

from storage.operations import Page
from storage.records import Article, DateCandidate, Paragraph
from tasks.extract import boilerplate as _boilerplate
from tasks.extract.boilerplate import boilerplate
from tasks.extract.characters import clean_line, clean_markup, paragraphs_of
from tasks.extract.charset import charset
from tasks.extract.dateline import RULES as DATELINE_RULES
from tasks.extract.dateline import dateline
from tasks.extract.identity import identity, lasting_url, text_sha256
from tasks.extract.language import language
from tasks.extract.pages.blocks import blocks
from tasks.extract.pages.html_page import html_page
from tasks.extract.pages.html_pages import html_pages
from tasks.extract.pages.html_tree import html_tree
from tasks.extract.pages.main_text import main_text
from tasks.extract.published import candidate, instant, published
from tasks.extract.reading import Block, Reading
from tasks.extract.refusal import Refusal
from tasks.extract.repeated import without_repeated
from tasks.extract.sources.json_articles import json_article, mapping_of
from tasks.extract.sources.text_seed import text_seed

# What the article itself states is trusted before its feed, and its feed before what is read off the page.
_BEFORE_FEED = ("seed_header", "json_ld", "meta", "microdata", "article")
MOST = 10_000  # characters of a title, name or address
Reader = Callable[[Page], Reading | Refusal]


def article(page: Page, repeated: Collection[str] = frozenset()) -> Article | Refusal:
    """Clean one page by the reader of its format. `repeated` are the keys of paragraphs that its source repeats."""
    reader = dict(READERS).get(page.format)
    if reader is None:
        known = ", ".join(name for name, _ in READERS)
        detail = f"{page.locator} has the format {page.format!r}; known are {known}."
        return Refusal(locator=page.locator, reason="unknown_format", detail=detail)
    reading = reader(page)
    return reading if isinstance(reading, Refusal) else _assembled(page, reading, repeated)


def _text_seed(page: Page) -> Reading | Refusal:
    decoded = charset(page.body, page.media_type)
    seed = text_seed(decoded.text)
    return Reading(
        extractor="text_seed",
        extractor_version="text_seed",
        blocks=tuple(Block(text=text) for text in paragraphs_of(seed.body)),
        title=seed.title,
        title_from="seed_header",
        published=candidate("seed_header", seed.published_raw),
        charset=decoded.charset,
        charset_from=decoded.told_by,
    )


def _html_fragment(page: Page) -> Reading | Refusal:
    decoded = charset(page.body, page.media_type)
    return Reading(
        extractor="feed_content",
        extractor_version="feed_content",
        blocks=_fragment_blocks(decoded.text),
        charset=decoded.charset,
        charset_from=decoded.told_by,
    )


def _json_article(page: Page) -> Reading | Refusal:
    item = json_article(page.body, mapping_of(page))
    if isinstance(item, Refusal):
        return replace(item, locator=page.locator)
    found = tuple(Block(text=text) for text in paragraphs_of(item.text or "")) or _html_blocks(
        item.html or "", item.url
    )
    return Reading(
        extractor="json_article",
        extractor_version="json_article",
        blocks=found,
        title=item.title,
        title_from="article",
        authors=item.authors,
        authors_from="article",
        published=candidate("article", item.published),
        modified=candidate("article", item.modified),
        canonical_url=item.canonical_url or item.url,
        source_name=item.source_name,
        language=item.language,
        description=item.description,
        image_url=item.image_url,
        section=item.section,
        tags=item.tags,
    )


def _fragment_blocks(markup: str) -> tuple[Block, ...]:
    """A fragment is the article already: every paragraph of it counts."""
    if "<" not in markup:
        return tuple(Block(text=text) for text in paragraphs_of(unescape(markup)))
    tree = html_tree(clean_markup(f"<html><body><div>{markup}</div></body></html>"))
    return () if tree is None else blocks(tree)


def _html_blocks(markup: str, url: str | None) -> tuple[Block, ...]:
    """The article in the HTML that another tool kept: a whole page, or a fragment of it."""
    if "<body" not in markup[:20_000].lower():
        return _fragment_blocks(markup)
    tree = html_tree(clean_markup(markup))
    return () if tree is None else main_text(tree, url).blocks


READERS: tuple[tuple[str, Reader], ...] = (
    ("text_seed", _text_seed),
    ("html", html_page),
    ("html_pages", html_pages),
    ("html_fragment", _html_fragment),
    ("json_article", _json_article),
)


def _assembled(page: Page, reading: Reading, repeated: Collection[str]) -> Article | Refusal:
    """The article of a reading: boilerplate cut, dates and names decided, everything made safe to store."""
    fresh = without_repeated(reading.blocks, repeated)
    trimmed = boilerplate(fresh.blocks, reading.headlines)
    opened = dateline(trimmed.blocks, reading.organisations)
    text = "\n\n".join(block.text for block in opened.blocks)
    if not any(character.isalnum() for character in text):
        detail = f"{page.locator} has no text that could be an article ({reading.extractor}); look at the page itself."
        return Refusal(locator=page.locator, reason="no_text", detail=detail)
    entry = _entry_dates("feed", page.entry_published, page.entry_published_at)
    when = published(_with_entry(reading.published, entry), page.fetched_at)
    updates = (*reading.modified, *_entry_dates("feed", page.entry_updated, page.entry_updated_at))
    return Article(
        article_id=identity(reading.canonical_url or page.url, text),
        url=_line(page.url),
        canonical_url=lasting_url(reading.canonical_url or page.url),
        source_id=page.source_id,
        source_name=_line(page.source_name or reading.source_name or trimmed.source_name),
        title=_line(reading.title or page.entry_title),
        title_confidence=reading.title_confidence,
        title_from=(reading.title_from if reading.title else "feed" if page.entry_title else None),
        authors=_lines(reading.authors or page.entry_authors),
        authors_from=(reading.authors_from if reading.authors else "feed" if page.entry_authors else None),
        organisations=_lines(reading.organisations),
        candidates=reading.candidates,
        language=language(text, reading.language or page.entry_language),
        published_at=when.at,
        published_from=when.origin,
        published_precision=when.precision,
        published_local_date=when.local,
        published_confidence=when.confidence,
        published_raw=_line(when.raw),
        published_rejected=when.rejected,
        modified_at=instant(updates, page.fetched_at),
        fetched_at=page.fetched_at,
        text=text,
        text_sha256=text_sha256(text),
        word_count=len(text.split()),
        paragraphs=_paragraphs(opened.blocks),
        dateline=opened.cut.surface.strip() if opened.cut else None,
        dateline_place=opened.place,
        dateline_date=opened.date,
        agency=opened.agency,
        description=_line(reading.description or page.entry_summary),
        image_url=_line(reading.image_url or page.entry_image_url),
        section=_line(reading.section),
        tags=_lines(reading.tags or page.entry_tags),
        entry_id=_line(page.entry_id),
        raw_id=page.raw_id,
        extractor=reading.extractor,
        extractor_version=f"{reading.extractor_version}+{_boilerplate.RULES.digest}+{DATELINE_RULES.digest}",
        charset=reading.charset,
        charset_from=reading.charset_from,
        boilerplate=tuple(cut.surface for cut in (*fresh.cuts, *trimmed.cuts)),
        cuts=(*fresh.cuts, *trimmed.cuts, *((opened.cut,) if opened.cut else ())),
        is_paywalled=reading.is_paywalled,
        is_opted_out=reading.is_opted_out,
    )


def _paragraphs(found: tuple[Block, ...]) -> tuple[Paragraph, ...]:
    placed: list[Paragraph] = []
    start = 0
    for block in found:
        placed.append(Paragraph(start=start, end=start + len(block.text), kind=block.kind))
        start += len(block.text) + 2
    return tuple(placed)


def _with_entry(read: Sequence[DateCandidate], entry: Sequence[DateCandidate]) -> tuple[DateCandidate, ...]:
    """The dates of the page in their order, those of the feed entry behind the last that the article itself states."""
    stated = [index for index, item in enumerate(read) if item.origin in _BEFORE_FEED]
    position = stated[-1] + 1 if stated else 0
    return (*read[:position], *entry, *read[position:])


def _entry_dates(origin: str, raw: str | None, read: datetime | None) -> tuple[DateCandidate, ...]:
    """A date of the feed entry, as the feed's reader read it."""
    if not raw and read is None:
        return ()
    return (DateCandidate(origin=origin, raw=_line(raw) or "", value=read.isoformat() if read else ""),)


def _line(text: str | None) -> str | None:
    return (clean_line(text[:MOST]) or None) if text else None


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := _line(text))))
