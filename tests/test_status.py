"""What `newslake status` calls wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.status import Found, LakeState, RunState, ServerState, judge
from tasks.report.rejected_share import Intake, has_jumped
from tasks.report.silent import silent

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERVER = ServerState(url="u", workers_online=1, deployments=(("maintain", NOW + HOUR, False),), runs=())
LAKE = LakeState(
    uri="lake", articles=3, newest_article_at=NOW, last_run_at=NOW, waiting_commits=0, waiting_since=None, feeds=2,
    feeds_due=1, feeds_failing=(), feeds_disabled=(), feeds_silent=(), lately=Intake(30, 3), before=Intake(900, 90),
    disk_free_bytes=50, disk_bytes=100,
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
        (with_lake(feeds_silent=(("post", NOW - 50 * HOUR),)), "post has brought nothing since 2025-12-31 10:00"),
        (with_lake(lately=Intake(30, 10)), "33% of 30 articles, usually 10%"),
    ],
)
def test_each_trouble_is_one_line(found: Found, word: str) -> None:
    (trouble,) = judge(found)
    assert word in trouble.said


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


def every(hours: int, times: int, *, but: tuple[int, ...] = ()) -> list[datetime]:
    """Arrivals up to an hour ago, without some of the last ones."""
    return [NOW - HOUR - number * hours * HOUR for number in range(times) if number not in but]


@pytest.mark.parametrize(
    ("arrivals", "is_silent"),
    [
        (every(1, 40), False),
        (every(1, 40, but=(0, 1, 2, 3, 4, 5)), True),
        (every(24, 40, but=(0,)), False),
        (every(24, 40, but=(0, 1)), True),
        (every(24, 40, but=(0, 1, 2, 7, 8, 14, 15)), False),
        (every(24, 40, but=(0, 1, 20, 21, 22, 23, 24)), True),
        (every(1, 9, but=()), False),
        ([], False),
    ],
    ids=[
        "hourly",
        "hourly, seven hours late",
        "daily",
        "daily, two days late",
        "weekends",
        "one outage",
        "young",
        "none",
    ],
)
def test_a_source_is_silent_when_it_pauses_for_longer_than_its_habit(arrivals: list[datetime], is_silent: bool) -> None:
    assert silent(arrivals, NOW) is is_silent


@pytest.mark.parametrize(
    ("lately", "before", "is_more"),
    [
        (Intake(100, 10), Intake(1000, 80), False),
        (Intake(100, 30), Intake(1000, 80), True),
        (Intake(19, 19), Intake(1000, 80), False),
        (Intake(100, 40), Intake(50, 0), False),
        (Intake(100, 60), Intake(0, 0), True),
    ],
    ids=["usual", "jumped", "too few", "young", "young, most of it"],
)
def test_rejections_jump_against_their_usual_share(lately: Intake, before: Intake, is_more: bool) -> None:
    assert has_jumped(lately, before) is is_more
