"""What a backfill from the publishers would go back for: which days of which sources fall short of their habit.

Pure: neither reads nor asks; `flows.walk` brings what is known and carries the plan out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath

from tasks.report.expected import expected

COMPLETE = 0.8
"""A day with this share of what its source usually brings is taken for complete."""
_CC_NEWS = re.compile(r"CC-NEWS-(\d{4})(\d{2})(\d{2})\d{6}-\d+\.warc(\.gz)?")


@dataclass(frozen=True, kw_only=True)
class WalkRequest:
    """A backfill from where articles come from, as it was asked for; `first` and `last` are days, both included.

    At most one of `address` (a feed, a sitemap or an index of them, to begin at), `urls` (pages) and `path` (saved
    archives: WARC, CC-NEWS, pages) is given; otherwise the sources' own addresses are followed back.
    """

    first: date
    last: date
    source_id: str | None = None
    address: str | None = None
    urls: tuple[str, ...] = ()
    path: str | None = None
    is_only_missing: bool = False

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), UTC)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last, datetime.min.time(), UTC) + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DayStock:
    """What the lake has of one day and source, and what the source's own history lets expect."""

    day: date
    source_id: str
    stored: int
    expected: float | None
    """None where the source is too young to tell."""
    gaps: int
    """Times on this day in which entries of its feed may have come and gone unseen."""

    @property
    def is_short(self) -> bool:
        return self.gaps > 0 or (self.expected is not None and self.stored < COMPLETE * self.expected)


def stock(
    request: WalkRequest,
    source_ids: Iterable[str],
    counts: Mapping[str, Mapping[date, int]],
    gaps: Mapping[str, Iterable[tuple[datetime, datetime]]],
) -> tuple[DayStock, ...]:
    """The stock of each day and source, newest day first. `counts` are articles of the weeks before as well."""
    return tuple(
        DayStock(
            day=day,
            source_id=source_id,
            stored=counts.get(source_id, {}).get(day, 0),
            expected=expected(counts.get(source_id, {}), day),
            gaps=sum(begin.date() <= day <= end.date() for begin, end in gaps.get(source_id, ())),
        )
        for day in _days(request)
        for source_id in sorted(source_ids)
    )


def stretches(entries: Iterable[DayStock], request: WalkRequest) -> dict[str, tuple[datetime, datetime]]:
    """From when until before when each source is asked: all the days, or from its first to its last short one."""
    wanted: dict[str, list[date]] = {}
    for entry in entries:
        if entry.is_short or not request.is_only_missing:
            wanted.setdefault(entry.source_id, []).append(entry.day)
    midnight = datetime.min.time()
    return {
        source_id: (
            datetime.combine(min(days), midnight, UTC),
            datetime.combine(max(days), midnight, UTC) + timedelta(days=1),
        )
        for source_id, days in wanted.items()
    }


def archives(names: Iterable[str], request: WalkRequest) -> list[str]:
    """Of the files of a folder those that may hold the days, in order. CC-NEWS says in its names when it was crawled;
    a crawl of the day after is taken as well. Files of other names may hold anything.
    """
    return sorted(name for name in names if (day := _crawled(name)) is None or _is_near(day, request))


def _is_near(day: date, request: WalkRequest) -> bool:
    return request.first <= day <= request.last + timedelta(days=1)


def _crawled(name: str) -> date | None:
    found = _CC_NEWS.fullmatch(PurePath(name).name)
    if found is None:
        return None
    try:
        return date(*map(int, found.group(1, 2, 3)))
    except ValueError:
        return None


def _days(request: WalkRequest) -> Iterator[date]:
    count = (request.last - request.first).days + 1
    return (request.last - timedelta(days=number) for number in range(count))
