"""Dates that leave something out: a weekday, a month or a day of a month without its year, a season, a feast."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from tasks.extract.timexes.explicit import day_number, modifier
from tasks.extract.timexes.numerals import ordinal
from tasks.extract.timexes.periods import Period, period, period_of, season, shift
from tasks.extract.timexes.readings import Anchor, Origin, Reading, on_calendar, unresolved
from tasks.extract.timexes.units import Groups, month_number, season_code, weekday_number

# A date that lies further off than this would have been given its year; the other side is likelier then.
_FAR, _NEAR = timedelta(days=270), timedelta(days=90)
# Without a tense the past is likelier in news, unless the coming date is this much nearer.
_FORWARD = 3
_FIXED_FEASTS = {
    "new year": (1, 1), "new year eve": (12, 31), "christmas": (12, 25), "christmas eve": (12, 24),
    "boxing day": (12, 26), "halloween": (10, 31), "valentines": (2, 14), "patrick": (3, 17),
    "independence": (7, 4), "fourth of july": (7, 4), "veterans": (11, 11), "may day": (5, 1), "bastille": (7, 14),
    "groundhog": (2, 2), "all saints": (11, 1),
}  # fmt: skip
# Month, weekday, and which of them in the month (-1 the last); after the United States' calendar.
_MOVING_FEASTS = {
    "thanksgiving": (11, 3, 4), "labor": (9, 0, 1), "labour": (9, 0, 1), "memorial": (5, 0, -1),
    "columbus": (10, 0, 2), "presidents": (2, 0, 3), "martin luther": (1, 0, 3),
}  # fmt: skip
_EASTER_FEASTS = {"easter monday": 1, "good friday": -2, "palm sunday": -7, "ash wednesday": -46, "easter": 0}


def choose(of_year: Callable[[int], Period | None], anchor: Anchor, words: str | None, mod: str | None) -> Reading:
    """The right one of a yearly date's occurrences: by "last", "this", "next", else by tense, else the nearest."""
    now = anchor.publication
    years = (now.year - 1, now.year, now.year + 1)
    before, this, after = (of_year(year) for year in years)
    found = [occurrence for occurrence in (before, this, after) if occurrence]
    past = max((one for one in found if one.first <= now), key=lambda one: one.first, default=None)
    ahead = min((one for one in found if one.interval[1].date() > now), key=lambda one: one.first, default=None)
    step = (words or "").lower().split()[-1:] or [""]
    if step[0] in ("last", "past", "previous"):
        ended = [one for one in found if one.interval[1].date() <= now]
        return on_calendar(max(ended, key=lambda one: one.first, default=None), "publication", mod)
    if step[0] in ("next", "coming", "following"):
        coming = [one for one in found if one.first > now]
        return on_calendar(min(coming, key=lambda one: one.first, default=None), "publication", mod)
    if step[0] == "this" or past is None or ahead is None:
        return on_calendar(this or past or ahead, "publication", mod)
    return on_calendar(_by_tense(past, ahead, anchor), "publication", mod, 0.8 if anchor.tense == "unknown" else 1.0)


def _by_tense(past: Period, ahead: Period, anchor: Anchor) -> Period:
    since, until = anchor.publication - past.first, ahead.first - anchor.publication
    if anchor.tense == "past":
        return ahead if since > _FAR and until < _NEAR else past
    if anchor.is_ahead:
        return past if until > _FAR and since < _NEAR else ahead
    return past if since <= _FORWARD * until else ahead


def month_day(groups: Groups, anchor: Anchor) -> Reading:
    """A day of a month."""
    month, day = month_number(groups["month"] or ""), day_number(groups["day"])
    return choose(lambda year: period("day", year, month, day), anchor, None, None)


def month(groups: Groups, anchor: Anchor) -> Reading:
    """A month, perhaps a part of it."""
    number = month_number(groups["month"] or "")
    return choose(lambda year: period("month", year, number), anchor, groups["shift"], modifier(groups))


def year_end(groups: Groups, anchor: Anchor) -> Reading:
    """The last day of a year, as balance sheets mean it."""
    if figures := groups["year"]:
        return on_calendar(period("day", int(figures), 12, 31), "explicit")
    year = anchor.publication.year - (anchor.tense == "past")
    return on_calendar(period("day", year, 12, 31), "publication")


def season_of_year(groups: Groups, anchor: Anchor) -> Reading:
    """A season, of a stated year or the right one beside the publication."""
    code = season_code(groups["season"] or "")
    if figures := groups["year"]:
        return on_calendar(season(code, int(figures)), "explicit", modifier(groups))
    return choose(lambda year: season(code, year), anchor, groups["shift"], modifier(groups))


