"""Run pure functions over hostile input in worker processes that can be killed.

A chunk of items is one job. A job that times out, dies or raises is cut in half until the culprit stands
alone; after a second try it is given up with a reason, and its neighbours are kept. Measured before it was
chosen: of 100 jobs with one worker killed, `concurrent.futures` lost 93, `multiprocessing.Pool` hung, pebble
lost one.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, as_completed
from concurrent.futures import TimeoutError as JobTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessFuture, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

_TRIES = 2
# How long a worker that is to end may take for it before it is killed; it has nothing to put away.
CONSTS.term_timeout = 0.5


class UnfitWorker(RuntimeError):
    """The worker itself cannot do this work, whatever the item: stop, and reject nothing for it."""


class Stopped(RuntimeError):
    """The pool was told to stop: nothing is to blame for what was not done."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item came back without a result: `timeout`, `out_of_memory`, `worker_died` or `failed`."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use."""

    seconds_per_item: float = 30.0
    memory_bytes: int = 6 * 1024**3
    chunk: int = 16
    chunks_per_process: int = 400
    """Then the process is replaced: a vocabulary grows with every new word and is never trimmed."""


class Pool(Protocol):
    """Where chunks are worked on: processes of this machine, or a cluster of machines (`tasks.cluster`)."""

    def map(
        self,
        function: Callable[[Sequence[Item]], Sequence[Result]],
        items: Sequence[Item],
        done: Callable[[int], None] = ...,
        took: Callable[[Sequence[Item], float], None] = ...,
    ) -> list[Result | Failure]:
        """See `Workers.map`."""
        ...

    def rest(self) -> None:
        """See `Workers.rest`."""
        ...

    def stop(self) -> None:
        """See `Workers.stop`."""
        ...


@dataclass(frozen=True, slots=True)
class _Job(Generic[Item]):
    items: tuple[tuple[int, Item], ...]
    tries_left: int = _TRIES


class Workers:
    """A pool of killable processes. Use as a context manager; it starts no process before the first job.

    Several threads may use it.
    """

    def __init__(self, size: int, limits: Limits | None = None) -> None:
        self.size = size
        self.limits = limits or Limits()
        self._pool: ProcessPool | None = None
        self._running: set[ProcessFuture] = set()
        self._is_stopped = False
        self._changing = threading.Lock()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()  # nobody waits for what may still be running

    def rest(self) -> None:
        """Let go of the processes and of the memory of their models, if none is at work; the next job starts others."""
        with self._changing:
            if self._pool is None or not all(future.done() for future in tuple(self._running)):
                return
            pool, self._pool = self._pool, None
        pool.close()
        pool.join()

    def stop(self) -> None:
        """Kill what is running, for good: whoever waits for it, or asks for more, gets Stopped."""
        with self._changing:
            self._is_stopped = True
            pool, self._pool = self._pool, None
            running, self._running = self._running, set()
        if pool is None:
            return
        pool.stop()
        pool.join()
        for future in tuple(running):
            # The pool has ended and tells nobody any more.
            if future.cancel():
                future.set_running_or_notify_cancel()

    def map(
        self,
        function: Callable[[Sequence[Item]], Sequence[Result]],
        items: Sequence[Item],
        done: Callable[[int], None] = lambda _: None,
        took: Callable[[Sequence[Item], float], None] = lambda _items, _seconds: None,
    ) -> list[Result | Failure]:
        """Apply `function` to the items chunk by chunk; one result or Failure an item, in their order.

        `function` must be importable by name and give one result an item. `done` is told how many items have
        been settled, as they are, `took` how many seconds each chunk took that went well. Raises UnfitWorker,
        ImportError or Stopped where no item is to blame.
        """
        results: dict[int, Result | Failure] = {}
        numbered = tuple(enumerate(items))
        step = self.limits.chunk
        jobs = [_Job(items=numbered[at : at + step]) for at in range(0, len(numbered), step)]
        while jobs:
            running = {self._submit(function, job): job for job in jobs}
            jobs = []
            for future in as_completed(running):
                job = running[future]
                outcome = _outcome(future, len(job.items))
                if isinstance(outcome, Failure):
                    again = _again(job)
                    jobs += again
                    if not again:
                        results[job.items[0][0]] = outcome
                        done(1)
                else:
                    numbers, given = zip(*job.items, strict=True)
                    results.update(zip(numbers, outcome.results, strict=True))
                    took(given, outcome.seconds)
                    done(len(job.items))
        return [results[number] for number, _ in numbered]

    def _submit(self, function: Callable[[Sequence[Item]], Sequence[Result]], job: _Job[Item]) -> ProcessFuture:
        items = [item for _, item in job.items]
        timeout = self.limits.seconds_per_item * (2 + len(items))
        with self._changing:
            if self._is_stopped:
                raise Stopped
            resource_tracker.ensure_running()  # whoever starts it lets signals through again
            with unheard(signal.SIGINT):  # the first job starts the processes, and the threads that start later ones
                try:
                    pool = self._pool = self._pool or self._started()
                    future: ProcessFuture = pool.schedule(timed, args=(function, items), timeout=timeout)
                except RuntimeError:
                    # A pool that lost a process in which nothing seemed to run, as the kernel may kill one, is broken.
                    self._pool = self._replaced(self._pool)
                    future = self._pool.schedule(timed, args=(function, items), timeout=timeout)
            self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def _replaced(self, broken: ProcessPool | None) -> ProcessPool:
        if broken is not None:
            broken.stop()
            broken.join()
        return self._started()

    def _started(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.size,
            max_tasks=self.limits.chunks_per_process,
            initializer=_limit,
            initargs=(self.limits.memory_bytes,),
            # spawn: a fork of a process that runs Prefect's threads may inherit a held lock.
            context=multiprocessing.get_context("spawn"),
        )


def _again(job: _Job[Item]) -> list[_Job[Item]]:
    """The halves of a failed job, or the lone item once more, or nothing when its tries are used up."""
    if len(job.items) > 1:
        middle = len(job.items) // 2
        return [_Job(items=job.items[:middle]), _Job(items=job.items[middle:])]
    return [_Job(items=job.items, tries_left=job.tries_left - 1)] if job.tries_left > 1 else []


@dataclass(frozen=True, slots=True)
class Timed(Generic[Result]):
    """What a chunk came to, and the seconds that its process worked on it."""

    results: list[Result]
    seconds: float


def timed(function: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]) -> Timed[Result]:
    """Apply `function` where this runs, and look at the clock before and after."""
    started = time.perf_counter()
    results = list(function(items))
    return Timed(results, time.perf_counter() - started)


def _outcome(future: ProcessFuture, expected: int) -> Timed[Result] | Failure:
    try:
        outcome: Timed[Result] = future.result()
    except CancelledError as error:
        raise Stopped from error
    except JobTimeout:
        return Failure("timeout", "it was not done within the time limit, alone and at the second try")
    except MemoryError:
        return Failure("out_of_memory", "it needed more memory than a worker may use")
    except ProcessExpired as error:
        return Failure("worker_died", f"it ended the worker process twice (exit code {error.exitcode})")
    except (UnfitWorker, ImportError):
        raise
    except Exception as error:  # noqa: BLE001  the one place where a unit of retry ends: no item may cost its neighbours
        return Failure("failed", f"{type(error).__name__}: {error}")
    if len(outcome.results) != expected:
        return Failure("failed", f"{len(outcome.results)} results came back for {expected} items")
    return outcome


@contextmanager
def unheard(number: signal.Signals) -> Iterator[None]:
    """Start processes that a signal does not reach: Ctrl-C goes to all of a terminal's, and one of them decides."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _limit(memory_bytes: int) -> None:
    """Turn running out of memory into a clean MemoryError in this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
