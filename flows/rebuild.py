"""A backfill at work: surveys the days, then does the chosen pages again, batch by batch. Decides nothing about pages.

Nothing is remembered besides the ledger, which knows the outcome of every page by pipeline version: a backfill that
was interrupted goes on where it stopped when it is asked for again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from threading import Event

import duckdb

from flows.backfill_plan import DayPlan, Request, Stage, chosen, days, pace, plan_day
from flows.pipeline import Stages, finish, record_run, run_context
from flows.settings import Settings
from flows.tally import Tally
from storage.lake import Lake
from storage.project import project
from storage.readers import connect, last_runs
from storage.state import Ledger
from storage.stored import Item, items_of
from tasks.clean import clean
from tasks.context import RunContext, listener
from tasks.isolate import Pool
from tasks.reread import reread_articles, reread_pages
from tasks.version import halves, pipeline_version

STAGES = ("reread", "clean", "annotate", "deduplicate", "store")


@dataclass
class Backfill:
    """What a backfill has come to so far: the plan, and a tally for each day that it has begun."""

    plan: tuple[DayPlan, ...]
    tallies: dict[date, Tally] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        """All days together."""
        total = Tally(seconds=dict.fromkeys(STAGES, 0.0))
        for tally in self.tallies.values():
            total.include(tally)
        return total


def survey(request: Request, settings: Settings) -> tuple[DayPlan, ...]:
    """What a backfill would do, without doing it. Raises NoLakeError where there is no lake."""
    lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with lake.ledger() as ledger, connect(lake) as connection:
        return _survey(request, settings, connection, ledger)


def _survey(
    request: Request, settings: Settings, connection: duckdb.DuckDBPyConnection, ledger: Ledger
) -> tuple[DayPlan, ...]:
    version = pipeline_version(settings.model)
    seconds = pace(last_runs(connection), request.stage)
    return tuple(
        entry
        for day in days(request)
        for entry in plan_day(day, items_of(connection, ledger, day), request, version, seconds)
    )


def rebuild(
    request: Request, settings: Settings, workers: Pool, *, plain: bool, jobs: int = 1, now: datetime | None = None
) -> Backfill:
    """Do the chosen pages of the days again, `jobs` days at a time in the order of the request.

    A second time changes no byte. Raises NoLakeError where there is no lake. What ends one day ends all, at once
    but for a batch that is being stored: what is committed stays.
    """
    started = now or datetime.now(UTC)
    lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with lake.ledger() as ledger, connect(lake) as connection:
        # What still waits would look like a gap.
        project(lake, ledger, now=started)
        backfill = Backfill(_survey(request, settings, connection, ledger))
        context = run_context(settings, lake, ledger, workers, started)
        listener("backfill", sum(entry.chosen for entry in backfill.plan))
        is_ended = Event()
        with ThreadPoolExecutor(jobs, thread_name_prefix="day") as threads:
            running: set[Future[None]] = set()
            try:
                for day in dict.fromkeys(entry.day for entry in backfill.plan if entry.chosen):
                    if len(running) == jobs:
                        running = _some_ended(running)
                    items = chosen(items_of(connection, ledger, day), request, context.pipeline_version)
                    tally = backfill.tallies[day] = Tally(seconds=dict.fromkeys(STAGES, 0.0))
                    work = Day(day, items, request.stage, Stages(tally, plain=plain, label=day.isoformat()), tally)
                    running.add(threads.submit(copy_context().run, work.do, context, is_ended))
                while running:
                    running = _some_ended(running)
            except BaseException:
                is_ended.set()
                workers.stop()
                raise
        record_run(backfill.total, context, flow="backfill")
    return backfill


def _some_ended(running: set[Future[None]]) -> set[Future[None]]:
    """Wait until at least one day has ended, and raise what ended it if that was an error; those that go on."""
    ended, going_on = wait(running, return_when=FIRST_COMPLETED)
    for each in ended:
        each.result()
    return going_on


@dataclass(frozen=True)
class Day:
    """The chosen pages of one day, to be done again from a stage on."""

    day: date
    items: Sequence[Item]
    stage: Stage
    run: Stages
    tally: Tally

    def do(self, context: RunContext, is_ended: Event) -> None:
        """Batch by batch, until all are done or the backfill has ended."""
        again = _clean_again if self.stage is Stage.CLEAN else _annotate_again
        done = listener("backfill", 0)
        for group, version in _by_version(self.items, self.stage, context.pipeline_version):
            left: Sequence[Item] = group
            while left and not is_ended.is_set():
                before = len(left)
                left = again(left, self.run, self.tally, dataclasses.replace(context, pipeline_version=version))
                done(before - len(left))


def _by_version(items: Sequence[Item], stage: Stage, version: str) -> list[tuple[list[Item], str]]:
    """Items with the version that their rows will carry: a text that stays keeps the half that made it."""
    if stage is Stage.CLEAN:
        return [(list(items), version)]

    def text_half(item: Item) -> str:
        return halves(item.article_version or version)[0]

    groups = groupby(sorted(items, key=text_half), key=text_half)
    return [(list(group), f"{text}-{halves(version)[1]}") for text, group in groups]


def _clean_again(items: Sequence[Item], run: Stages, tally: Tally, context: RunContext) -> Sequence[Item]:
    fetched, left = run(reread_pages, None, items, context)
    tally.take(fetched)
    finish(run(clean, len(fetched.pages), fetched, context), run, tally, context)
    return left


def _annotate_again(items: Sequence[Item], run: Stages, tally: Tally, context: RunContext) -> Sequence[Item]:
    texts, left = run(reread_articles, None, items, context)
    still = {item.raw_id for item in left}
    tally.receive(item.source_id for item in items if item.raw_id not in still)
    finish(texts, run, tally, context)
    return left
