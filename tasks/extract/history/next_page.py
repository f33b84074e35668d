"""Which document of a feed comes before the one just read: RFC 5005's archives and pages, WordPress's `?paged=N`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tasks.extract.schedule.feed_answer import entry_key
from tasks.extract.sources.feed import Feed

_PAGED = re.compile(r"[1-9]\d{0,5}")


class End(Enum):
    """Why a walk goes no further."""

    COMPLETE = "complete"
    """The feed says that this document holds all it ever had."""
    PASSED = "passed"
    """Everything in it is older than what is wanted."""
    FIRST = "first"
    """It names no document before it."""
    REPEATED = "repeated"
    """It leads back, or brought nothing that had not been there: a server that ignores the number of the page."""


@dataclass(frozen=True, slots=True)
class Walked:
    """The documents of a walk so far, and the keys of the entries that stood in them."""

    addresses: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def after(self, url: str, read: Feed) -> Walked:
        """The walk with one more document."""
        return Walked(self.addresses | {url}, self.keys | frozenset(map(entry_key, read.entries)))


def next_page(read: Feed, url: str, walked: Walked, since: datetime) -> str | End:
    """The address of the document with older entries than `read`, which stood at `url`, or why there is none to ask.

    `walked` is the walk before this document; entries before `since` are not wanted. A page is taken to be older than
    the one before it, as all software writes them; an archive without entries is passed over, an empty page is the end.
    """
    keys = frozenset(map(entry_key, read.entries))
    if read.paging.is_complete:
        return End.COMPLETE
    if keys and keys <= walked.keys:
        return End.REPEATED
    if _is_passed(read, since):
        return End.PASSED
    target = _earlier(read, url) if keys or read.paging.is_archive else None
    if target is None:
        return End.FIRST
    return End.REPEATED if target == url or target in walked.addresses else target


def _is_passed(read: Feed, since: datetime) -> bool:
    dates = [date for entry in read.entries if (date := entry.published_at or entry.updated_at)]
    return len(dates) == len(read.entries) > 0 and max(dates) < since


def _earlier(read: Feed, url: str) -> str | None:
    if read.paging.earlier:
        return _completed(url, read.paging.earlier)
    return _paged(url) if read.paging.is_wordpress else None


def _completed(url: str, target: str) -> str | None:
    """The target as an address of the web; a feed read over https is not left for http on the same host."""
    try:
        joined, own = urlsplit(urljoin(url, target.strip())), urlsplit(url)
    except ValueError:
        return None
    if joined.scheme not in ("http", "https") or not joined.hostname or joined.username is not None:
        return None
    if own.scheme == "https" and joined.scheme == "http":
        if joined.netloc != own.netloc:
            return None
        joined = joined._replace(scheme="https")
    return joined._replace(fragment="").geturl()


def _paged(url: str) -> str:
    """The address with the number of its page raised by one; without a number it is the first."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    number = next((int(value) for name, value in pairs if name == "paged" and _PAGED.fullmatch(value)), 1)
    kept = [(name, value) for name, value in pairs if name != "paged"]
    return parts._replace(query=urlencode([*kept, ("paged", str(number + 1))]), fragment="").geturl()
