"""Read a date as people print it ("18. Juli 2021", "July 18th, 2021", "18.07.2021"), or leave it unread."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tasks.extract.rules import load_rules
from tasks.extract.timestamp import Timestamp, timestamp

RULES = load_rules("written_dates")
_MONTHS = {word: int(rule.value) for rule in RULES.with_prefix("month.") for word in rule.words}
_NAME = r"(?P<month>[^\W\d_]{3,12})\.?"
_YEAR = r"(?P<year>(?:19|20)\d{2})(?!\d)"
_CLOCK = r"(?:\D{0,12}?(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?!\d)(?:\s*(?P<half>[ap])\.?m\b)?)?"
_FORMS = tuple(
    re.compile(form + _CLOCK, re.IGNORECASE)
    for form in (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[\s/-]*(?:de\s+|of\s+)?{_NAME}[,/-]?\s*(?:de\s+|del\s+)?{_YEAR}",
        rf"(?<!\w){_NAME}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*[,.]?\s*{_YEAR}",
        rf"(?<!\d){_YEAR}\s*[-/.年년]\s*(?P<number>\d{{1,2}})\s*[-/.月월]\s*(?P<day>\d{{1,2}})(?!\d)[日일]?",
        rf"(?<!\d){_YEAR}\s+{_NAME}\s+(?P<day>\d{{1,2}})(?!\d)",
    )
)
_NUMERIC = re.compile(
    rf"(?<!\d)(?P<first>\d{{1,2}})(?P<mark>\s?[.|/-]\s?)(?P<second>\d{{1,2}})(?P=mark){_YEAR}{_CLOCK}", re.IGNORECASE
)
_LONGEST = 400
# Where the month stands first in figures; elsewhere in English both orders are printed.
_MONTH_FIRST = ("en-us", "en_us")


def written_date(text: str | None, locale: str | None = None) -> Timestamp | None:
    """The first date in a short text; None where there is none, or where day and month can't be told apart.

    `locale` is the page's declared language, such as "en-GB": it decides between 3/4 and 4/3.
    """
    line = (text or "")[:_LONGEST]
    found = timestamp(line)
    if found:
        return found
    matches = [match for form in _FORMS for match in form.finditer(line)]
    for match in sorted(matches, key=re.Match.start):
        if read := _named(match):
            return read
    figures = _NUMERIC.search(line)
    return _numeric(figures, (locale or "").lower()) if figures else None


def _named(match: re.Match[str]) -> Timestamp | None:
    part = match.groupdict()
    month = int(part["number"]) if part.get("number") else _MONTHS.get(part["month"].lower(), 0)
    return _at(match, month, int(part["day"]))


def _numeric(match: re.Match[str], locale: str) -> Timestamp | None:
    first, second = int(match["first"]), int(match["second"])
    if first > 12 or first == second or match["mark"].strip() in ".|":
        return _at(match, second, first)
    if second > 12 or locale.startswith(_MONTH_FIRST):
        return _at(match, first, second)
    if locale and not locale.startswith("en"):
        return _at(match, second, first)
    return None


def _at(match: re.Match[str], month: int, day: int) -> Timestamp | None:
    hour = int(match["hour"] or 0)
    half = (match["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    try:
        at = datetime(int(match["year"]), month, day, hour, int(match["minute"] or 0), tzinfo=UTC)
    except ValueError:
        return None
    return Timestamp(at=at, precision="minute" if match["hour"] else "day", has_zone=False)
