"""Batches overlap, come back in their order, and an error ends the run in its batch's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from contextvars import ContextVar
from threading import Barrier, Event

import pytest

from flows.overlap import overlapped
from flows.stopwatch import Stopwatch

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


def test_who_stops_reading_makes_what_is_at_work_end_soon() -> None:
    """An error of the reader does the same: what is worked on would be thrown away."""
    given_up = Event()

    def work(item: int) -> int:
        if item:
            assert given_up.wait(TIMEOUT)
        return item

    with closing(overlapped(range(9), work, give_up=given_up.set)) as results:
        assert next(results) == (0, 0)
        assert not given_up.is_set()
    assert given_up.is_set()


def test_nothing_is_given_up_when_all_was_read() -> None:
    given_up = Event()
    assert len(list(overlapped(range(3), lambda item: item, give_up=given_up.set))) == 3
    assert not given_up.is_set()


def test_time_in_a_stage_counts_once_however_many_batches_are_in_it() -> None:
    now = 0.0
    seconds: dict[str, float] = {}
    watch = Stopwatch(seconds, lambda: now)
    with watch.over("annotate"):
        now = 1.0
        with watch.over("annotate"), watch.over("store"):
            now = 3.0
        now = 7.0
    now = 10.0
    with watch.over("annotate"):
        now = 10.5
    assert seconds == {"annotate": 7.5, "store": 2.0}
