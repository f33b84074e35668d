"""Run pure functions over hostile input in worker processes that can be killed.

A chunk of items is one job. A job that times out, dies or raises is cut in half until the culprit stands
alone; after a second try it is given up with a reason, and its neighbours are kept. Measured before it was
chosen: of 100 jobs with one worker killed, `concurrent.futures` lost 93, `multiprocessing.Pool` hung, pebble
lost one.
"""

from __future__ import annotations

import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as JobTimeout
from concurrent.futures import as_completed
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

_TRIES = 2


class UnfitWorker(RuntimeError):
    """The worker itself cannot do this work, whatever the item: stop, and reject nothing for it."""


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
    chunks_per_process: int = 500
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
        self._starting = threading.Lock()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pool is None:
            return
        self._pool.close() if kind is None else self._pool.stop()
        self._pool.join()
        self._pool = None

    def stop(self) -> None:
        """Kill what is running; whoever waits for it is told that it failed."""
        if self._pool is not None:
            self._pool.stop()

    def map(
        self,
        function: Callable[[Sequence[Item]], Sequence[Result]],
        items: Sequence[Item],
        done: Callable[[int], None] = lambda _: None,
        took: Callable[[Sequence[Item], float], None] = lambda _items, _seconds: None,
    ) -> list[Result | Failure]:
        """Apply `function` to the items chunk by chunk; one result or Failure an item, in their order.

        `function` must be importable by name and give one result an item. `done` is told how many items have
        been settled, as they are, `took` how many seconds each chunk took that went well. Raises UnfitWorker or
        ImportError where no item is to blame.
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
        with self._starting:
            pool = self._pool = self._pool or self._started()
        items = [item for _, item in job.items]
        timeout = self.limits.seconds_per_item * (2 + len(items))
        return pool.schedule(timed, args=(function, items), timeout=timeout)

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


def _limit(memory_bytes: int) -> None:
    """Turn running out of memory into a clean MemoryError in this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
