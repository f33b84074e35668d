"""Dates counted from the publication or from the date that the text named last, and the references without a date."""

from __future__ import annotations

import re

from tasks.extract.timexes.explicit import full_date, modifier
from tasks.extract.timexes.numerals import cardinal
from tasks.extract.timexes.partial import month_day
from tasks.extract.timexes.periods import Period, back_a_year, hours_of, period, period_of, shift
from tasks.extract.timexes.readings import Anchor, Origin, Reading, aside, on_calendar, unresolved
from tasks.extract.timexes.units import Groups, day_part, duration_value, unit_kind

_STEPS = {"last": -1, "past": -1, "previous": -1, "preceding": -1, "prior": -1, "before": -1, "earlier": -1,
          "next": 1, "coming": 1, "following": 1, "subsequent": 1, "after": 1}  # fmt: skip
_FINENESS = ("day", "weekend", "week", "month", "quarter", "half", "season", "year", "decade", "century")


def deictic_day(groups: Groups, anchor: Anchor) -> Reading:
    """Today, yesterday, tomorrow and the days beyond them."""
    return on_calendar(shift(Period("day", anchor.publication), days_off(groups["word"] or "")), "publication")


def days_off(words: str) -> int:
    """How many days from the publication: -2 for "the day before yesterday"."""
    step = {"before": -1, "after": 1}
    near = {"yesterday": -1, "tomorrow": 1}
    parts = words.lower().split()
    return sum(step.get(part, 0) + near.get(part, 0) for part in parts)


def shifted_unit(groups: Groups, anchor: Anchor) -> Reading:
    """This, last or next week, month, quarter, year; "the past decade" lasts rather than is."""
    unit, words = (groups["unit"] or "").lower(), (groups["shift"] or "").lower()
    kind = {"fortnight": "week", "semester": "half"}.get(unit, unit)
    step = _STEPS.get(words.split()[-1], 0)
    if kind == "day" and words == "the next":
        return context_unit(groups, anchor)
    if words.startswith("the ") and step and kind in ("day", "decade", "century"):
        return lasting(unit, 1, step, anchor)
    current = period_of(anchor.publication, kind)
    return on_calendar(shift(current, step), "publication", modifier(groups))


def before_last(groups: Groups, anchor: Anchor) -> Reading:
    """The week before last, the year after next."""
    current = period_of(anchor.publication, (groups["unit"] or "").lower())
    return on_calendar(shift(current, -2 if "last" in (groups["step"] or "").lower() else 2), "publication")


def lasting(unit: str, amount: float | None, step: int, anchor: Anchor) -> Reading:
    """A duration that ends (step -1) or begins (step 1) with the publication, with its interval where it is exact."""
    kind, factor = unit_kind(unit)
    value = duration_value(unit, amount)
    total = (amount or 0) * factor
    if not step or not total or total != int(total) or kind not in _FINENESS or abs(total) > 10**5:
        return Reading("DURATION", value, None, "publication" if step else "explicit", None, kind)
    today = Period("day", anchor.publication)
    other = _days_or_months_on(today, kind, step * int(total))
    if other is None:
        return Reading("DURATION", value, None, "unresolved", None, kind)
    first, last = sorted((today.interval[0], other.interval[0]))
    return Reading("DURATION", value, None, "publication", (first, last), kind)


def _days_or_months_on(day: Period, kind: str, count: int) -> Period | None:
    if kind in ("day", "week", "weekend"):
        return shift(day, count * (1 if kind == "day" else 7))
    target = shift(period_of(day.first, kind), count)
    month_start = target and period(
        "month", target.first.year, target.first.month if kind == "month" else day.first.month
    )
    if month_start is None:
        return None
    last_day = (month_start.interval[1] - month_start.interval[0]).days
    return Period("day", month_start.first.replace(day=min(day.first.day, last_day)))


