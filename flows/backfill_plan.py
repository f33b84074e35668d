"""What a backfill would do: which stored pages of which days are gaps or stale, and how long they would take.

Pure: neither reads nor writes; `flows.rebuild` brings what is stored and carries the plan out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from storage.operations import Run
from storage.stored import Item
from tasks.version import halves


class Stage(StrEnum):
    """From where on the work is done again, of what the lake stores; `flows.walk_plan` goes back to the publishers."""

    CLEAN = "clean"
    """From the stored bytes: new texts and new annotations, as if they were ingested today."""
    ANNOTATE = "annotate"
    """From the stored texts, which stay as they are."""


class Choice(StrEnum):
    """Which pages are done again."""

    STALE = "stale"
    """Gaps, and what another pipeline version made."""
    MISSING = "missing"
    """Gaps alone."""
    ALL = "all"


class State(StrEnum):
    """How a page stands to the pipeline version of today."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    """Nothing has come of it yet: its run was cut short, or it failed in a way that may pass."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A backfill as it was asked for; `first` and `last` are days, both included."""

    first: date
    last: date
    stage: Stage = Stage.CLEAN
    choice: Choice = Choice.STALE
    source_id: str | None = None
    is_oldest_first: bool = False


@dataclass(frozen=True, kw_only=True)
class DayPlan:
    """What is stored for one day and source, and how much of it would be done again."""

    day: date
    source_id: str
    current: int
    stale: int
    missing: int
    chosen: int
    seconds: float | None
    """Estimated from the lake's own runs; None where it has none to go by."""


def days(request: Request) -> Iterator[date]:
    """The days of a request, newest first unless asked otherwise."""
    count = (request.last - request.first).days + 1
    ordered = (request.first + timedelta(days=number) for number in range(count))
    return ordered if request.is_oldest_first else (request.last - timedelta(days=number) for number in range(count))


def state(item: Item, stage: Stage, version: str) -> State:
    """How an item stands to today's version. For annotations only the half that makes annotations counts."""
    if stage is Stage.ANNOTATE:
        had = item.article_version
        return _state(halves(had)[1] if had else None, halves(version)[1])
    return _state(item.page_version, version)


def _state(had: str | None, wanted: str) -> State:
    if had is None:
        return State.MISSING
    return State.CURRENT if had == wanted else State.STALE


def chosen(items: Iterable[Item], request: Request, version: str) -> tuple[Item, ...]:
    """The items that a request would do again, in the order of their ids."""
    wanted = {
        Choice.STALE: {State.STALE, State.MISSING},
        Choice.MISSING: {State.MISSING},
        Choice.ALL: set(State),
    }[request.choice]
    found = (item for item in _asked(items, request) if state(item, request.stage, version) in wanted)
    return tuple(sorted(found, key=lambda item: item.raw_id))


def plan_day(
    day: date, items: Sequence[Item], request: Request, version: str, pace: float | None
) -> tuple[DayPlan, ...]:
    """What a request means for a day: one entry a source that has something stored, by name."""
    states: dict[str, Counter[State]] = {}
    for item in _asked(items, request):
        states.setdefault(item.source_id, Counter())[state(item, request.stage, version)] += 1
    taken = Counter(item.source_id for item in chosen(items, request, version))
    return tuple(
        DayPlan(
            day=day,
            source_id=source_id,
            current=counts[State.CURRENT],
            stale=counts[State.STALE],
            missing=counts[State.MISSING],
            chosen=taken[source_id],
            seconds=None if pace is None else taken[source_id] * pace,
        )
        for source_id, counts in sorted(states.items())
    )


def _asked(items: Iterable[Item], request: Request) -> Iterator[Item]:
    for item in items:
        has_what_it_takes = request.stage is Stage.CLEAN or item.article_id is not None
        if has_what_it_takes and request.source_id in (None, item.source_id):
            yield item


def pace(runs: Iterable[Run], stage: Stage) -> float | None:
    """Seconds that an article took from this stage on, over runs that settled all they received."""
    skipped = {"fetch", "reread"} | ({"clean"} if stage is Stage.ANNOTATE else set())
    seconds, articles = 0.0, 0
    for run in runs:
        if run.flow == "ingest" and run.unchanged == 0:
            at_work = sum(each.seconds for each in run.stages if each.stage not in skipped)
            # Stages of batches that overlap were at work at the same time.
            seconds += min(at_work, (run.finished_at - run.started_at).total_seconds())
            articles += run.received
    return seconds / articles if articles else None