def holiday(groups: Groups, anchor: Anchor) -> Reading:
    """A feast or public holiday."""
    name = re.sub(r"['’.]", "", groups["holiday"] or "").lower()
    if figures := groups["year"]:
        return on_calendar(_feast(name, int(figures)), "explicit")
    return choose(lambda year: _feast(name, year), anchor, groups["shift"], None)


def _feast(name: str, year: int) -> Period | None:
    name = re.sub(r"\bnew years\b", "new year", re.sub(r"\s+", " ", name))
    if name.endswith("eve"):
        return period("day", year, *_FIXED_FEASTS["new year eve" if "year" in name else "christmas eve"])
    for feast, (number, day) in _FIXED_FEASTS.items():
        if feast in name:
            return period("day", year, number, day)
    for feast, (number, weekday, which) in _MOVING_FEASTS.items():
        if feast in name:
            return _nth_weekday(year, number, weekday, which)
    for feast, days in _EASTER_FEASTS.items():
        if feast in name:
            sunday = easter(year)
            return Period("day", sunday + timedelta(days=days)) if sunday else None
    first_monday = _nth_weekday(year, 11, 0, 1)
    return shift(first_monday, 1) if first_monday else None


def _nth_weekday(year: int, number: int, weekday: int, which: int) -> Period | None:
    start = period("day", year, number)
    if start is None:
        return None
    first = start.first + timedelta(days=(weekday - start.first.weekday()) % 7)
    days = [first + timedelta(weeks=week) for week in range(5)]
    return Period("day", [day for day in days if day.month == number][which - (which > 0)])


def easter(year: int) -> date | None:
    """Easter Sunday of the western churches (anonymous Gregorian computus, Meeus, Astronomical Algorithms, ch. 8)."""
    if period("year", year) is None:
        return None
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def weekday(groups: Groups, anchor: Anchor) -> Reading:
    """A day of the week: on its own the publication day itself counts, and tense says which side else."""
    wanted = weekday_number(groups["weekday"] or "")
    if groups.get("indefinite"):
        return unresolved(f"XXXX-WXX-{wanted + 1}", "day")
    words = (groups.get("shift") or "").lower()
    origin: Origin = "publication"
    base = anchor.publication
    if week := groups.get("week"):
        return on_calendar(_of_week(base, {"last": -1, "next": 1}.get(week.lower(), 0), wanted), origin)
    if words.startswith("the") and anchor.day:
        base, origin = anchor.day.first, "context"
    back, ahead = (base.weekday() - wanted) % 7, (wanted - base.weekday()) % 7
    step = words.split()[-1] if words else ""
    if step in ("last", "past", "previous", "preceding"):
        days = -(back or 7)
    elif step in ("next", "coming", "following"):
        days = ahead or 7
    elif anchor.is_ahead or (step == "this" and anchor.tense != "past"):
        days = ahead
    else:
        days = -back
    days += {"before": -1, "after": 1}.get(groups.get("step") or "", 0)
    return on_calendar(shift(Period("day", base), days), origin)


def _of_week(day: date, weeks: int, wanted: int) -> Period | None:
    week = shift(period_of(day, "week"), weeks)
    return Period("day", week.first + timedelta(days=wanted)) if week else None


def week_of(groups: Groups, anchor: Anchor) -> Reading:
    """The week that holds a date."""
    number, day = month_number(groups["month"] or ""), day_number(groups["day"])
    if figures := groups["year"]:
        found = period("week", int(figures), number, day)
        return on_calendar(found, "explicit")
    return choose(lambda year: period("week", year, number, day), anchor, None, None)


def nth_weekday(groups: Groups, anchor: Anchor) -> Reading:
    """A weekday by its place in a month."""
    number, day = month_number(groups["month"] or ""), weekday_number(groups["weekday"] or "")
    which = -1 if groups["ordinal"] == "last" else ordinal(groups["ordinal"] or "") or 1
    if figures := groups["year"]:
        return on_calendar(_nth_weekday(int(figures), number, day, which), "explicit")
    return choose(lambda year: _nth_weekday(year, number, day, which), anchor, None, None)


def week_of_month(groups: Groups, anchor: Anchor) -> Reading:
    """A week by its place in a month: the first is the one that holds its first Thursday, as ISO weeks have it."""
    number = month_number(groups["month"] or "")
    word = (groups["ordinal"] or "").lower()
    which = -1 if word in ("last", "final") else ordinal(word) or 1
    kind = (groups["unit"] or "week").lower()

    def of_year(year: int) -> Period | None:
        thursday = _nth_weekday(year, number, 3, which)
        return period_of(thursday.first, kind) if thursday else None

    if figures := groups["year"]:
        return on_calendar(of_year(int(figures)), "explicit")
    return choose(of_year, anchor, None, None)
