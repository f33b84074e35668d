"""What an operator looks at, and what is wrong with it. Pure: `flows.status_looks` does the looking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.report.rejected_share import Intake, has_jumped

LATE = timedelta(minutes=10)
"""A run that should have begun this long ago is late."""
STUCK = timedelta(hours=6)
"""A run that has worked this long is taken for stuck."""
WAITING = timedelta(hours=2)
"""What was promised this long ago should be in the Parquet."""
FAILED = ("Failed", "Crashed", "TimedOut")
FREE_SHARE = 0.05
"""Below this share of the disk it is nearly full."""


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong: what kind of thing, with whom or what, and a line that says what to do."""

    kind: str
    subject: str
    said: str


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
    feeds_silent: tuple[tuple[str, datetime], ...]
    """Feeds that have brought nothing for longer than is their habit, and since when."""
    lately: Intake
    """What runs received and rejected in the last day."""
    before: Intake
    """The same of the four weeks before."""
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


def judge(found: Found) -> tuple[Trouble, ...]:
    """What is wrong, the gravest first."""
    return (*_of_server(found), *judge_lake(found.lake, found.lake_uri, found.now))


def _of_server(found: Found) -> Iterator[Trouble]:
    server, url = found.server, found.server_url
    if server is None:
        yield Trouble("server.away", url, f"no Prefect server answers at {url}: `newslake up` starts one")
        return
    if not server.workers_online:
        remedy = "`newslake up`, or `prefect worker start --pool newslake`"
        yield Trouble("worker.away", "newslake", f"no worker takes runs from the pool: {remedy}")
    if not server.deployments:
        remedy = "`newslake up`, or `prefect --no-prompt deploy --all`"
        yield Trouble("deployments.missing", url, f"nothing is deployed: {remedy}")
    for name, _, is_paused in server.deployments:
        if is_paused:
            yield Trouble("deployment.paused", name, f"{name} is paused: `prefect deployment resume {name}`")
    newest_end = _newest_ends(server.runs)
    for run in server.runs:
        # What failed and has gone well since, and what failed before somebody's eyes, needs nobody any more.
        if run.state in FAILED and run is newest_end.get(run.deployment):
            yield Trouble(
                "run.failed", run.name, f"the run {run.name!r} {run.state.lower()}: its page at {url} says why"
            )
        elif run.state in ("Running", "Cancelling") and run.started_at and found.now - run.started_at > STUCK:
            since = f"{run.started_at:%Y-%m-%d %H:%M}"
            yield Trouble("run.stuck", run.name, f"the run {run.name!r} has worked since {since}: stuck?")
        elif run.state in ("Scheduled", "Late", "Pending") and run.expected_at and found.now - run.expected_at > LATE:
            due = f"{run.expected_at:%Y-%m-%d %H:%M}"
            yield Trouble("run.late", run.name, f"the run {run.name!r} should have begun at {due}")


def _newest_ends(runs: Sequence[RunState]) -> dict[str | None, RunState]:
    """The run of each deployment that ended last."""
    ended = [run for run in runs if run.deployment and run.expected_at and run.state in ("Completed", *FAILED)]
    return {run.deployment: run for run in sorted(ended, key=lambda run: (run.expected_at, run.name))}


def judge_lake(lake: LakeState | None, uri: str, now: datetime) -> Iterator[Trouble]:
    """What is wrong with a lake, its disk and its feeds."""
    if lake is None:
        yield Trouble("lake.missing", uri, f"there is no lake at {uri}: `newslake ingest PATH` makes one")
        return
    if lake.waiting_since is not None and now - lake.waiting_since > WAITING:
        since = f"{lake.waiting_since:%Y-%m-%d %H:%M}"
        yield Trouble("commits.waiting", uri, f"{lake.waiting_commits} commits wait since {since}: run `maintain`")
    if lake.disk_bytes and lake.disk_free_bytes is not None and lake.disk_free_bytes < FREE_SHARE * lake.disk_bytes:
        free = f"{lake.disk_free_bytes / 2**30:.1f} GiB"
        yield Trouble("disk.full", uri, f"only {free} are free on the disk of the lake")
    if lake.feeds_failing:
        names = ", ".join(lake.feeds_failing[:5])
        yield Trouble("feeds.failing", uri, f"{len(lake.feeds_failing)} feeds fail: {names}")
    if lake.feeds_disabled:
        names = ", ".join(lake.feeds_disabled[:5])
        yield Trouble("feeds.disabled", uri, f"{len(lake.feeds_disabled)} feeds are disabled: {names}")
    for source_id, last in lake.feeds_silent:
        said = f"{source_id} has brought nothing since {last:%Y-%m-%d %H:%M}: longer than its habit"
        yield Trouble("source.silent", source_id, said)
    if has_jumped(lake.lately, lake.before):
        shares = f"{lake.lately.share:.0%} of {lake.lately.received} articles, usually {lake.before.share:.0%}"
        yield Trouble("rejections.jumped", uri, f"rejected in the last day: {shares}; `newslake report` says why")
