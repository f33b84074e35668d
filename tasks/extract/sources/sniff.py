"""What a file or body is: by its content first, by its name only where the content leaves it open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from tasks.extract.refusal import Refusal
from tasks.extract.sources.json_articles import is_article, json_items, parsed_json

SAMPLE = 65_536  # bytes that decide


class Kind(StrEnum):
    """Formats that articles arrive in."""

    TEXT_SEED = "text_seed"
    HTML = "html"
    FEED = "feed"
    JSON_FEED = "json_feed"
    JSON = "json"
    JSON_LINES = "json_lines"
    SITEMAP = "sitemap"
    NITF = "nitf"
    NEWSML_G2 = "newsml_g2"
    MAIL = "mail"
    WARC = "warc"


_TEXT_NAMES = (".txt", ".text", ".md", "")
_HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml")
_NOTE = re.compile(r"(?:readme|licen[cs]e|copying|notice|origin|sources\.toml|manifest|\.)", re.IGNORECASE)

# What an image, archive, document or program begins with, and what to call it.
_MAGIC = (
    (b"%PDF", "a PDF document"), (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"), (b"PK\x03\x04", "a ZIP archive or Office document"), (b"\x7fELF", "a program"),
    (b"MZ", "a program"), (b"\xd0\xcf\x11\xe0", "an old Office document"), (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"), (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ", "an XZ archive"), (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"OggS", "an Ogg recording"), (b"ID3", "an MP3 recording"), (b"RIFF", "a recording or WebP picture"),
)  # fmt: skip
_MARKUP = re.compile(r"<\s*([!?/]?)\s*([\w:-]+)?")
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|div|p|h[1-6]|span|meta|title|table)\b", re.IGNORECASE
)
_FEED_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?:rss\b|feed\b|rdf\b|channel\s*>)", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_NEWS_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(nitf|newsItem|newsMessage|packageItem|NewsML)\b", re.IGNORECASE)
_MAIL = re.compile(
    r"(?:From [^\n]{1,500}\d{4}\r?\n)?"
    r"(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-[\w-]+|From|Date|Subject):"
    r"[^\n]*\n(?:[A-Za-z-]{2,60}:|[ \t])",
    re.IGNORECASE,
)
_CONTROLS = bytes((*range(1, 8), *range(14, 27), 28, 29, 30, 31))
_LZ4 = b"\x04\x22\x4d\x18"
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\]\s*)?>)\s*", re.DOTALL | re.IGNORECASE)


def sniff(body: bytes, name: str = "", fields: Mapping[str, str] | None = None) -> Kind | Refusal:
    """Name the format of `body`; of `name`, a file name or address, only the ending counts; `fields` maps JSON."""
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return _refusal(name, "empty", "is empty; nothing was saved, or it was cut off before its first byte")
    if found := next((label for magic, label in _MAGIC if body.startswith(magic)), None):
        return _refusal(name, "binary", f"is {found}, which holds no article text; convert it to HTML or text first")
    if body.startswith((b"WARC/", _LZ4)):
        return Kind.WARC
    sample = _sample(body)
    if sample is None:
        return _refusal(name, "binary", "is neither text nor a format we know; convert it to HTML or text first")
    start = sample.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return _markup(start, name)
    if start.startswith(("{", "[")):
        return _json(body, name, fields)
    if _MAIL.match(start):
        return Kind.MAIL
    ending = _ending(name)
    if _FEED_ROOT.search(start[:4_096]) and ending not in _TEXT_NAMES[:3]:
        return Kind.FEED  # a warning of the server's stands before it
    if ending in _HTML_NAMES or len(_HTML_TAG.findall(start[:8_192])) >= 3:
        return Kind.HTML
    if ending in _TEXT_NAMES:
        return Kind.TEXT_SEED
    known = "text, HTML, RSS, Atom, JSON Feed, JSON and JSON Lines, sitemaps, NewsML-G2, NITF, mail, WARC"
    return _refusal(name, "unknown_format", f"is of no format we read ({known}); rename plain text to end in .txt")


def is_note(name: str) -> bool:
    """A file that describes a collection: README, LICENSE, NOTICE, ORIGIN, MANIFEST, sources.toml, dot files."""
    return bool(_NOTE.match(name.rsplit("/", 1)[-1]))


def _markup(start: str, name: str) -> Kind | Refusal:
    """Markup is told by its root element, not by its declaration or name."""
    root = start
    while match := _PROLOGUE.match(root):
        root = root[match.end() :]
    if news := _NEWS_ROOT.match(root):
        return Kind.NITF if news[1].lower() == "nitf" else Kind.NEWSML_G2
    if _SITEMAP_ROOT.match(root):
        return Kind.SITEMAP
    if _FEED_ROOT.match(root):
        return Kind.FEED
    if _HTML_TAG.match(root) or "<html" in start[:4_096].lower() or _ending(name) in _HTML_NAMES:
        return Kind.HTML
    if _FEED_ROOT.search(start[:4_096]):
        return Kind.FEED
    if _HTML_TAG.search(start):
        return Kind.HTML
    tag = _MARKUP.match(root)
    label = f"<{tag[2]}>" if tag and tag[2] else "no element"
    return _refusal(name, "unknown_format", f"is XML that begins with {label}, no feed, page or news format we read")


def _json(body: bytes, name: str, fields: Mapping[str, str] | None) -> Kind | Refusal:
    value = parsed_json(body)
    if isinstance(value, Refusal):
        first = parsed_json(body.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0])
        if isinstance(first, dict) or (isinstance(first, Refusal) and _ending(name) in (".jsonl", ".ndjson")):
            return Kind.JSON_LINES
        if _ending(name) in _TEXT_NAMES:
            return Kind.TEXT_SEED  # an article may begin with a bracket
        return _refusal(
            name, value.reason, f"can't be read. {value.detail} Save it again, one object a line or one list"
        )
    if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version", "")):
        return Kind.JSON_FEED
    if isinstance(value, dict) and _ending(name) in (".jsonl", ".ndjson"):
        return Kind.JSON_LINES
    if any(is_article(item, fields) for item in json_items(value)[:100]):
        return Kind.JSON
    return _refusal(name, "not_an_article", "is JSON without a text, or a title and address; give a field mapping")


def _sample(body: bytes) -> str | None:
    """The beginning as text; None where it is not text."""
    sample = body[:SAMPLE]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sample[: len(sample) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in sample:
        for charset in ("utf-16-le", "utf-16-be"):
            text = sample[: len(sample) // 2 * 2].decode(charset, "replace")
            if text.count("<") + text.count(" ") > len(text) // 20:
                return text
        if sample.count(b"\0") * 50 > len(sample):
            return None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 20 > len(sample):
        return None
    try:
        return sample.decode("utf-8")
    except UnicodeDecodeError:
        return sample.decode("cp1252", "replace")


def _ending(name: str) -> str:
    last = name.rsplit("/", 1)[-1].split("?", 1)[0].lower().removesuffix(".gz")
    return f".{last.rsplit('.', 1)[1]}" if "." in last else ""


def _refusal(name: str, reason: str, sentence: str) -> Refusal:
    return Refusal(locator=name, reason=reason, detail=f"{name or 'The input'} {sentence}.")
