"""Times of day: by the clock, noon and midnight, morning to night."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from tasks.extract.timexes.explicit import full_date
from tasks.extract.timexes.numerals import cardinal
from tasks.extract.timexes.partial import holiday, month_day, weekday
from tasks.extract.timexes.periods import Period, midnight, shift
from tasks.extract.timexes.readings import Anchor, Interval, Reading, aside, on_calendar
from tasks.extract.timexes.relative import days_off, part_of_day
from tasks.extract.timexes.units import Groups

# Hours east of Greenwich, by the letters that newspapers print.
_ZONES = {
    "gmt": 0.0, "utc": 0, "z": 0, "greenwich": 0, "est": -5, "edt": -4, "et": -5, "eastern": -5, "cst": -6, "cdt": -5,
    "central": -6, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "pacific": -8, "bst": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "jst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip
# The date of a time stands in the American or the British order.
_EITHER_ORDER = (("day", "day_first"), ("month", "month_behind"), ("year", "year_behind"))
_DEICTIC_PARTS = {"tonight": (0, "night"), "overnight": (-1, "night"), "last": (-1, ""), "this": (0, "")}


def _day(groups: Groups, anchor: Anchor) -> Reading:
    """The day of a time: stated with it, else the text's own day, else that of the publication."""
    dated = {field: groups.get(field) or groups.get(other) for field, other in _EITHER_ORDER}
    if dated["year"]:
        return full_date(dated, anchor)
    if dated["month"]:
        return month_day(dated, anchor)
    if groups.get("weekday"):
        return weekday(groups, anchor)
    if groups.get("holiday"):
        return holiday({**groups, "year": None}, anchor)
    today = Period("day", anchor.publication)
    if word := groups.get("deictic"):
        return on_calendar(shift(today, days_off(word)), "publication")
    if anchor.day:
        return on_calendar(anchor.day, "context", doubt=0.8)
    return on_calendar(today, "publication", doubt=0.7)


def clock(groups: Groups, anchor: Anchor) -> Reading:
    """A time by the clock. Without a zone the instant is taken for UTC, with doubt."""
    hour, minute, is_exact = _hour_and_minute(groups)
    day = _day(groups, anchor)
    if hour > 24 or minute > 59 or day.period is None:
        return Reading("TIME", None, None, "unresolved", None, "minute")
    zone = re.sub(r"[.()]|\s.*", "", (groups.get("zone") or "").lower())
    offset = _ZONES.get(zone)
    value = f"{day.value}T{hour:02}:{minute:02}" + ("Z" if zone in ("utc", "gmt", "z", "greenwich") else "")
    interval = _instant(day.period, hour + minute / 60 - (offset or 0), 1 if is_exact else 60)
    doubt = day.doubt * (1.0 if offset is not None else 0.9)
    return Reading("TIME", value, None, day.origin, interval, "minute" if is_exact else "hour", day.period, doubt)


def _hour_and_minute(groups: Groups) -> tuple[int, int, bool]:
    figures = re.split(r"[:.]|(?<=\d)h", groups["clock"] or "")
    if len(figures) == 1 and len(figures[0]) == 4 and figures[0].isdigit():
        figures = [figures[0][:2], figures[0][2:]]
    hour = int(cardinal(figures[0]) or 0)
    minute = int(figures[1]) if len(figures) > 1 else 0
    meridiem = (groups.get("meridiem") or "").lower()
    part = (groups.get("part") or "").lower()
    if meridiem.startswith("p") or part in ("afternoon", "evening") or (part == "at night" and hour > 5):
        hour += 12 if hour < 12 else 0
    elif meridiem.startswith("a") and hour == 12:
        hour = 0
    return hour, minute, len(figures) > 1


def _instant(day: Period, hours: float, minutes: int) -> Interval:
    start = midnight(day.first) + timedelta(hours=hours)
    return start, start + timedelta(minutes=minutes)


def noon(groups: Groups, anchor: Anchor) -> Reading:
    """Noon (T12:00) and midnight (T24:00, the end of the day it is named with)."""
    hour = "24:00" if (groups["word"] or "").lower() == "midnight" else "12:00"
    return clock({**groups, "clock": hour, "meridiem": None, "part": None}, anchor)


def day_part(groups: Groups, anchor: Anchor) -> Reading:
    """A part of a stated day."""
    day = _day(groups, anchor)
    return part_of_day(day.period, groups["part"] or "", day.origin)


def deictic_part(groups: Groups, anchor: Anchor) -> Reading:
    """Tonight, last night, overnight, this morning."""
    words = (groups["word"] or "").lower().split()
    days, part = _DEICTIC_PARTS[words[0]]
    if words[0] == "overnight" and anchor.day:
        return aside(part_of_day(shift(anchor.day, days), part, "context"))
    return part_of_day(shift(Period("day", anchor.publication), days), part or words[-1], "publication")


def context_part(groups: Groups, anchor: Anchor) -> Reading:
    """A part of the day that the text named last; of the publication where it named no date at all."""
    part = groups["part"] or groups["at"] or ""
    if anchor.reference is None:
        return replace(part_of_day(Period("day", anchor.publication), part, "publication"), doubt=0.6)
    return part_of_day(anchor.day, part, "context")
