"""What an operator looks at, and what is wrong with it. Pure: `flows.status_looks` does the looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(minutes=10)
"""A run that should have begun this long ago is late."""
STUCK = timedelta(hours=6)
"""A run that has worked this long is taken for stuck."""
WAITING = timedelta(hours=2)
"""What was promised this long ago should be in the Parquet."""
FAILED = ("Failed", "Crashed", "TimedOut")
FREE_SHARE = 0.05
"""Below this share of the disk it is nearly full."""


@dataclass(frozen=True, kw_only=True)
class RunState:
    """A run as the Prefect server knows it."""

    name: str
    deployment: str | None
    state: str
    """Scheduled, Late, Pending, Running, Completed, Failed, Crashed, Cancelled, ..."""
    expected_at: datetime | None
    started_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ServerState:
    """What the Prefect server knows: workers that report, deployments with their next run, runs of the last day."""

    url: str
    workers_online: int
    deployments: tuple[tuple[str, datetime | None, bool], ...]
    """Name, when it runs next, whether it is paused."""
    runs: tuple[RunState, ...]


@dataclass(frozen=True, kw_only=True)
class LakeState:
    """What the lake and its ledger know."""

    uri: str
    articles: int
    newest_article_at: datetime | None
    last_run_at: datetime | None
    waiting_commits: int
    waiting_since: datetime | None
    feeds: int
    feeds_due: int
    feeds_failing: tuple[str, ...]
    feeds_disabled: tuple[str, ...]
    disk_free_bytes: int | None
    """None where the lake is not on a disk of this machine."""
    disk_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """All that was looked at; a part is None where it cannot be reached."""

    now: datetime
    server_url: str
    server: ServerState | None
    lake_uri: str
    lake: LakeState | None


def judge(found: Found) -> tuple[str, ...]:
    """What is wrong, the gravest first, each in a line that says what to do."""
    return (*_of_server(found), *_of_lake(found))


def _of_server(found: Found) -> tuple[str, ...]:
    server = found.server
    if server is None:
        return (f"no Prefect server answers at {found.server_url}: `newslake up` starts one",)
    troubles = []
    if not server.workers_online:
        troubles.append("no worker takes runs from the pool: `newslake up`, or `prefect worker start --pool newslake`")
    if not server.deployments:
        troubles.append("nothing is deployed: `newslake up`, or `prefect --no-prompt deploy --all`")
    troubles += [
        f"{name} is paused: `prefect deployment resume {name}`" for name, _, paused in server.deployments if paused
    ]
    newest_end = _newest_ends(server.runs)
    for run in server.runs:
        # What failed and has gone well since, and what failed before somebody's eyes, needs nobody any more.
        if run.state in FAILED and run is newest_end.get(run.deployment):
            troubles.append(f"the run {run.name!r} {run.state.lower()}: its page at {found.server_url} says why")
        elif run.state in ("Running", "Cancelling") and run.started_at and found.now - run.started_at > STUCK:
            troubles.append(f"the run {run.name!r} has worked since {run.started_at:%Y-%m-%d %H:%M}: stuck?")
        elif run.state in ("Scheduled", "Late", "Pending") and run.expected_at and found.now - run.expected_at > LATE:
            troubles.append(f"the run {run.name!r} should have begun at {run.expected_at:%Y-%m-%d %H:%M}")
    return tuple(troubles)


def _newest_ends(runs: Sequence[RunState]) -> dict[str | None, RunState]:
    """The run of each deployment that ended last."""
    ended = [run for run in runs if run.deployment and run.expected_at and run.state in ("Completed", *FAILED)]
    return {run.deployment: run for run in sorted(ended, key=lambda run: (run.expected_at, run.name))}


def _of_lake(found: Found) -> tuple[str, ...]:
    lake = found.lake
    if lake is None:
        return (f"there is no lake at {found.lake_uri}: `newslake ingest PATH` makes one",)
    troubles = []
    if lake.waiting_since is not None and found.now - lake.waiting_since > WAITING:
        troubles.append(
            f"{lake.waiting_commits} commits wait since {lake.waiting_since:%Y-%m-%d %H:%M}: run `maintain`"
        )
    if lake.disk_bytes and lake.disk_free_bytes is not None and lake.disk_free_bytes < FREE_SHARE * lake.disk_bytes:
        troubles.append(f"only {lake.disk_free_bytes / 2**30:.1f} GiB are free on the disk of the lake")
    if lake.feeds_failing:
        troubles.append(f"{len(lake.feeds_failing)} feeds fail: {', '.join(lake.feeds_failing[:5])}")
    if lake.feeds_disabled:
        troubles.append(f"{len(lake.feeds_disabled)} feeds are disabled: {', '.join(lake.feeds_disabled[:5])}")
    return tuple(troubles)
