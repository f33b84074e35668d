"""How many articles a source should have brought on a day, from its own history. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median

WEEKS = 8
ENOUGH = 3


def expected(counts: Mapping[date, int], day: date) -> float | None:
    """The median of the same weekday in the eight weeks before; None where fewer than three of them are known.

    A day without articles counts as none from the source's first day on: a source that fell silent is missed.
    """
    first = min(counts, default=day)
    before = [day - timedelta(weeks=number) for number in range(1, WEEKS + 1)]
    known = [counts.get(each, 0) for each in before if each >= first]
    return float(median(known)) if len(known) >= ENOUGH else None
