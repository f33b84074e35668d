"""The flow `backfill`: stored pages of a stretch of days, done again by the code of today."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from pydantic import Field

from flows.artifacts import leave_backfill
from flows.backfill_plan import Choice, Request, Stage
from flows.backfill_request import Days, backfill_run_name
from flows.rebuild import Backfill, rebuild, survey
from flows.settings import Settings
from tasks.isolate import Workers


@flow(name="backfill", flow_run_name=backfill_run_name, validate_parameters=True)
def backfill(
    days: Annotated[Days, Field(description="Days of publication")],
    source_id: Annotated[str | None, Field(description="Only this source; by default all")] = None,
    stage: Annotated[
        Literal["clean", "annotate"],
        Field(description="clean: texts and annotations anew from the stored pages; annotate: the texts stay"),
    ] = "clean",
    choice: Annotated[
        Literal["stale", "missing", "all"],
        Field(description="stale: gaps and what an older version made; missing: gaps alone; all: everything"),
    ] = "stale",
    is_oldest_first: Annotated[bool, Field(description="Begin with the oldest day")] = False,
    jobs: Annotated[
        int | None, Field(ge=1, description="Worker processes; by default as NEWSLAKE_WORKERS says")
    ] = None,
    dry_run: Annotated[bool, Field(description="Only say what would be done")] = False,
    lake: Annotated[str | None, Field(description="Where the lake is; by default as NEWSLAKE_LAKE says")] = None,
) -> Backfill:
    """Do stored days again. What is current is left alone, an interrupted run goes on where it stopped."""
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
        with Workers(jobs or settings.workers) as workers:
            done = rebuild(request, settings, workers, plain=False)
    leave_backfill(request, done)
    return done
