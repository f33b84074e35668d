"""Looks at the Prefect server, the lake and its disk for `newslake status`. Changes nothing and judges nothing."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from flows.server import answers
from flows.settings import Settings
from flows.status import Found, LakeState, RunState, ServerState
from storage.feeds import feed_states
from storage.health import arrivals, intake
from storage.lake import Lake, NoLakeError
from storage.readers import connect
from storage.state import COMMITS, TOUCHES, Ledger, instant
from tasks.report.rejected_share import Intake
from tasks.report.silent import silent

POOL = "newslake"
DAY = timedelta(hours=24)
HABIT = timedelta(weeks=8)
USUAL = timedelta(weeks=4)


def look(settings: Settings, url: str) -> Found:
    """All that can be reached."""
    now = datetime.now(UTC)
    server = _server(url, now) if answers(url) else None
    return Found(now=now, server_url=url, server=server, lake_uri=settings.lake, lake=look_at_lake(settings, now))


def _server(url: str, now: datetime) -> ServerState:
    with SyncPrefectClient(url) as client:
        deployments = client.read_deployments()
        names = {each.id: each.name for each in deployments}
        recent = FlowRunFilterExpectedStartTime(after_=now - DAY, before_=now)
        running = FlowRunFilterState(name=FlowRunFilterStateName(any_=["Running", "Cancelling"]))
        runs: dict[object, FlowRun] = {}
        for chosen in (FlowRunFilter(expected_start_time=recent), FlowRunFilter(state=running)):
            found = client.read_flow_runs(flow_run_filter=chosen, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=200)
            runs |= {run.id: run for run in found}
        coming = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(expected_start_time=FlowRunFilterExpectedStartTime(after_=now)),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=200,
        )
        due: dict[object, datetime | None] = {}
        for run in coming:
            due.setdefault(run.deployment_id, run.expected_start_time)
        try:
            workers = client.read_workers_for_work_pool(POOL)
        except ObjectNotFound:
            workers = []
    return ServerState(
        url=url,
        workers_online=sum(1 for worker in workers if str(worker.status).upper().endswith("ONLINE")),
        deployments=tuple(sorted((each.name, due.get(each.id), bool(each.paused)) for each in deployments)),
        runs=tuple(
            RunState(
                name=run.name,
                deployment=names.get(run.deployment_id),
                state=run.state_name or "",
                expected_at=run.expected_start_time,
                started_at=run.start_time,
            )
            for run in runs.values()
        ),
    )


def look_at_lake(settings: Settings, now: datetime) -> LakeState | None:
    """What the lake and its ledger know; None where there is none."""
    try:
        lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    except NoLakeError:
        return None
    with connect(lake) as connection:
        articles, newest = connection.execute("SELECT count(*), max(published_at) FROM articles").fetchall()[0]
        came = arrivals(connection, now, HABIT)
        lately = Intake(*intake(connection, now - DAY, now))
        before = Intake(*intake(connection, now - DAY - USUAL, now - DAY))
        ((last_run,),) = connection.execute("SELECT max(finished_at) FROM runs").fetchall()
    with lake.ledger() as ledger:
        waiting, since = _waiting(ledger)
        feeds = feed_states(ledger).values()
    disk = shutil.disk_usage(settings.lake) if Path(settings.lake).exists() else None
    return LakeState(
        uri=settings.lake,
        articles=articles,
        newest_article_at=newest,
        last_run_at=last_run,
        waiting_commits=waiting,
        waiting_since=since,
        feeds=len(feeds),
        feeds_due=sum(1 for feed in feeds if feed.disabled_at is None and (feed.due_at is None or feed.due_at <= now)),
        feeds_failing=tuple(feed.source_id for feed in feeds if feed.failures and feed.disabled_at is None),
        feeds_disabled=tuple(feed.source_id for feed in feeds if feed.disabled_at is not None),
        feeds_silent=tuple(
            (feed.source_id, max(came[feed.source_id]))
            for feed in feeds
            if feed.disabled_at is None and silent(came.get(feed.source_id, ()), now)
        ),
        lately=lately,
        before=before,
        disk_free_bytes=disk.free if disk else None,
        disk_bytes=disk.total if disk else None,
    )


def _waiting(ledger: Ledger) -> tuple[int, datetime | None]:
    """Commits whose rows are not in the Parquet yet, and when the first of them was made."""
    columns = (sa.func.count(sa.distinct(COMMITS.c.seq)), sa.func.min(COMMITS.c.committed_at))
    query = sa.select(*columns).join(TOUCHES, TOUCHES.c.seq == COMMITS.c.seq).where(TOUCHES.c.applied_at.is_(None))
    with ledger.reading() as connection:
        count, since = connection.execute(query).one()
    return int(count), None if since is None else instant(since)
