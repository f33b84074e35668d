"""What `newslake status` calls wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.status import Found, LakeState, RunState, ServerState, judge

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERVER = ServerState(url="u", workers_online=1, deployments=(("maintain", NOW + HOUR, False),), runs=())
LAKE = LakeState(
    uri="lake", articles=3, newest_article_at=NOW, last_run_at=NOW, waiting_commits=0, waiting_since=None, feeds=2,
    feeds_due=1, feeds_failing=(), feeds_disabled=(), disk_free_bytes=50, disk_bytes=100,
)  # fmt: skip
WELL = Found(now=NOW, server_url="u", server=SERVER, lake_uri="lake", lake=LAKE)


def run(state: str, *, expected: timedelta = HOUR, deployment: str | None = "maintain") -> RunState:
    """A run that should have begun some time ago, and did if it is not waiting."""
    begun = None if state in ("Scheduled", "Late", "Pending") else NOW - expected
    return RunState(name=f"a {state}", deployment=deployment, state=state, expected_at=NOW - expected, started_at=begun)


def with_runs(*runs: RunState) -> Found:
    return replace(WELL, server=replace(SERVER, runs=runs))


def with_lake(**given: object) -> Found:
    return replace(WELL, lake=replace(LAKE, **given))


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (replace(WELL, server=None), "no Prefect server"),
        (replace(WELL, lake=None), "no lake"),
        (replace(WELL, server=replace(SERVER, workers_online=0)), "no worker"),
        (replace(WELL, server=replace(SERVER, deployments=())), "nothing is deployed"),
        (replace(WELL, server=replace(SERVER, deployments=(("maintain", None, True),))), "paused"),
        (with_runs(run("Failed")), "failed"),
        (with_runs(run("Completed", expected=2 * HOUR), run("Crashed")), "crashed"),
        (with_runs(run("Running", expected=7 * HOUR)), "stuck"),
        (with_runs(run("Late")), "should have begun"),
        (with_lake(waiting_commits=2, waiting_since=NOW - 3 * HOUR), "2 commits wait"),
        (with_lake(disk_free_bytes=1), "free on the disk"),
        (with_lake(feeds_failing=("post",)), "1 feeds fail: post"),
        (with_lake(feeds_disabled=("post",)), "disabled: post"),
    ],
)
def test_each_trouble_is_one_line(found: Found, word: str) -> None:
    (trouble,) = judge(found)
    assert word in trouble


@pytest.mark.parametrize(
    "found",
    [
        WELL,
        with_runs(run("Failed", expected=2 * HOUR), run("Completed")),
        with_runs(run("Failed", deployment=None)),
        with_runs(run("Running")),
        with_runs(run("Late", expected=timedelta(minutes=5))),
        with_lake(waiting_commits=2, waiting_since=NOW - HOUR),
        with_lake(disk_free_bytes=None, disk_bytes=None),
    ],
)
def test_what_passes_by_itself_is_no_trouble(found: Found) -> None:
    """A failure that went well since, a run before somebody's eyes, one that has only just become late."""
    assert judge(found) == ()
