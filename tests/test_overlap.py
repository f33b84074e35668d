"""Batches overlap, come back in their order, and an error ends the run in its batch's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from threading import Barrier, Event

import pytest

from flows.overlap import overlapped

TIMEOUT = 10  # seconds; only a failing test waits that long


def test_results_come_in_the_order_of_the_items_whichever_is_done_first() -> None:
    second_is_done = Event()

    def work(item: int) -> int:
        if item == 0:
            assert second_is_done.wait(TIMEOUT)
        elif item == 1:
            second_is_done.set()
        return item * 10

    assert list(overlapped(range(5), work)) == [(0, 0), (1, 10), (2, 20), (3, 30), (4, 40)]


def test_one_item_is_worked_on_while_another_is_kept() -> None:
    """The caller, holding the first result, meets the work on the second at a barrier: both are at it at once."""
    second_has_begun, meeting = Event(), Barrier(2)

    def work(item: int) -> int:
        if item == 0:
            assert second_has_begun.wait(TIMEOUT)
        else:
            second_has_begun.set()
            meeting.wait(TIMEOUT)
        return item

    for item, _ in overlapped(range(2), work):
        if item == 0:
            meeting.wait(TIMEOUT)


def test_no_more_items_are_read_than_are_worked_on() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for item in range(10):
            read.append(item)
            yield item

    results = overlapped(items(), lambda item: item, ahead=2)
    for taken, _ in results:
        assert len(read) <= taken + 3


def test_what_runs_in_a_thread_knows_the_run_it_belongs_to() -> None:
    run: ContextVar[str] = ContextVar("run")
    run.set("this one")
    assert list(overlapped([1], lambda _: run.get())) == [(1, "this one")]


def test_an_error_comes_in_its_place_and_nothing_after_it() -> None:
    def work(item: int) -> int:
        if item == 1:
            raise OSError("no space left")
        return item

    results = overlapped(range(9), work)
    assert next(results) == (0, 0)
    with pytest.raises(OSError, match="no space left"):
        next(results)
