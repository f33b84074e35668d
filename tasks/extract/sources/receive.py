"""From one document to pages: what is it, and which articles does it hold?

The shell brings documents and fetches what is pending; it decides nothing about formats.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from storage.operations import Page
from tasks.extract.refusal import Refusal
from tasks.extract.sources.entry_fields import is_truncated, text_length
from tasks.extract.sources.feed import Feed, feed
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.json_articles import Json, is_article, json_items, mapping_header, parsed_json
from tasks.extract.sources.json_feed import json_feed
from tasks.extract.sources.mail import mail
from tasks.extract.sources.markup_text import xml_root
from tasks.extract.sources.newsml_g2 import newsml_g2
from tasks.extract.sources.nitf import nitf
from tasks.extract.sources.received import Document, Pending, Received, merged, page
from tasks.extract.sources.sitemap import Sitemap, sitemap
from tasks.extract.sources.sniff import Kind, sniff

Fields = Mapping[str, str]
SITEMAP = "sitemap"  # the version of a feed that is one
BRIEF = 100  # characters of text from which an entry that links to no page we have is an article of its own


def receive(document: Document, fields: Fields | None = None) -> Received:
    """The pages, refusals and pending entries of a document; `fields` maps the field names of its JSON."""
    kind = sniff(document.body, document.url or document.locator, fields)
    if isinstance(kind, Refusal):
        return Received(refusals=(replace(kind, locator=document.locator),))
    if kind not in READERS:  # an archive is read as a stream, by the shell
        detail = f"{document.locator} is an archive within something else. Save it as a file of its own."
        return Received(refusals=(Refusal(locator=document.locator, reason="unknown_format", detail=detail),))
    return READERS[kind](document, fields or {})


def json_line(document: Document, number: int, fields: Fields) -> Received:
    """One line of a JSON Lines file, given as the body of `document`; empty lines hold nothing."""
    if not document.body.strip(b"\xef\xbb\xbf \t\r\n\0"):
        return Received()
    value = parsed_json(document.body)
    locator = f"{document.locator}#{number}"
    if isinstance(value, Refusal):
        return Received(refusals=(_refusal(locator, value.reason, value.detail, "Repair the line or remove it"),))
    return _json_article(document, locator, value, document.body.strip(b"\xef\xbb\xbf \t\r\n"), fields)


def _text_seed(document: Document, _: Fields) -> Received:
    return Received(pages=(page(document, "text_seed"),))


def _html(document: Document, _: Fields) -> Received:
    return Received(pages=(page(document, "html"),))


def _feed(document: Document, _: Fields) -> Received:
    read = read_feed(document)
    return entries(document, read) if isinstance(read, Feed) else Received(refusals=(read,))


def _nitf(document: Document, _: Fields) -> Received:
    root = xml_root(document.body)
    return _articles(document, () if root is None else (nitf(root, document.fetched_at),))


def _newsml_g2(document: Document, _: Fields) -> Received:
    root = xml_root(document.body)
    return _articles(document, () if root is None else newsml_g2(root, document.fetched_at))


def _mail(document: Document, _: Fields) -> Received:
    return _articles(document, mail(document.body, document.fetched_at))


def _articles(document: Document, found: tuple[Entry | Refusal, ...]) -> Received:
    """Entries that are whole articles, each a page; what holds no text is refused."""
    if not found:
        detail = f"{document.locator} holds no news item that could be read."
        return Received(refusals=(Refusal(locator=document.locator, reason="no_text", detail=detail),))
    pages, refusals = [], []
    for number, entry in enumerate(found, start=1):
        locator = document.locator if len(found) == 1 else f"{document.locator}#{number}"
        if isinstance(entry, Refusal):
            refusals.append(replace(entry, locator=locator))
        elif entry.content is None:
            refusals.append(
                _refusal(locator, "no_text", "The item is a picture, a package or empty.", "It is left out")
            )
        else:
            about = replace(document, media_type="text/html; charset=utf-8")
            body = entry.content.encode("utf-8", "replace")
            pages.append(page(about, "html_fragment", locator=locator, body=body, entry=entry))
    return Received(pages=tuple(pages), refusals=tuple(refusals))


def _json(document: Document, fields: Fields) -> Received:
    value = parsed_json(document.body)
    if isinstance(value, Refusal):
        return Received(refusals=(replace(value, locator=document.locator),))
    items = json_items(value)
    if len(items) == 1 and items[0] is value:
        return _json_article(document, document.locator, value, document.body, fields)
    return merged(
        _json_article(document, f"{document.locator}#{number}", item, _dumped(item), fields)
        for number, item in enumerate(items, start=1)
    )


def _json_lines(document: Document, fields: Fields) -> Received:
    lines = enumerate(document.body.split(b"\n"), start=1)
    return merged(json_line(replace(document, body=line), number, fields) for number, line in lines)


def _json_article(document: Document, locator: str, value: Json, body: bytes, fields: Fields) -> Received:
    if not is_article(value, fields):
        detail = "The object holds no text, and no title with an address."
        return Received(refusals=(_refusal(locator, "not_an_article", detail, "Give a field mapping for this source"),))
    stated = replace(document, headers=document.headers + mapping_header(fields))
    return Received(pages=(page(stated, "json_article", locator=locator, body=body),))


def read_feed(document: Document) -> Feed | Refusal:
    """A feed of any kind, a sitemap of pages among them; refuses everything else."""
    kind = sniff(document.body, document.url or document.locator)
    read: Feed | Refusal
    if kind is Kind.FEED:
        read = feed(document.body, document.fetched_at, media_type=document.media_type, base=document.url)
    elif kind is Kind.JSON_FEED:
        read = json_feed(document.body, document.fetched_at)
    elif kind is Kind.SITEMAP:
        listed = sitemap(document.body, document.fetched_at)
        read = listed if isinstance(listed, Refusal) else _listed(listed)
    elif isinstance(kind, Refusal):
        read = kind
    else:
        detail = f"{document.locator} is {kind.value}, no feed. Give the address of its feed."
        read = Refusal(locator=document.locator, reason="not_a_feed", detail=detail)
    return replace(read, locator=document.locator) if isinstance(read, Refusal) else read


def _listed(listed: Sitemap) -> Feed:
    return Feed(title=listed.source_name, version=SITEMAP, entries=listed.entries, parts=listed.parts)


def entries(document: Document, read: Feed) -> Received:
    """The entries of a feed: pages where the feed gives the article, pending where it stands elsewhere."""
    if not read.entries and not read.refusals:
        detail = f"{document.locator} has no entries; it may be new, or list only other sitemaps."
        return Received(refusals=(Refusal(locator=document.locator, reason="empty_feed", detail=detail),))
    refusals = [replace(refusal, locator=document.locator + refusal.locator) for refusal in read.refusals]
    pages, pending = [], []
    for number, entry in enumerate(read.entries, start=1):
        locator = f"{document.locator}#{number}"
        fallback = _fragment(document, locator, entry, read)
        if entry.link:
            pending.append(
                Pending(
                    locator=locator,
                    link=entry.link,
                    entry=entry,
                    source_name=read.title,
                    language=read.language,
                    fallback=fallback,
                )
            )
        elif fallback:
            pages.append(fallback)
        else:
            remedy = "Nothing can be read of it"
            refusals.append(_refusal(locator, "no_text", "The entry has neither content nor a link.", remedy))
    return Received(pages=tuple(pages), refusals=tuple(refusals), pending=tuple(pending))


def _fragment(document: Document, locator: str, entry: Entry, read: Feed) -> Page | None:
    """What the feed itself gives of the article, if that is an article at all."""
    text = entry.content
    if text is None or not (entry.is_full or (text_length(text) >= BRIEF and not is_truncated(text))):
        return None
    markup = text if entry.is_html else "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    about = replace(document, media_type="text/html; charset=utf-8", url=None)
    return page(
        about,
        "html_fragment",
        locator=locator,
        body=markup.encode("utf-8", "replace"),
        url=entry.url,
        source_name=read.title,
        language=read.language,
        entry=entry,
    )


def _dumped(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _refusal(locator: str, reason: str, detail: str, remedy: str) -> Refusal:
    return Refusal(locator=locator, reason=reason, detail=f"{locator}: {detail} {remedy}.")


READERS: Mapping[Kind, Callable[[Document, Fields], Received]] = {
    Kind.TEXT_SEED: _text_seed,
    Kind.HTML: _html,
    Kind.FEED: _feed,
    Kind.JSON_FEED: _feed,
    Kind.SITEMAP: _feed,
    Kind.NITF: _nitf,
    Kind.NEWSML_G2: _newsml_g2,
    Kind.MAIL: _mail,
    Kind.JSON: _json,
    Kind.JSON_LINES: _json_lines,
}
