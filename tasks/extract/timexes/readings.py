"""What an expression of time is read as, and what the reader may look at besides the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tasks.extract.timexes.periods import Period

Tense = Literal["past", "future", "unknown"]
Origin = Literal["explicit", "publication", "context", "unresolved"]
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is read against.

    `reference` is the last calendar period that the text named before the expression, `quarter` the last that
    was a quarter; `tense` says on which side of the publication the clause that holds the expression lies;
    `is_day_first` is true where another date of the text can only be read as day/month.
    """

    publication: date
    reference: Period | None = None
    quarter: Period | None = None
    tense: Tense = "unknown"
    is_day_first: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A TIMEX3 type, value and modifier, with the interval where one is known.

    `value` None or `origin` unresolved says that the expression names a time which the text does not settle.
    `doubt` is a factor on the confidence, for readings that are only the likelier of two.
    """

    type: Literal["DATE", "TIME", "DURATION", "SET"]
    value: str | None
    mod: str | None = None
    origin: Origin = "explicit"
    interval: Interval | None = None
    granularity: str | None = None
    period: Period | None = None
    doubt: float = 1.0


def on_calendar(period: Period | None, origin: Origin, mod: str | None = None, doubt: float = 1.0) -> Reading:
    """The reading of a calendar period; unresolved where there is none."""
    if period is None:
        return Reading("DATE", None, mod, "unresolved")
    return Reading("DATE", period.value, mod, origin, period.interval, period.kind, period, doubt)


def unresolved(value: str | None = None, granularity: str | None = None) -> Reading:
    """A date that the text names without saying which one it is."""
    return Reading("DATE", value, None, "unresolved", None, granularity)
