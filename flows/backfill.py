"""The flow `backfill`: stored pages of a stretch of days, done again by the code of today."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from pydantic import Field

from flows.artifacts import leave_backfill
from flows.backfill_plan import Choice, Request, Stage
from flows.backfill_request import Days, backfill_run_name
from flows.pool import pool
from flows.progress import progress_on_the_page
from flows.rebuild import Backfill, rebuild, survey
from flows.settings import Settings


@flow(name="backfill", flow_run_name=backfill_run_name, validate_parameters=True)
def backfill(
    days: Days,
    source_id: str | None = None,
    stage: Literal["clean", "annotate"] = "clean",
    choice: Literal["stale", "missing", "all"] = "stale",
    is_oldest_first: bool = False,
    jobs: Annotated[int | None, Field(ge=1)] = None,
    dry_run: bool = False,
    lake: str | None = None,
) -> Backfill:
    """Do stored days again. What is current is left alone, an interrupted run goes on where it stopped.

    Args:
        days: Days of publication.
        source_id: Only this source; by default all.
        stage: clean: texts and annotations anew from the stored pages; annotate: the texts stay.
        choice: stale: gaps and what an older version made; missing: gaps alone; all: everything.
        is_oldest_first: Begin with the oldest day.
        jobs: Days that are worked on at a time, and worker processes; by default as NEWSLAKE_WORKERS says.
        dry_run: Only say what would be done.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
    """
    settings = Settings.read(lake=lake)
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
        with pool(settings, jobs) as workers, progress_on_the_page():
            done = rebuild(request, settings, workers, plain=False, jobs=jobs or settings.workers)
    leave_backfill(request, done)
    return done
