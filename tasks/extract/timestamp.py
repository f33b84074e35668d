"""Read one date as pages and feeds write it, without guessing: what is not certain is not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"""\s*(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})
    (?:[T\s,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?
    \s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?)?)?\s*(?:\[[\w/+-]{1,40}\])?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?\s*$")
_EPOCH = re.compile(r"\s*(\d{10}|\d{13})\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """An instant and how exactly it was given: second, minute, day, month, year.

    `at` is in UTC; `local_day` is the calendar day in the zone it was written in. Without a zone both agree.
    """

    at: datetime
    precision: str
    has_zone: bool


def timestamp(raw: str | None) -> Timestamp | None:
    """An ISO 8601, RFC 5322, compact or Unix timestamp; None for anything else or impossible."""
    text = (raw or "").strip()[:60]
    try:
        return _iso(text) or _compact(text) or _epoch(text) or _mail(text)
    except (ValueError, OverflowError, TypeError):
        return None


def _iso(text: str) -> Timestamp | None:
    match = _ISO.match(text)
    if not match:
        return None
    part = match.groupdict()
    numbers = [int(part[name] or default) for name, default in
               (("year", 0), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))]  # fmt: skip
    precision = next((name for name in ("second", "hour", "day", "month") if part[name] is not None), "year")
    return _at(numbers, part["zone"], {"hour": "minute"}.get(precision, precision))


def _compact(text: str) -> Timestamp | None:
    match = _COMPACT.match(text)
    if not match:
        return None
    precision = "second" if match[6] else "minute" if match[4] else "day"
    return _at([int(match[n] or 0) for n in range(1, 7)], match[7], precision)


def _epoch(text: str) -> Timestamp | None:
    match = _EPOCH.match(text)
    if not match:
        return None
    seconds = int(match[1]) / (1000 if len(match[1]) == 13 else 1)
    return Timestamp(at=datetime.fromtimestamp(int(seconds), UTC), precision="second", has_zone=True)


def _mail(text: str) -> Timestamp | None:
    parsed = parsedate_to_datetime(text)
    zone = parsed.utcoffset()
    moment = parsed if zone is not None else parsed.replace(tzinfo=UTC)
    return Timestamp(at=moment.astimezone(UTC), precision="second", has_zone=zone is not None)


def _at(numbers: list[int], zone: str | None, precision: str) -> Timestamp:
    year, month, day, hour, minute, second = numbers
    if hour == 24:
        hour = 0
    offset = _offset(zone)
    local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=offset or UTC)
    return Timestamp(at=local.astimezone(UTC), precision=precision, has_zone=offset is not None)


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=minutes if zone[0] == "+" else -minutes))
