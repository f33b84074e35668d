"""Whether a source has been silent for longer than its habit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

ENOUGH = 10
SHORTEST = timedelta(hours=6)
FACTOR = 2


def silent(arrivals: Sequence[datetime], now: datetime) -> bool:
    """Nothing came for twice the longest pause but one of the weeks that `arrivals` cover, and for six hours at least.

    The longest pause is left out because it may have been an outage itself; weekends and holidays come more than once.
    A source of fewer than ten arrivals is too young to tell.
    """
    known = sorted(arrivals)
    if len(known) < ENOUGH:
        return False
    pauses = sorted((later - earlier for earlier, later in pairwise(known)), reverse=True)
    return now - known[-1] > max(SHORTEST, FACTOR * pauses[1])
