"""The stages of `ingest` in their order. Decides nothing about articles."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from prefect import Task, get_run_logger
from prefect.utilities.annotations import quote

from flows import __version__
from flows.overlap import overlapped
from flows.settings import Settings
from flows.stopwatch import Stopwatch
from flows.tally import Tally
from storage.batch import Batch, Change, Stored
from storage.boilerplate import repeated_paragraphs
from storage.commit import store as store_batch
from storage.due import Deferral
from storage.lake import Lake
from storage.operations import Run, Source, StageTime
from storage.project import project
from storage.state import Ledger
from tasks.annotate import annotate
from tasks.batches import Annotated, Cleaned, Fetched
from tasks.clean import clean
from tasks.context import RunContext
from tasks.deduplicate import deduplicate
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.received import Received
from tasks.fetch import due_sources, fetch_feeds, fetch_path, settle
from tasks.isolate import Pool
from tasks.receive import receive
from tasks.store import store
from tasks.version import pipeline_version

HOURLY = Deferral()
"""Of a schedule: fresh dates are written by every run, old ones with full parts together once an hour."""
AT_THE_END = Deferral(cheap_bytes=0)
"""Of an archive, which has little but old dates."""


class Stages:
    """Runs a stage, through Prefect or plainly, and takes its time. The only difference `--plain` makes."""

    def __init__(self, tally: Tally, *, plain: bool, label: str = "") -> None:
        self.watch = Stopwatch(tally.seconds)
        self._plain = plain
        self._label = label

    def __call__(self, stage: Task[..., Any], size: int | None, *given: object) -> Any:
        """Run one stage over one batch; under Prefect the task run is named `annotate 2021-07-18 [128]`: the stage, the
        day or source, and the size of the batch."""
        with self.watch.over(stage.name):
            if self._plain:
                return stage.fn(*given)
            started = time.perf_counter()
            name = " ".join(filter(None, (stage.name, self._label, "" if size is None else f"[{size}]")))
            # quote: Prefect would otherwise walk through every record of the batch.
            result = stage.with_options(task_run_name=name)(*map(quote, given))
            get_run_logger().info("%s: %.1f s", name, time.perf_counter() - started)
            return result


def ingest_source(
    source: Source, settings: Settings, workers: Pool, *, plain: bool, now: datetime | None = None
) -> Tally:
    """Read a path to its end. Old dates are written together when it is reached."""
    started = now or datetime.now(UTC)
    return ingest_readings(
        lambda _: fetch_path(source, started), source.source_id, settings, workers, plain=plain, started=started
    )


def ingest_feeds(
    sources: Sequence[Source],
    settings: Settings,
    workers: Pool,
    *,
    plain: bool,
    only_due: bool = True,
    now: datetime | None = None,
) -> Tally:
    """Poll feeds, those that are due or all that are given, and fetch what is new in them."""
    started = now or datetime.now(UTC)

    def readings(context: RunContext) -> Iterator[Received]:
        waiting = due_sources(sources, context.ledger, context.now, only_due=only_due)
        return fetch_feeds(waiting, context.ledger, settings.manners(), __version__, context.run_id)

    return ingest_readings(readings, "feeds", settings, workers, plain=plain, started=started, deferral=HOURLY)


def ingest_readings(
    readings_of: Callable[[RunContext], Iterator[Received]],
    source_id: str,
    settings: Settings,
    workers: Pool,
    *,
    plain: bool,
    started: datetime,
    flow: str = "ingest",
    deferral: Deferral = AT_THE_END,
) -> Tally:
    """Fetch → clean → annotate → deduplicate → store, until there is nothing more to read.

    Batches overlap; they are stored one after the other, in the order in which they were read.
    """
    tally = Tally()
    run = Stages(tally, plain=plain, label=source_id)
    lake = Lake.open(settings.lake, ledger_url=settings.ledger)
    with lake.ledger() as ledger:
        context = run_context(settings, lake, ledger, workers, started, deferral=deferral)
        readings = readings_of(context)
        batches = _batches(lambda: run(receive, None, readings, source_id, context))
        work = overlapped(batches, lambda fetched: _worked(fetched, run, context), give_up=workers.stop)
        with closing(work) as worked:
            for fetched, annotated in worked:
                tally.take(fetched)
                if annotated:
                    keep(annotated, run, tally, context)
                if fetched.polled:
                    tally.add(_settle(fetched.polled, context))
        if deferral is AT_THE_END:
            _write_old_dates(run, tally, context)
        record_run(tally, context, flow=flow)
    return tally


def _batches(receive_next: Callable[[], Fetched]) -> Iterator[Fetched]:
    is_last = False
    while not is_last:
        fetched = receive_next()
        is_last = fetched.is_last
        yield fetched


def _worked(fetched: Fetched, run: Stages, context: RunContext) -> Annotated | None:
    """The stages that need no look at the lake: clean → annotate. None where there is nothing to do."""
    if not fetched.pages and not fetched.rejections:
        return None
    cleaned: Cleaned = run(clean, len(fetched.pages), fetched, context)
    annotated: Annotated = run(annotate, len(cleaned.articles), cleaned, context)
    return annotated


def run_context(
    settings: Settings,
    lake: Lake,
    ledger: Ledger,
    workers: Pool,
    now: datetime,
    *,
    deferral: Deferral | None = None,
) -> RunContext:
    """What the stages of a new run share."""
    return RunContext(
        run_id=uuid.uuid4().hex,
        now=now,
        lake=lake,
        ledger=ledger,
        model=settings.model,
        pipeline_version=pipeline_version(settings.model),
        workers=workers,
        repeated=repeated_paragraphs(ledger, now),
        deferral=deferral,
    )


def finish(cleaned: Cleaned, run: Stages, tally: Tally, context: RunContext) -> None:
    """The stages from a text on: annotate → deduplicate → store."""
    keep(run(annotate, len(cleaned.articles), cleaned, context), run, tally, context)


def keep(annotated: Annotated, run: Stages, tally: Tally, context: RunContext) -> None:
    """The stages that look at the lake and change it, one batch after the other: deduplicate → store."""
    tally.note(annotated.slow)
    with context.turn:
        unique = run(deduplicate, len(annotated.articles), annotated, context)
        stored = run(store, len(unique.articles), unique, context)
    tally.add(stored, unique.rejections, unique.articles)


def _settle(polled: tuple[Polled, ...], context: RunContext) -> Stored:
    """Keep the record of what was asked, then remember it; only now, when all that came of it is in the lake."""
    batch = Batch(
        run_id=context.run_id,
        pipeline_version=context.pipeline_version,
        now=context.now,
        pages=tuple(document for one in polled for document in one.documents),
        fetches=tuple(fetch for one in polled for fetch in one.fetches),
        feed_gaps=tuple(gap for one in polled for gap in one.gaps),
    )
    stored = store_batch(context.lake, context.ledger, batch, deferral=context.deferral)
    settle(polled, context.ledger, context.now)
    return stored


def _write_old_dates(run: Stages, tally: Tally, context: RunContext) -> None:
    """Write what waits, whatever run it is of; much of it at once, so that the memory of the workers is wanted."""
    context.workers.rest()
    with run.watch.over("store"):
        written, _ = project(context.lake, context.ledger, now=context.now)
    tally.wrote(written)


def record_run(tally: Tally, context: RunContext, *, flow: str) -> None:
    """Leave a row in `runs`, if the run changed the lake: a run that brings nothing new writes no byte."""
    row = Run(
        run_id=context.run_id,
        flow=flow,
        started_at=context.now,
        finished_at=datetime.now(UTC),
        received=tally.received,
        kept=tally.kept,
        rejected=tally.rejected.total(),
        new=tally.changes[Change.NEW],
        revised=tally.changes[Change.REVISED],
        unchanged=tally.kept - tally.changes[Change.NEW] - tally.changes[Change.REVISED],
        stages=tuple(StageTime(stage=stage, seconds=seconds) for stage, seconds in tally.seconds.items()),
        code_version=__version__,
    )
    batch = Batch(run_id=context.run_id, pipeline_version=context.pipeline_version, now=context.now, runs=(row,))
    tally.wrote(store_batch(context.lake, context.ledger, batch, deferral=context.deferral).written)
