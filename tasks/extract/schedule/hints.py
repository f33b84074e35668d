"""How often a publisher wants to be asked: Cache-Control, Expires, ttl, sy:update*, skipHours/Days, Retry-After."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.operations import Header
from tasks.extract.schedule.outcome import LONGEST, Hints
from tasks.extract.sources.feed_date import feed_date

_HEAD = 100_000  # characters of a feed in which these elements stand, before its items
_MAX_AGE = re.compile(r"(?:^|[,\s])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,5})\s*<", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_ITEM = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hints(headers: Iterable[Header], text: str, now: datetime) -> Hints:
    """What the response's headers and the head of the feed say."""
    item = _ITEM.search(text[:_HEAD])
    head = text[: item.start() if item else _HEAD]
    hours, days = _SKIP_HOURS.search(head), _SKIP_DAYS.search(head)
    return Hints(
        max_age=max_age(headers, now),
        ttl=_ttl(head),
        # Hours are 0 to 23; some publishers write 24 for midnight.
        skip_hours=frozenset(int(hour) % 24 for hour in _HOUR.findall(hours[1])) if hours else frozenset(),
        skip_days=frozenset(_DAYS.index(day.lower()) for day in _DAY.findall(days[1])) if days else frozenset(),
    )


def max_age(headers: Iterable[Header], now: datetime) -> timedelta | None:
    """How long the response stays fresh (RFC 9111, 4.2.1), at most a week; None where it does not say."""
    named: dict[str, str] = {}
    for header in headers:
        named[header.name] = f"{named[header.name]}, {header.value}" if header.name in named else header.value
    if stated := _MAX_AGE.search(named.get("cache-control", "")):
        age = named.get("age", "0").strip()
        seconds = int(stated[1]) - (int(age) if age.isdigit() and len(age) < 10 else 0)
        return _bounded(seconds)
    expires = feed_date(named.get("expires"), now + timedelta(days=3650))
    if expires is None:
        return None
    sent = feed_date(named.get("date"), now) or now
    return _bounded((expires - sent).total_seconds())


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date, at most a week; None where there is none or it can't be read."""
    if value is None:
        return None
    value = value.strip()
    if value.isdigit():
        return _bounded(int(value) if len(value) < 10 else LONGEST.total_seconds())
    date = feed_date(value, now + timedelta(days=3650)) if re.search(r"[A-Za-z]", value) else None
    return _bounded((date - now).total_seconds()) if date else None


def _ttl(head: str) -> timedelta | None:
    if ttl := _TTL.search(head):
        return _bounded(60 * int(ttl[1]))
    if period := _PERIOD.search(head):
        frequency = _FREQUENCY.search(head)
        times = max(1, int(frequency[1])) if frequency else 1
        return _bounded((_PERIODS[period[1].lower()] / times).total_seconds())
    return None


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(0, seconds), LONGEST.total_seconds()))
