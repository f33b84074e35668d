"""Which parts of a sitemap index to ask, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tasks.extract.history.within import may_hold
from tasks.extract.sources.sitemap import Part


def sitemap_parts(parts: Iterable[Part], since: datetime, until: datetime) -> tuple[Part, ...]:
    """Those that may list what was published from `since` to `until`, the last changed first.

    A part that was last changed before `since` lists nothing of it; one without a date of change may list anything,
    and comes after those that have one, in the order of the index.
    """
    fitting = (
        part
        for part in parts
        if (part.modified_at is None or part.modified_at >= since) and may_hold(part.url, since, until)
    )
    return tuple(sorted(fitting, key=lambda part: -part.modified_at.timestamp() if part.modified_at else 0.0))
