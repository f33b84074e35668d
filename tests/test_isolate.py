"""One poisoned item costs only itself: whatever it does to its worker, its neighbours come back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tasks.isolate import Failure, Limits, Stopped, UnfitWorker, Workers


def double(items: Sequence[int]) -> list[int]:
    """Twice the item; some numbers misbehave."""
    for item in items:
        if item == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        if item == 17:
            while True:
                time.sleep(0.01)
        if item == 19:
            raise ValueError("nineteen")
        if item == 23:
            bytearray(8 * 1024**3)
    return [item * 2 for item in items]


def forget(items: Sequence[int]) -> list[int]:
    """One result too few."""
    return [0] * (len(items) - 1)


def unfit(items: Sequence[int]) -> list[int]:
    """What a missing model does."""
    raise UnfitWorker("no model")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, Limits(seconds_per_item=0.15, memory_bytes=2 * 1024**3, chunk=8)) as pool:
        yield pool


def test_results_come_back_in_the_order_of_the_items(workers: Workers) -> None:
    assert workers.map(double, list(range(1, 12))) == [2 * n for n in range(1, 12)]


@pytest.mark.parametrize(
    ("poison", "reason"), [(13, "worker_died"), (17, "timeout"), (19, "failed"), (23, "out_of_memory")]
)
def test_a_poisoned_item_costs_only_itself_and_has_a_reason(workers: Workers, poison: int, reason: str) -> None:
    items = [1, 2, 3, poison, 4, 5, 6, 7, 8, 9]
    settled: list[int] = []
    results = workers.map(double, items, settled.append)
    assert [r for r in results if not isinstance(r, Failure)] == [2 * n for n in items if n != poison]
    failure = results[3]
    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert sum(settled) == len(items)


def test_a_poisoned_item_among_a_thousand_costs_only_itself() -> None:
    """It kills whatever process it is given to."""
    items = [100 + number for number in range(1000)]
    items[500] = 13
    with Workers(2) as patient:
        results = patient.map(double, items)
    assert [number for number, result in enumerate(results) if isinstance(result, Failure)] == [500]
    assert sum(result for result in results if not isinstance(result, Failure)) == 2 * (sum(items) - 13)


def test_a_function_that_loses_an_item_is_a_failure_not_a_shift(workers: Workers) -> None:
    results = workers.map(forget, [1, 2])
    assert [isinstance(result, Failure) for result in results] == [True, True]


def test_a_worker_that_cannot_work_at_all_stops_the_run(workers: Workers) -> None:
    """An error of the installation must not be held against every article."""
    with pytest.raises(UnfitWorker, match="no model"):
        workers.map(unfit, [1, 2])


def test_no_process_starts_before_the_first_job() -> None:
    with Workers(2) as pool:
        assert pool.map(double, []) == []
        assert pool._pool is None


def is_blocked(items: Sequence[int]) -> list[bool]:
    """Whether this process does not hear a signal."""
    return [signal.Signals(item) in signal.pthread_sigmask(signal.SIG_BLOCK, []) for item in items]


def test_ctrl_c_does_not_reach_a_worker(workers: Workers) -> None:
    """Not even while it starts; its pool tells it to end."""
    assert workers.map(is_blocked, [signal.SIGINT, signal.SIGTERM]) == [True, False]


def test_a_stopped_pool_tells_who_waits_and_who_asks_for_more() -> None:
    with Workers(1) as pool, ThreadPoolExecutor(1) as thread:
        began = Event()
        waiting = thread.submit(pool.map, double, [1] * 40 + [17], lambda _: began.set())
        assert began.wait(60)
        pool.stop()
        with pytest.raises(Stopped):
            waiting.result(60)
        with pytest.raises(Stopped):
            pool.map(double, [1])


def process(items: Sequence[int]) -> list[int]:
    """The process that does this, once an item."""
    return [os.getpid() for _ in items]


def test_a_process_that_is_killed_while_it_waits_costs_nothing() -> None:
    with Workers(1) as pool:
        (first,) = pool.map(process, [1])
        assert isinstance(first, int)
        os.kill(first, signal.SIGKILL)
        while Path(f"/proc/{first}").exists():  # until the pool has noticed
            time.sleep(0.01)
        (second,) = pool.map(process, [1])
    assert isinstance(second, int)
    assert second != first


def alive(process: int) -> bool:
    """Whether there is such a process, still."""
    return Path(f"/proc/{process}/stat").exists() and " Z " not in Path(f"/proc/{process}/stat").read_text()


def test_workers_that_rest_hold_no_process_and_start_others_for_the_next_job() -> None:
    with Workers(1) as pool:
        pool.rest()
        (first,) = pool.map(process, [1])
        assert alive(first)
        pool.rest()
        assert not alive(first)
        (second,) = pool.map(process, [1])
        assert second != first


def wait_for(files: Sequence[Path]) -> list[bool]:
    """Say that the work has begun, and end when the file is there."""
    for file in files:
        with file.with_suffix(".begun").open("a") as begun:
            begun.write("once\n")
        while not file.exists():
            time.sleep(0.01)
    return [True] * len(files)


def test_workers_at_work_do_not_rest(tmp_path: Path) -> None:
    with Workers(1, Limits(seconds_per_item=1)) as pool, ThreadPoolExecutor(1) as thread:
        begun = thread.submit(pool.map, wait_for, [tmp_path / "end"])
        while not (tmp_path / "end.begun").exists():
            time.sleep(0.01)
        pool.rest()
        (tmp_path / "end").touch()
        assert begun.result() == [True]
    assert (tmp_path / "end.begun").read_text() == "once\n"
