"""Many sources asked side by side in a thread of their own, while the stages behind take what is ready.

The thread is needed because deadlines run on: a batch that is annotated for a minute must not cost a server's answer.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from storage.operations import FeedState, Source
from storage.state import Ledger
from tasks.extract.history.wanted import Wanted
from tasks.extract.http.public_address import Guard
from tasks.extract.refusal import Refusal
from tasks.extract.sources.received import Received
from tasks.network.articles import Articles
from tasks.network.fetcher import Fetcher
from tasks.network.history import History
from tasks.network.poll import Poller
from tasks.network.reader import Reader
from tasks.network.site import MIN_GAP, Sites

AGENT = "Newslake"
SOURCES_AT_ONCE = 100
THREADS = 64
READY = 64  # results that may wait for the stages behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we appear to others: where to complain, what may be dialled, what is honoured, how long we pause."""

    contact: str | None = None
    guard: Guard = Guard()
    honours_reservations: bool = True
    gap: timedelta = MIN_GAP

    def user_agent(self, version: str) -> str:
        """Name, version and a way to reach a person."""
        return f"{AGENT}/{version} ({f'+{self.contact}' if self.contact else 'no contact given'})"


Job = Callable[[Articles], AsyncIterator[Received]]


def polled_live(
    waiting: Sequence[tuple[Source, FeedState]], ledger: Ledger, manners: Manners, version: str, run_id: str
) -> Iterator[Received]:
    """Poll the feeds; results come as they are ready. Closing the iterator ends all requests."""

    def job(source: Source, state: FeedState) -> Job:
        return lambda articles: Poller(articles).poll(source, state)

    jobs = [(source, job(source, state)) for source, state in waiting]
    yield from _live(jobs, _Run(ledger, manners, version, run_id))


def walked_live(
    wanted: Sequence[Wanted], ledger: Ledger, manners: Manners, version: str, run_id: str
) -> Iterator[Received]:
    """Walk back through what sources published; results come as they are ready. Closing it ends all requests."""

    def job(one: Wanted) -> Job:
        return lambda articles: History(articles).walk(one)

    yield from _live([(one.source, job(one)) for one in wanted], _Run(ledger, manners, version, run_id))


def _live(jobs: Sequence[tuple[Source, Job]], run: _Run) -> Iterator[Received]:
    network = _Network(jobs, run)
    thread = threading.Thread(target=network.work, name="network", daemon=True)
    thread.start()
    try:
        yield from network.results()
    finally:
        network.stop()
        thread.join()


@dataclass(frozen=True, slots=True)
class _Run:
    """What all jobs of a run share."""

    ledger: Ledger
    manners: Manners
    version: str
    run_id: str


class _Network:
    """The event loop in its thread, and the queue between it and the thread that asked."""

    def __init__(self, jobs: Sequence[tuple[Source, Job]], run: _Run) -> None:
        self._jobs = jobs
        self._run = run
        self._ready: queue.Queue[Received | BaseException | None] = queue.Queue(READY)
        self._loop = asyncio.new_event_loop()
        self._stopped = threading.Event()
        self._reader = Reader()

    def results(self) -> Iterator[Received]:
        """What is ready, until everything is; raises what ended the loop."""
        while (item := self._ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def stop(self) -> None:
        """End all requests at once."""
        self._stopped.set()
        self._reader.stop()
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._cancel)

    def work(self) -> None:
        """Run the loop to its end; the body of the thread."""
        end: BaseException | None = None
        with self._reader, asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._work())
            except asyncio.CancelledError:
                pass
            except BaseException as error:  # noqa: BLE001  raised again in the thread that asked
                end = error
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._ready.put(end, timeout=0.1)
                return

    async def _work(self) -> None:
        manners = self._run.manners
        agent = manners.user_agent(self._run.version)
        # A feed that keeps its reader busy must not keep others from the ledger.
        self._loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="network"))
        async with Fetcher(agent, guard=manners.guard) as fetcher:
            sites = Sites(
                fetcher, self._run.ledger, AGENT, self._run.run_id, lambda: datetime.now(UTC), gap=manners.gap
            )
            articles = Articles(sites, manners.honours_reservations, self._reader)
            at_once = asyncio.Semaphore(SOURCES_AT_ONCE)
            await asyncio.gather(*(self._do(source, job(articles), at_once) for source, job in self._jobs))

    async def _do(self, source: Source, job: AsyncIterator[Received], at_once: asyncio.Semaphore) -> None:
        async with at_once:
            try:
                async for received in job:
                    refusals = tuple(replace(refusal, source_id=source.source_id) for refusal in received.refusals)
                    await self._hand_on(replace(received, refusals=refusals))
            except Exception as error:  # noqa: BLE001  one source must not cost the others
                detail = (
                    f"Asking {source.address} failed: {type(error).__name__}: {error}. It is tried at the next run."
                )
                refusal = Refusal(
                    locator=source.address,
                    reason="poll_failed",
                    detail=detail,
                    is_retryable=True,
                    source_id=source.source_id,
                )
                await self._hand_on(Received(refusals=(refusal,)))

    async def _hand_on(self, received: Received) -> None:
        while True:
            with suppress(queue.Full):
                self._ready.put_nowait(received)
                return
            await asyncio.sleep(0.05)

    def _cancel(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
