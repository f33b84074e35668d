"""Putting parts in their places: one after the other within a unit, several units side by side.

A disk is asked twice a file to make it durable and takes about as long for one file as for some at once; an object
store takes as long for each as the way there and back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from storage.applier import Turn
from storage.batch import Written
from storage.files import Blob, OnStep
from storage.lake import Lake
from storage.parts import Unit, path_of
from storage.tables import Table

Totals = dict[str, Written]
"""What was written, per table."""
AT_ONCE = 4
"""Units published side by side."""
AHEAD_BYTES = 32 << 20
"""Parts that wait for being published, but for the last unit: they are held in memory."""


@dataclass(frozen=True)
class Draft:
    """A part as it is to be, not yet published."""

    table: Table
    data: bytes
    rows: int
    """Rows added or replaced."""
    replaces: Blob | None


@dataclass(frozen=True)
class Drafts:
    """The parts of a unit, in the order in which they are to be published."""

    unit: Unit
    parts: tuple[Draft, ...]

    @property
    def size(self) -> int:
        """Bytes that they hold."""
        return sum(len(each.data) + len(each.replaces.data if each.replaces else b"") for each in self.parts)


def publish(lake: Lake, mine: Turn, on_step: OnStep, drafts: Drafts) -> Totals:
    """Put the parts of a unit in their places. Raises FencedError if somebody else took the work over."""
    unit = drafts.unit
    written: Totals = {}
    if drafts.parts:
        mine.confirm()
    for draft in drafts.parts:
        path = path_of(draft.table, unit.date, unit.part)
        mine.beat()
        lake.files.publish(path, draft.data, draft.replaces, mine.generation, _steps_of(draft.table, on_step))
        add(written, {draft.table.name: Written(1, draft.rows, len(draft.data))})
    return written


def side_by_side(work: Callable[[Drafts], Totals], made: Iterable[Drafts]) -> Iterator[Totals]:
    """Do the work of some units at once while the next are made; what each came to, in their order.

    An error of one, or of making them, is raised when those that had begun have ended; none begins after it.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="publish") as threads:
        waiting: deque[tuple[Future[Totals], int]] = deque()
        try:
            for drafts in made:
                while waiting and (len(waiting) > AT_ONCE or sum(size for _, size in waiting) > AHEAD_BYTES):
                    yield waiting.popleft()[0].result()
                waiting.append((threads.submit(partial(work, drafts)), drafts.size))
            while waiting:
                yield waiting.popleft()[0].result()
        except BaseException:
            for future, _ in waiting:
                future.cancel()
            raise


def add(totals: Totals, more: Totals) -> None:
    """Count some more."""
    for name, written in more.items():
        totals[name] = totals.get(name, Written()) + written


def _steps_of(table: Table, on_step: OnStep) -> OnStep:
    return lambda step: on_step(f"{table.name} {step}")
