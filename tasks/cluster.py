"""Work on a Dask cluster that exists: chunks go to its workers, and each of them keeps killable processes of its own.

So a poisoned article costs on a cluster what it costs on one machine: only itself. A Dask worker that is lost has its
chunks done again by the others. Nothing here starts a cluster, and no article is stored by it.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from functools import partial
from types import TracebackType
from typing import TypeVar

from distributed import Client, Future, KilledWorker, as_completed, get_worker

from tasks.isolate import Failure, Limits, Stopped, Timed, UnfitWorker, Workers, timed
from tasks.version import pipeline_version

Item = TypeVar("Item")
Result = TypeVar("Result")

CONNECT_SECONDS = 60.0
PATIENCE_SECONDS = 300.0
"""How long a cluster may be without any worker before the run gives up; what is stored stays stored."""
LOOK_SECONDS = 5.0


class NoCluster(UnfitWorker):
    """The Dask cluster does not answer, has no workers, or cannot do this work; the message says what to do."""


class Cluster:
    """Stands in for `Workers`, by the address of a Dask scheduler. Use as a context manager; raises NoCluster."""

    def __init__(self, address: str, model: str, limits: Limits | None = None) -> None:
        self.address = address
        self.limits = limits or Limits()
        self._model = model
        self._client: Client | None = None
        self._is_stopped = threading.Event()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def rest(self) -> None:
        """Nothing: the cluster's processes are not this run's, and their memory is not this machine's."""

    def stop(self) -> None:
        """Whoever waits for something, or asks for more, gets Stopped. What a Dask worker is at, it ends in vain."""
        self._is_stopped.set()

    def map(
        self,
        function: Callable[[Sequence[Item]], Sequence[Result]],
        items: Sequence[Item],
        done: Callable[[int], None] = lambda _: None,
        took: Callable[[Sequence[Item], float], None] = lambda _items, _seconds: None,
    ) -> list[Result | Failure]:
        """What `Workers.map` does, on the cluster. Raises NoCluster or Stopped where no article is to blame."""
        if not items:
            return []
        if self._is_stopped.is_set():
            raise Stopped
        client = self._connected()
        version = pipeline_version(self._model)
        step = self.limits.chunk
        results: dict[int, Result | Failure] = {}
        running: dict[Future, int] = {}
        for at in range(0, len(items), step):
            given = function, items[at : at + step], self.limits, self._model, version
            running[client.submit(work, *given, pure=False)] = at
        waiting = as_completed(running, loop=client.loop)
        while not waiting.is_empty():
            future = self._next(waiting, client)
            at = running[future]
            chunk = items[at : at + step]
            outcome = _outcome(future, len(chunk))
            results.update(enumerate(outcome.results, at))
            took(chunk, outcome.seconds)
            done(len(chunk))
        return [results[number] for number in range(len(items))]

    def _connected(self) -> Client:
        if self._client is None:
            try:
                self._client = Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
                self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError, ValueError) as error:
                raise NoCluster(
                    f"The Dask scheduler {self.address} does not answer or has no workers ({error}). Start it with "
                    "`dask scheduler`, its workers with `dask worker --no-nanny`, or unset NEWSLAKE_DASK."
                ) from error
        return self._client

    def _next(self, waiting: as_completed, client: Client) -> Future:
        """The next chunk that is done; raises NoCluster when nobody has been there to do one for a while."""
        looked_at = seen_at = time.monotonic()
        while not waiting.has_ready():
            if self._is_stopped.is_set():
                raise Stopped
            time.sleep(0.02)
            now = time.monotonic()
            if now - looked_at > LOOK_SECONDS:
                looked_at = now
                seen_at = now if client.scheduler_info()["workers"] else seen_at
            if now - seen_at > PATIENCE_SECONDS:
                raise NoCluster(f"The Dask scheduler {self.address} has had no workers for {PATIENCE_SECONDS:.0f} s.")
        return waiting.next()


def work(
    function: Callable[[Sequence[Item]], Sequence[Result]],
    items: Sequence[Item],
    limits: Limits,
    model: str,
    version: str,
) -> Timed[Result | Failure]:
    """What a Dask worker does with a chunk: hand it to its own killable processes. Raises UnfitWorker."""
    if multiprocessing.current_process().daemon:
        raise UnfitWorker(
            "A Dask worker under a nanny may not start processes: start it with `dask worker --no-nanny`, or with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=false in its environment."
        )
    here = pipeline_version(model)
    if here != version:
        raise UnfitWorker(
            f"The Dask worker {get_worker().address} has pipeline version {here}, this run has {version}: install the "
            "same Newslake, from the same lock, on both."
        )
    return timed(partial(_processes(limits).map, function), items)


_lock = threading.Lock()
_pools: dict[Limits, Workers] = {}


def _processes(limits: Limits) -> Workers:
    """The processes of this Dask worker, as many as it has threads; they live as long as it does, and so does the
    model that each of them has loaded."""
    with _lock:
        if limits not in _pools:
            _pools[limits] = Workers(get_worker().state.nthreads, limits)
        return _pools[limits]


def _outcome(future: Future, expected: int) -> Timed[Result | Failure]:
    try:
        outcome: Timed[Result | Failure] = future.result()
    except KilledWorker as error:
        # Not the fault of an article: that would have cost a process of the worker, not the worker.
        lost = Failure("worker_died", f"the Dask workers that had it were lost, one after the other: {error}")
        return Timed([lost] * expected, 0.0)
    except CancelledError as error:
        raise NoCluster(
            f"The Dask scheduler was lost ({error}); what is stored stays, run the same again when it is back."
        ) from error
    return outcome
