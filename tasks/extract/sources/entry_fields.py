"""The fields of one entry as feedparser gives them, brought into our own record."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tasks.extract.rules import load_rules
from tasks.extract.sources.feed_date import EARLIEST, MAX_AHEAD, feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.printable import printable, without_controls

FULL_CONTENT = 250  # characters of text from which an element made for content is taken for the whole article
FULL_SUMMARY = 1_200  # characters of text from which a summary is taken for the whole article
MAX_SUMMARY = 10_000  # characters
MAX_ADDRESS = 4_096  # characters
MAX_NAMES = 100  # authors or tags of an entry
# A comment without an end runs to the end of the text: searching on from each of many would take quadratic time.
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[a-zA-Z/!?][^<>]*>", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ADDRESS_AND_NAME = re.compile(r"[^\s()<>]+@[^\s()<>]+\s*\(([^()]+)\)")
_NAME_AND_ADDRESS = re.compile(r"\s*[<(]?[^\s()<>]+@[^\s()<>]+[>)]?\s*")
_SLASHES = re.compile(r"\d/\d")


def entry_fields(item: Mapping[str, Any], now: datetime) -> Entry:
    """One entry of a parsed feed as a record."""
    raw: dict[str, Any] = dict(item)  # the mapping answers `updated` with `published` where there is none
    published, updated = (_text(raw.get(name)) for name in ("published", "updated"))
    created = _text(raw.get("created"))
    link = _text(raw.get("link"))
    original = _text(raw.get("feedburner_origlink"))
    content, is_html, is_full = fullest(_contents(raw), raw.get("summary"))
    return Entry(
        entry_id=printable(_text(raw.get("id"))),
        title=plain_text(_text(raw.get("title"))),
        link=printable(link),
        url=next((url for url in (original, link) if url and url.lower().startswith(("http://", "https://"))), None),
        published=printable(published or created or updated),
        updated=printable(updated),
        published_at=_instant(raw, ("published", "created", "updated"), now),
        updated_at=_instant(raw, ("updated",), now),
        authors=_names(_name(author) for author in _dicts(raw.get("authors")) or [{"name": raw.get("author")}]),
        tags=_names(tag.get("term") or tag.get("label") for tag in _dicts(raw.get("tags"))),
        summary=plain_text(_text(raw.get("summary")), MAX_SUMMARY),
        content=content,
        is_html=is_html,
        is_full=is_full,
        language=printable(_text((raw.get("title_detail") or {}).get("language")), 35),
        image_url=_image(raw),
        enclosures=_enclosures(raw),
    )


def plain_text(value: str | None, limit: int = 1_000) -> str | None:
    """A title or summary without markup and with its references read, on one line."""
    if not value:
        return None
    value = value[: 20 * limit]
    if "<" in value:
        value = _TAG.sub(" " if "<p" in value or "<br" in value else "", value)
    return printable(html.unescape(value) if "&" in value else value, limit)


def fullest(contents: list[tuple[str, bool]], summary: object) -> tuple[str | None, bool, bool]:
    """The longest text that the feed gives: (text, is it HTML, is it the whole article)."""
    given = [(without_controls(text), is_html, FULL_CONTENT) for text, is_html in contents if text.strip()]
    if isinstance(summary, str) and summary.strip():
        given.append((without_controls(summary), "<" in summary or "&" in summary, FULL_SUMMARY))
    if not given:
        return None, True, False
    text, is_html, needed = max(given, key=lambda candidate: (text_length(candidate[0]), -candidate[2]))
    return text, is_html, text_length(text) >= needed and not is_truncated(text)


def text_length(markup: str) -> int:
    """Characters of text in a piece of HTML, its tags not counted and white space as one."""
    return len(_SPACE.sub(" ", _TAG.sub("", markup)).strip())


def is_truncated(markup: str) -> bool:
    """The text ends as a cut text ends."""
    end = _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup[-4_000:]))).strip()[-600:]
    return any(pattern.search(end) for pattern in _cuts())


@cache
def _cuts() -> tuple[re.Pattern[str], ...]:
    return tuple(rule.regex() for rule in load_rules("feed_content").with_prefix("truncated."))


def _contents(raw: Mapping[str, Any]) -> list[tuple[str, bool]]:
    return [
        (content["value"], content.get("type") != "text/plain" or "</" in content["value"])
        for content in _dicts(raw.get("content"))
        if isinstance(content.get("value"), str)
    ]


def _instant(raw: Mapping[str, Any], names: tuple[str, ...], now: datetime) -> datetime | None:
    """The first date that can be read: by us, else by feedparser where it can't have taken a day for a month."""
    for name in names:
        written, parsed = _text(raw.get(name)), raw.get(f"{name}_parsed")
        if written is None:
            continue
        if instant := feed_date(written, now):
            return instant
        if parsed and not _SLASHES.search(written):
            try:
                year, month, day, hour, minute, second = parsed[:6]
                instant = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            except (ValueError, OverflowError):
                continue
            if EARLIEST <= instant <= now + MAX_AHEAD:
                return instant
    return None


def _name(author: Mapping[str, Any]) -> str | None:
    name = _text(author.get("name")) or _text(author.get("email"))
    if name and (both := _ADDRESS_AND_NAME.search(name)):
        return both[1]
    return _NAME_AND_ADDRESS.sub(" ", name) if name else None


def _names(values: Iterable[object]) -> tuple[str, ...]:
    names = (plain_text(value, 300) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_NAMES]


def _image(raw: Mapping[str, Any]) -> str | None:
    """A picture that comes with the entry, the one said to be an image first."""
    media = _dicts(raw.get("media_content")) + _dicts(raw.get("enclosures")) + _dicts(raw.get("links"))
    pictures = [item for item in media if "image" in (str(item.get("type", "")) + str(item.get("medium", "")))]
    for item in (*pictures, *_dicts(raw.get("media_thumbnail"))):
        url = _text(item.get("url") or item.get("href"))
        if url and url.lower().startswith(("http://", "https://")):
            return printable(url)
    return None


def _enclosures(raw: Mapping[str, Any]) -> tuple[str, ...]:
    links = (link for link in _dicts(raw.get("links")) if link.get("rel") == "enclosure")
    found = (printable(_text(link.get("href")), MAX_ADDRESS) for link in links)
    return tuple(dict.fromkeys(address for address in found if address))[:MAX_NAMES]


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