def context_unit(groups: Groups, anchor: Anchor) -> Reading:
    """A unit counted from the date that the text named last; unresolved where that is coarser than the unit."""
    unit, words = (groups["unit"] or "").lower(), (groups["shift"] or "").lower()
    step = _STEPS.get(words.split()[-1], 0)
    if unit in ("morning", "afternoon", "evening", "night"):
        day = shift(anchor.day, step) if anchor.day else None
        return part_of_day(day, unit, "context")
    if "latest" in words or "recent" in words:
        return _latest(unit, anchor)
    if unit == "period":
        return unresolved()
    base = {"quarter": anchor.quarter, "day": anchor.day}.get(unit, anchor.reference)
    if base is None or _FINENESS.index(base.kind) > _FINENESS.index(unit):
        return unresolved(None, unit)
    return on_calendar(shift(period_of(base.first, unit), step), "context", modifier(groups))


def _latest(unit: str, anchor: Anchor) -> Reading:
    kind = "quarter" if unit == "period" else unit
    return on_calendar(shift(period_of(anchor.publication, kind), -1), "publication", doubt=0.8)


def part_of_day(day: Period | None, part: str, origin: Origin) -> Reading:
    """Morning, afternoon, evening or night of a day; unresolved without the day."""
    code, hour, length = day_part(part)
    if day is None:
        return Reading("TIME", f"XXXX-XX-XXT{code}", None, "unresolved", None, "part_of_day")
    interval = hours_of(day, hour, hour + length)
    return Reading("TIME", f"{day.value}T{code}", None, origin, interval, "part_of_day", day)


def ago(groups: Groups, anchor: Anchor) -> Reading:
    """So many units back from the publication; a vague number of them is only the past."""
    amount = cardinal(groups.get("amount") or "x")
    if amount is None:
        return Reading("DATE", "PAST_REF", None, "publication")
    kind, factor = unit_kind(groups["unit"] or "")
    if (same := groups.get("same")) and kind in _FINENESS and (amount * factor) % 1 == 0:
        unit = {"today": "day"}.get(same.lower(), same.split()[-1].lower())
        day = _days_or_months_on(Period("day", anchor.publication), kind, -int(amount * factor))
        return on_calendar(period_of(day.first, unit) if day else None, "publication")
    if amount == 1 and (kind, factor) == ("year", 1) and anchor.quarter:
        return aside(on_calendar(back_a_year(anchor.quarter), "context", doubt=0.8))
    return _counted(groups, -amount, Period("day", anchor.publication), "publication")


def _counted(groups: Groups, amount: float, base: Period, origin: Origin) -> Reading:
    kind, factor = unit_kind(groups["unit"] or "")
    if kind not in _FINENESS:
        return Reading("TIME", None, None, "unresolved", None, kind)
    if _FINENESS.index(base.kind) > _FINENESS.index(kind):
        return unresolved(None, kind)
    count = amount * factor
    if kind == "year" and count % 1:
        kind, count = "month", count * 12
    if abs(count) > 10**6:
        return unresolved(None, kind)
    return on_calendar(shift(period_of(base.first, kind), round(count)), origin, approximation(groups.get("approx")))


def approximation(words: str | None) -> str | None:
    """The TIMEX3 modifier of "about", "nearly", "more than" and the like."""
    text = re.sub(r"\s+", " ", (words or "").lower()).strip()
    if not text:
        return None
    table = (
        ("no more|no less|no fewer|at most|up to|as ", "EQUAL_OR_LESS"), ("at least", "EQUAL_OR_MORE"),
        ("less|fewer|nearly|almost|under|barely", "LESS_THAN"), ("more|over", "MORE_THAN"),
    )  # fmt: skip
    return next((mod for pattern, mod in table if re.search(pattern, text)), "APPROX")


