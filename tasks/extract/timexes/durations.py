"""Durations and sets: how long, how often."""

from __future__ import annotations

from tasks.extract.timexes.numerals import cardinal
from tasks.extract.timexes.readings import Anchor, Reading
from tasks.extract.timexes.relative import approximation, lasting
from tasks.extract.timexes.units import (
    Groups,
    day_part,
    duration_value,
    month_number,
    season_code,
    unit_kind,
    weekday_number,
)

_FREQUENCIES = {
    "hourly": "PT1H", "daily": "P1D", "nightly": "P1D", "weekly": "P1W", "biweekly": "P2W", "fortnightly": "P2W",
    "monthly": "P1M", "quarterly": "P3M", "yearly": "P1Y", "annually": "P1Y", "annual": "P1Y", "biannual": "P6M",
    "semiannual": "P6M", "biennial": "P2Y",
}  # fmt: skip
_AHEAD, _BACK = ("next", "coming", "following", "ensuing"), ("past", "last", "previous", "preceding", "latest")


def anchored_duration(groups: Groups, anchor: Anchor) -> Reading:
    """The past, next or first so many units; only the first two kinds have an interval."""
    unit = groups.get("unit") or groups.get("vague_unit") or groups.get("long_unit") or ""
    amount = 1.0 if groups.get("long_unit") else cardinal(groups.get("amount") or "x")
    shift = (groups["shift"] or "").lower()
    return lasting(unit, amount, (shift in _AHEAD) - (shift in _BACK), anchor)


def duration(groups: Groups, _anchor: Anchor) -> Reading:
    """A number of units."""
    amount = cardinal(groups["amount"] or "")
    if amount is not None and groups.get("half"):
        amount += 0.5
    return _lasting(groups["unit"] or "", amount, approximation(groups.get("approx")))


def _lasting(unit: str, amount: float | None, mod: str | None = None) -> Reading:
    return Reading("DURATION", duration_value(unit, amount), mod, granularity=unit_kind(unit)[0])


def range_start(groups: Groups, _anchor: Anchor) -> Reading:
    """The first number of a range, whose unit stands behind the second."""
    return _lasting(groups["unit"] or "", cardinal(groups["amount"] or ""))


def vague_duration(groups: Groups, _anchor: Anchor) -> Reading:
    """Units without a number."""
    return _lasting(groups["unit"] or "", None)


def one_unit(groups: Groups, _anchor: Anchor) -> Reading:
    """One unit, as the first part of a compound."""
    return _lasting(groups["unit"] or "", 1)


def half_duration(groups: Groups, _anchor: Anchor) -> Reading:
    """Half a unit."""
    unit = (groups["unit"] or "").lower()
    factor = {"decade": 5.0, "century": 50.0}.get(unit)
    return _lasting("years", factor) if factor else _lasting(unit, 0.5)


def every(groups: Groups, _anchor: Anchor) -> Reading:
    """Every so many units."""
    unit = groups.get("unit") or groups.get("units") or ""
    amount = 2.0 if groups.get("other") else cardinal(groups.get("amount") or "1")
    return Reading("SET", duration_value(unit, amount), granularity=unit_kind(unit)[0])


def every_named(groups: Groups, _anchor: Anchor) -> Reading:
    """Every Monday, May, summer or morning."""
    if name := groups.get("weekday") or groups.get("plural") or groups.get("named"):
        part = groups.get("with_part") or (groups.get("parts") or "").removesuffix("s")
        value = f"XXXX-WXX-{weekday_number(name) + 1}" + (f"T{day_part(part)[0]}" if part else "")
        return Reading("SET", value, granularity="day")
    if name := groups.get("month"):
        return Reading("SET", f"XXXX-{month_number(name):02}", granularity="month")
    if name := groups.get("season"):
        return Reading("SET", f"XXXX-{season_code(name)}", granularity="season")
    return Reading("SET", f"XXXX-XX-XXT{day_part(groups.get('part') or '')[0]}", granularity="part_of_day")


def frequency(groups: Groups, _anchor: Anchor) -> Reading:
    """Daily, weekly, annual and the like."""
    return Reading("SET", _FREQUENCIES[(groups["word"] or "").lower()])


def rate(groups: Groups, _anchor: Anchor) -> Reading:
    """A unit that something is counted per."""
    unit = groups["unit"] or ""
    return Reading("SET", duration_value(unit, 1), granularity=unit_kind(unit)[0])
