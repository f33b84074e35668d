"""A date as a feed writes it, read strictly: a reading, or none, never a guess.

Feeds are told to write RFC 822 or RFC 3339 and often don't: other languages' months, `GMT+9`, years first with slashes,
days first with dots. The order of a date with slashes is taken from its weekday or from a number above 12; where
neither tells, there is no reading. A date without a zone is taken for UTC, as readers of feeds do.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from tasks.extract.rules import load_rules

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(hours=48)
MAX_LENGTH = 100  # characters; a longer string is prose

_TIME = re.compile(
    r"""
    (?:(?P<before>上午|下午|午前|午後|오전|오후)\s*)?
    (?<![\d:+-])(?P<hour>\d{1,2})\s?[:.h時시点]\s?(?P<minute>\d{1,2})(?:[:.분分]\s?(?P<second>\d{1,2})(?:[.,]\d+)?)?[분分초秒]?
    (?:\s?(?P<after>[ap]\.?m\b\.?))?
    \s*(?P<zone>.*)$
    """,
    re.VERBOSE,
)
_OFFSET = re.compile(r"(?:(?:gmt|utc)\s*)?(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)[日일.]?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?(z?))?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def feed_date(raw: str | None, now: datetime) -> datetime | None:
    """The instant meant, in UTC; None where there is no single reading or it lies outside [1900, now + 48 h]."""
    if not raw or len(raw) > MAX_LENGTH:
        return None
    text = _folded(raw)
    try:
        instant = _read(text)
    except (ValueError, OverflowError):
        return None
    return instant if instant and EARLIEST <= instant <= now + MAX_AHEAD else None


def _read(text: str) -> datetime | None:
    """Raises ValueError or OverflowError for a day or hour that does not exist."""
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    for reader in (_year_first, _named_month, _year_last):
        if found := reader(text):
            day, rest = found
            clock, zone = _time(rest)
            return (day + clock).replace(tzinfo=zone).astimezone(UTC)
    if compact := _COMPACT.search(text):
        year, month, date, hour, minute, second = (int(part or 0) for part in compact.groups()[:6])
        offset = _OFFSET.fullmatch(text[compact.end() :].strip())
        return datetime(year, month, date, hour, minute, second, tzinfo=_offset(offset) if offset else UTC).astimezone(
            UTC
        )
    if month_only := _YEAR_MONTH.fullmatch(text):
        return datetime(int(month_only[1]), int(month_only[2]), 1, tzinfo=UTC)
    return None


def _year_first(text: str) -> tuple[datetime, str] | None:
    match = _YEAR_FIRST.search(text)
    if not match:
        return None
    year, month, date = (int(part) for part in match.groups())
    return datetime(year, month, date), text[match.end() :]


def _named_month(text: str) -> tuple[datetime, str] | None:
    """A month by name, with the day on one side and the year on the other or behind both."""
    months = [(month, word.start(), word.end()) for word in _WORD.finditer(text) if (month := _month(word[0]))]
    if not months:
        return None
    month, start, end = months[1] if len(months) > 1 and _opens_as_weekday(text, months[0]) else months[0]
    before = [int(number[0]) for number in _NUMBER.finditer(text[:start])]
    after = list(_NUMBER.finditer(text[end:]))
    if before and after and before[-1] <= 31:  # 28 Jul 2022
        return datetime(_year(after[0][0]), month, before[-1]), text[end + after[0].end() :]
    if before and before[-1] > 31 and after:  # 2022 Jul 28
        return datetime(before[-1], month, int(after[0][0])), text[end + after[0].end() :]
    if len(after) >= 2 and int(after[0][0]) <= 31:
        if len(after[1][0]) == 4:  # Jul 28, 2022
            return datetime(int(after[1][0]), month, int(after[0][0])), text[end + after[1].end() :]
        if len(after[-1][0]) == 4:  # Jul 28 10:00:00 2022
            return datetime(int(after[-1][0]), month, int(after[0][0])), text[
                end + after[0].end() : end + after[-1].start()
            ]
    return None


def _year_last(text: str) -> tuple[datetime, str] | None:
    match = _YEAR_LAST.search(text)
    if not match:
        return None
    first, mark, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if mark == "/" and day_first and month_first and day_first != month_first:
        told = [_WEEKDAYS.index(word) for word in _WEEKDAYS if text.startswith(word)]
        fitting = [day for day in (day_first, month_first) if told and day.weekday() == told[0]]
        chosen = fitting[0] if len(fitting) == 1 else None
    else:
        chosen = day_first or month_first
    return (chosen, text[match.end() :]) if chosen else None


def _day(year: int, month: int, date: int) -> datetime | None:
    try:
        return datetime(year, month, date)
    except ValueError:
        return None


def _year(digits: str) -> int:
    """Two digits are 1970 to 2069, after RFC 2822's successor practice."""
    return int(digits) + (0 if len(digits) > 2 else 1900 if int(digits) >= 70 else 2000)


def _time(text: str) -> tuple[timedelta, timezone]:
    """Time of day and zone of what stands behind the date; midnight UTC where nothing does."""
    match = _TIME.search(text)
    if not match:
        return timedelta(), _zone(text)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if (match["after"] or "").startswith("p") or match["before"] in ("下午", "午後", "오후"):
        hour = hour % 12 + 12
    elif match["after"] or match["before"]:
        hour %= 12
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second):
        raise ValueError("no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59)), _zone(match["zone"])


def _zone(text: str) -> timezone:
    if offset := _OFFSET.search(text):
        return _offset(offset)
    names = (_zones().get(word[0]) for word in _WORD.finditer(text))
    return next((zone for zone in names if zone), UTC)


def _offset(match: re.Match[str]) -> timezone:
    delta = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    if delta > timedelta(hours=14):
        raise ValueError("no such zone")
    return timezone(delta if match["sign"] == "+" else -delta)


def _opens_as_weekday(text: str, month: tuple[int, int, int]) -> bool:
    """In "mar, 16 nov 2022" the first name of a month is a Tuesday."""
    _, start, end = month
    return start == 0 and not any(character.isdigit() for character in text[:end])


@cache
def _months() -> dict[str, int]:
    rules = load_rules("feed_date").with_prefix("month.")
    return {_folded(word): int(rule.value) for rule in rules for word in rule.words}


@cache
def _zones() -> dict[str, timezone]:
    (rule,) = load_rules("feed_date").with_prefix("zone.")
    matches = ((word.partition("=")[0], _OFFSET.fullmatch(word.partition("=")[2])) for word in rule.words)
    return {name: _offset(match) for name, match in matches if match}


def _month(word: str) -> int | None:
    """The month whose longest stem begins the word."""
    stems = _months()
    return next((stems[word[:length]] for length in range(len(word), 1, -1) if word[:length] in stems), None)


def _folded(text: str) -> str:
    """Lower case, digits and letters in their plain forms, accents dropped, spaces single."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    bare = unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(bare.split())