def earlier_later(groups: Groups, anchor: Anchor) -> Reading:
    """So many units from the date that the text named last; "from now" from the publication."""
    way = re.sub(r"\s+", " ", (groups["way"] or "").lower())
    sign = -1 if way in ("earlier", "before", "previously", "beforehand") else 1
    amount = cardinal(groups["amount"] or "")
    if amount is None:
        return Reading("DURATION", duration_value(groups["unit"] or "", None), None, "explicit")
    if way in ("hence", "from now", "from today"):
        return _counted(groups, amount, Period("day", anchor.publication), "publication")
    if amount == 1 and sign < 0 and unit_kind(groups["unit"] or "") == ("year", 1) and anchor.quarter:
        return aside(on_calendar(back_a_year(anchor.quarter), "context"))
    named = anchor.day if unit_kind(groups["unit"] or "")[0] == "day" else anchor.reference
    if named is None and sign > 0:
        return Reading("DATE", None, None, "unresolved", None, unit_kind(groups["unit"] or "")[0])
    base = named or Period("day", anchor.publication)
    reading = _counted(groups, sign * amount, base, "context" if named else "publication")
    return reading if reading.value else Reading("DURATION", duration_value(groups["unit"] or "", amount))


def year_ago(_groups: Groups, anchor: Anchor) -> Reading:
    """The period of the year before that the text's own period is held against."""
    base = anchor.quarter or anchor.reference
    if base is None:
        return on_calendar(shift(period_of(anchor.publication, "year"), -1), "publication", doubt=0.6)
    return aside(on_calendar(back_a_year(base), "context"))


def in_units(groups: Groups, anchor: Anchor) -> Reading:
    """So many units ahead in a clause about what is to come, else a duration."""
    amount = cardinal(groups["amount"] or "")
    if anchor.tense != "future" or amount is None:
        return Reading("DURATION", duration_value(groups["unit"] or "", amount), approximation(groups["approx"]))
    return _counted(groups, amount, Period("day", anchor.publication), "publication")


def edge_of_unit(groups: Groups, anchor: Anchor) -> Reading:
    """The beginning, middle or end of the current year or month; a past end is the one before."""
    unit = (groups.get("unit") or groups.get("unit_first") or groups.get("unit_mid") or "").lower()
    mod = "MID" if groups.get("unit_mid") else "END" if groups.get("unit_first") else modifier(groups)
    current = period_of(anchor.publication, unit)
    past_end = mod == "END" and anchor.tense == "past" and unit in ("year", "month", "quarter")
    return on_calendar(shift(current, -1) if past_end else current, "publication", mod, 0.8)


def definite_unit(groups: Groups, anchor: Anchor) -> Reading:
    """The day, week, quarter or year that the text is about: of the date it named last, else of the publication."""
    unit = (groups["unit"] or groups["unit_in"] or "").lower()
    if unit == "quarter" and groups["ended"] and groups["day"]:
        end = full_date(groups, anchor) if groups["year"] else month_day(groups, anchor)
        return on_calendar(period_of(end.period.first, unit) if end.period else None, "context", doubt=0.8)
    if unit == "quarter" and anchor.quarter:
        return on_calendar(anchor.quarter, "context")
    if unit == "weekend":
        current = period_of(anchor.publication, "weekend")
        is_before = not anchor.is_ahead and anchor.publication.weekday() < 5
        return on_calendar(shift(current, -1) if is_before else current, "publication")
    if groups["ended"] and unit == "year":
        return Reading("DURATION", "P1Y", granularity="year")
    base = anchor.day if unit == "day" else anchor.reference
    if base and _FINENESS.index(base.kind) <= _FINENESS.index(unit):
        return on_calendar(period_of(base.first, unit), "context", doubt=0.8)
    return on_calendar(period_of(anchor.publication, unit), "publication", doubt=0.7)


def ordinal_unit(groups: Groups, anchor: Anchor) -> Reading:
    """A day or week by its number in a row: the current one if it is "straight", else it cannot be known."""
    unit = (groups["unit"] or groups["bare_unit"] or "").lower()
    if groups["row"] or groups["row_before"] or groups["row_behind"]:
        return on_calendar(period_of(anchor.publication, "day" if unit == "night" else unit), "publication", doubt=0.7)
    values = {"day": "XXXX-XX-XX", "night": "XXXX-XX-XXTNI", "week": "XXXX-WXX", "month": "XXXX-XX", "year": "XXXX"}
    return unresolved(values[unit], unit)


def reference(_groups: Groups, _anchor: Anchor, value: str) -> Reading:
    """PRESENT_REF, PAST_REF or FUTURE_REF."""
    return Reading("DATE", value, None, "publication")
