"""What an expression of time is read as, and what the reader may look at besides the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from tasks.extract.timexes.periods import Period

Tense = Literal["past", "future", "possible", "unknown"]
Origin = Literal["explicit", "publication", "context", "unresolved"]
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is read against.

    `reference` is the last calendar period that the text named before the expression, `day` and `quarter` the last
    of those kinds. `tense` says on which side of the publication the clause that holds the expression lies, where
    possible is a modal's future. `is_day_first` is true where another date of the text can only be day/month.
    """

    publication: date
    reference: Period | None = None
    day: Period | None = None
    quarter: Period | None = None
    tense: Tense = "unknown"
    is_day_first: bool = False

    @property
    def is_ahead(self) -> bool:
        """Whether the clause speaks of what is to come, surely or not."""
        return self.tense in ("future", "possible")

    def after(self, reading: Reading) -> Anchor:
        """The anchor of what follows a reading: its period, if any, is now the last that was named."""
        named = reading.period
        if named is None:
            return self
        day = named if named.kind == "day" else self.day
        quarter = named if named.kind == "quarter" else self.quarter
        return replace(self, reference=named, day=day, quarter=quarter)


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


def aside(reading: Reading) -> Reading:
    """The same reading, but not as what the text speaks of next: a comparison with last year, the night before."""
    return replace(reading, period=None)


def unresolved(value: str | None = None, granularity: str | None = None) -> Reading:
    """A date that the text names without saying which one it is."""
    return Reading("DATE", value, None, "unresolved", None, granularity)
