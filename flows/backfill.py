"""The flow `backfill`: a stretch of days, done again from what is stored or gone back for where it came from."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from pydantic import Field

from flows.artifacts import leave_backfill, leave_walk
from flows.backfill_plan import Choice, Request, Stage
from flows.backfill_request import Days, backfill_run_name
from flows.interrupt import heard_by_the_command
from flows.pool import pool
from flows.progress import progress_on_the_page
from flows.rebuild import Backfill, rebuild, survey
from flows.settings import Settings
from flows.tally import Tally
from flows.walk import Walk, look, walk
from flows.walk_plan import WalkRequest


@flow(name="backfill", flow_run_name=backfill_run_name, validate_parameters=True)
def backfill(
    days: Days,
    source_id: str | None = None,
    stage: Literal["fetch", "clean", "annotate"] = "clean",
    choice: Literal["stale", "missing", "all"] = "stale",
    is_oldest_first: bool = False,
    jobs: Annotated[int | None, Field(ge=1)] = None,
    dry_run: bool = False,
    address: str | None = None,
    urls: list[str] | None = None,
    path: str | None = None,
    lake: str | None = None,
) -> Backfill | Walk:
    """Do stored days again. What is current is left alone, an interrupted run goes on where it stopped.

    Args:
        days: Days of publication.
        source_id: Only this source; by default all.
        stage: fetch: go back for what was missed; clean: texts and annotations anew from the stored pages; annotate:
            the texts stay.
        choice: stale: gaps and what an older version made; missing: gaps alone; all: everything.
        is_oldest_first: Begin with the oldest day.
        jobs: Days that are worked on at a time, and worker processes; by default as NEWSLAKE_WORKERS says.
        dry_run: Only say what would be done.
        address: Of fetch: the feed, sitemap or index of sitemaps to begin at; by default the source's own.
        urls: Of fetch: these pages instead, whatever their dates.
        path: Of fetch: a saved archive or a folder of them (WARC, CC-NEWS) on the worker's machine.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
    """
    settings = Settings.read(lake=lake)
    if stage == "fetch":
        wanted = WalkRequest(
            first=days.first,
            last=days.last,
            source_id=source_id,
            address=address,
            urls=tuple(urls or ()),
            path=path,
            is_only_missing=choice == "missing",
        )
        return _fetch(wanted, settings, jobs, dry_run=dry_run)
    request = Request(
        first=days.first,
        last=days.last,
        stage=Stage(stage),
        choice=Choice(choice),
        source_id=source_id,
        is_oldest_first=is_oldest_first,
    )
    if dry_run:
        done = Backfill(survey(request, settings))
    else:
        with heard_by_the_command(), pool(settings, jobs) as workers, progress_on_the_page():
            done = rebuild(request, settings, workers, plain=False, jobs=jobs or settings.workers)
    leave_backfill(request, done)
    return done


def _fetch(request: WalkRequest, settings: Settings, jobs: int | None, *, dry_run: bool) -> Walk:
    if dry_run:
        found = look(request, settings)
        done = Walk(found, found, Tally())
    else:
        with heard_by_the_command(), pool(settings, jobs) as workers, progress_on_the_page():
            done = walk(request, settings, workers, plain=False)
    leave_walk(request, done)
    return done
