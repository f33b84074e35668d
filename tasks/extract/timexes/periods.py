"""Calendar periods: days, ISO weeks, months, quarters and longer, and the steps between them.

A period knows nothing of text. Whatever falls outside the years 1 to 9998 is no period: the functions
return None rather than raise, since an article may well say "a million years ago".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1, 9998
_MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_DAYS_IN = {"day": 1, "week": 7, "weekend": 7}
# Northern meteorological seasons by first month; winter is counted to the year in which it ends.
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
KINDS = (*_DAYS_IN, *_MONTHS_IN, "season")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the calendar of one kind (see KINDS), named by its first day."""

    kind: str
    first: date

    @property
    def value(self) -> str:
        """The TIMEX3 value: 2021-07-18, 2021-W29, 2021-07, 2021-Q3, 2021-H2, 2021, 202X, 20, 2021-SU, 2021-W29-WE."""
        year, month = self.first.year, self.first.month
        iso_year, iso_week, _ = self.first.isocalendar()
        match self.kind:
            case "day":
                return f"{year:04}-{month:02}-{self.first.day:02}"
            case "week":
                return f"{iso_year:04}-W{iso_week:02}"
            case "weekend":
                return f"{iso_year:04}-W{iso_week:02}-WE"
            case "month":
                return f"{year:04}-{month:02}"
            case "quarter":
                return f"{year:04}-Q{(month + 2) // 3}"
            case "half":
                return f"{year:04}-H{(month + 5) // 6}"
            case "decade":
                return f"{year // 10:03}X"
            case "century":
                return f"{year // 100:02}"
            case "season":
                return f"{year + (month == 12):04}-{next(code for code, first in SEASONS.items() if first == month)}"
            case _:
                return f"{year:04}"

    @property
    def interval(self) -> tuple[datetime, datetime]:
        """First instant and first instant after, in UTC."""
        if self.kind == "weekend":
            return midnight(self.first + timedelta(days=5)), midnight(self.first + timedelta(days=7))
        following = shift(self, 1) if self.kind != "season" else _months_on(self.first, 3, "season")
        return midnight(self.first), midnight(following.first if following else date(LAST_YEAR + 1, 1, 1))


def midnight(day: date) -> datetime:
    """The first instant of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def hours_of(day: Period, first: int, last: int) -> tuple[datetime, datetime]:
    """The interval from one hour of a day to another, which may lie beyond its midnight."""
    start = midnight(day.first)
    return start + timedelta(hours=first), start + timedelta(hours=last)


def period_of(day: date, kind: str) -> Period:
    """The period of that kind which holds the day."""
    if kind == "day":
        return Period(kind, day)
    if kind in _DAYS_IN:
        return Period(kind, day - timedelta(days=min(day.weekday(), day.toordinal() - 1)))
    if kind == "season":
        months_since_december = day.month % 12 // 3 * 3
        first = months_since_december or 12
        return Period(kind, date(day.year - (day.month < 3) or 1, first, 1))
    months = _MONTHS_IN[kind]
    index = (day.year * 12 + day.month - 1) // months * months
    return Period(kind, date(max(index // 12, 1), index % 12 + 1, 1))


def period(kind: str, year: int, month: int = 1, day: int = 1) -> Period | None:
    """The period of that kind which holds the date given in numbers, or None where there is no such date."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return period_of(date(year, month, day), kind)
    except ValueError:
        return None


def season(code: str, year: int) -> Period | None:
    """The season (SP, SU, FA, WI) of a year."""
    first = SEASONS[code]
    start = period("day", year - (first == 12), first)
    return Period("season", start.first) if start else None


def shift(start: Period, steps: int) -> Period | None:
    """The period `steps` periods later (earlier if negative), or None beyond the calendar."""
    if start.kind == "season":
        return _months_on(start.first, 12 * steps, "season")
    if start.kind in _MONTHS_IN:
        return _months_on(start.first, steps * _MONTHS_IN[start.kind], start.kind)
    ordinal = start.first.toordinal() + steps * _DAYS_IN[start.kind]
    if not date(FIRST_YEAR, 1, 1).toordinal() <= ordinal <= date(LAST_YEAR, 12, 31).toordinal():
        return None
    return Period(start.kind, date.fromordinal(ordinal))


def back_a_year(start: Period, years: int = 1) -> Period | None:
    """The same period that many years before: the third quarter of 1988 for that of 1989."""
    if start.kind in _MONTHS_IN:
        return _months_on(start.first, -12 * years, start.kind)
    return period(start.kind, start.first.year - years, start.first.month, min(start.first.day, 28))


def _months_on(first: date, months: int, kind: str) -> Period | None:
    index = first.year * 12 + first.month - 1 + months
    if not FIRST_YEAR <= index // 12 <= LAST_YEAR:
        return None
    return Period(kind, date(index // 12, index % 12 + 1, 1))
