"""Outages of a real installation: workers away for hours, a server that stops in the middle of a run, runs that are
cancelled or killed. Server and workers are processes of their own; nothing here waits for hours: runs are scheduled
in the past instead.

Takes a few minutes of a machine of two cores, so `make test-operation` runs it and not the suite.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import webserver as web
from lakes import article, put
from sqlalchemy.exc import OperationalError
from test_operation import ROOT, articles, free_port, until

from flows.settings import environment_of_parts
from flows.status_looks import POOL
from flows.up import _make_pool_and_automations as make_pool_and_automations
from storage.feeds import feed_states, save_feed_states
from storage.lake import Lake, NoLakeError
from storage.operations import FeedState
from storage.state import HEADS
from tasks.maintain import verify
from tasks.receive import BATCH_ARTICLES

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
TEXT = "“We will rebuild the {0},” said Mayor Ann Lee on Monday. She said 12 people had asked for the {0} to be kept."
HOUSES = 8 * BATCH_ARTICLES - 60
"""Eight batches, so that a run that has stored the first is not at its end before it hears that it is to stop."""
PARAGRAPH = "The harbour of Port Ellery stays closed until the dredger has finished its work in the fairway. " * 8

pytestmark = [pytest.mark.operation, pytest.mark.timeout(900)]


@dataclass
class Parts:
    """A Prefect server and its workers, started and stopped one by one."""

    folder: Path
    url: str
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    def start_server(self) -> None:
        from flows.server import answers

        self.start("server", "server", "start", "--host", "127.0.0.1", "--port", self.url.split(":")[2].split("/")[0])
        until(lambda: answers(self.url), seconds=300)

    def start_worker(self, name: str, *, limit: int = 2) -> None:
        self.start(name, "worker", "start", "--pool", POOL, "--name", name, "--limit", str(limit))

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")


@pytest.fixture(scope="module")
def webhook() -> Iterator[web.WebServer]:
    """Feeds, and the address that alerts call."""
    with web.WebServer() as server:
        yield server


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, webhook: web.WebServer) -> Iterator[Parts]:
    """A server with all deployments and automations, and no worker yet."""
    import asyncio

    from prefect.settings import PREFECT_API_URL, temporary_settings

    folder = tmp_path_factory.mktemp("outage")
    url = f"http://127.0.0.1:{free_port()}/api"
    ours = {
        "PREFECT_HOME": str(folder / "prefect"),
        "NEWSLAKE_WORKERS": "1",
        "NEWSLAKE_SOURCES": str(folder / "sources.toml"),
        "NEWSLAKE_ALLOW_NETWORKS": "127.0.0.0/8",
        "PYTHONPATH": str(ROOT),
    }
    environment = environment_of_parts(url, str(folder / "news")) | ours
    parts = Parts(folder, url, environment)
    parts.start_server()
    try:
        with temporary_settings({PREFECT_API_URL: url}):
            asyncio.run(make_pool_and_automations(ROOT, webhook.url("/alert")))
        without_home = {name: value for name, value in environment.items() if name != "NEWSLAKE_HOME"}
        deploy = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
        subprocess.run(deploy, cwd=ROOT, env=without_home, check=True, capture_output=True)
        yield parts
    finally:
        for name in reversed(list(parts.running)):
            parts.stop(name)


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    folder = tmp_path / "post"
    folder.mkdir()
    for number in range(HOUSES):
        text = f"date 2024-05-06 House {number}\n\n{TEXT.format(f'house number {number}')}\n"
        (folder / f"house-{number}.txt").write_text(text, "utf-8")
    return folder


class Runs:
    """Runs of the deployments on the server."""

    def __init__(self, parts: Parts) -> None:
        from prefect.client.orchestration import SyncPrefectClient

        self.client = SyncPrefectClient(parts.url)
        self.deployments = {each.name: each.id for each in self.client.read_deployments()}

    def begin(self, deployment: str, at: datetime | None = None, **parameters: object) -> Any:
        from prefect.states import Scheduled

        state = Scheduled(scheduled_time=at) if at else None
        return self.client.create_flow_run_from_deployment(
            self.deployments[deployment], parameters=parameters, state=state
        ).id

    def state(self, run: Any) -> str:
        return str(self.client.read_flow_run(run).state_name)

    def end(self, run: Any, *, seconds: float = 240) -> str:
        until(lambda: self.client.read_flow_run(run).state.is_final(), seconds=seconds)
        return self.state(run)


@pytest.fixture(scope="module")
def runs(parts: Parts) -> Runs:
    return Runs(parts)


def known_articles(lake: Path) -> int:
    """Articles that are committed. Those of an archive are in the parts, where readers find them, at its end."""
    try:
        with Lake.open(lake, create=False).ledger() as ledger, ledger.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(HEADS)).scalar_one()
    except (NoLakeError, OperationalError):  # the lake, or its ledger, is being made
        return 0


def faults(lake: Path) -> list[object]:
    """What `maintain` finds: it writes what was committed and waits, then reads everything back."""
    opened = Lake.open(lake, create=False)
    with opened.ledger() as ledger:
        return list(verify.fn(opened, ledger, datetime.now(UTC)).faults)


def process_of_run(worker: subprocess.Popen[bytes]) -> int:
    """The process that a worker has started for a run."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(worker.pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[0])


def test_three_hours_without_a_worker_cost_one_poll_and_a_silent_source_is_told_to_the_webhook(
    parts: Parts, runs: Runs, webhook: web.WebServer
) -> None:
    """Twelve ticks were missed: the feed that was due is asked once, and nothing that it has is lost."""
    items = "".join(
        f"<item><title>{name}</title><link>/{name}</link><pubDate>{NOW - HOUR:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{f'&lt;p&gt;{PARAGRAPH}{name}.&lt;/p&gt;' * 2}</description></item>"
        for name in ("one", "two")
    )
    told: list[str] = []

    async def alert(exchange: web.Exchange) -> None:
        length = int(exchange.headers["content-length"])
        told.append(json.loads(await exchange.reader.readexactly(length))["text"])
        await exchange.answer(b"ok")

    webhook.handlers |= {
        "/alert": alert,
        "/feed": web.fixed(f"<rss version='2.0'><channel><title>G</title>{items}</channel></rss>".encode()),
    }
    urls = {"gazette": webhook.url("/feed"), "quiet <b>": webhook.url("/quiet")}
    (parts.folder / "sources.toml").write_text(f'[[source]]\nid = "gazette"\naddress = "{urls["gazette"]}"\n', "utf-8")
    lake = Lake.open(parts.folder / "news")
    for number in range(20):
        at = NOW - (number + 60) * HOUR
        put(lake, article(f"quiet {number}", f"{number} came .", published_at=at, fetched_at=at, source_id="quiet <b>"),
            now=at)  # fmt: skip
    with lake.ledger() as ledger:
        due = [
            FeedState(source_id=name, url=url, due_at=NOW + (-3 if name == "gazette" else 9) * HOUR)
            for name, url in urls.items()
        ]
        save_feed_states(ledger, due)
    missed = [runs.begin("ingest-feeds", NOW - 3 * HOUR + number * HOUR / 4) for number in range(12)]
    until(lambda: runs.state(missed[0]) == "Late", seconds=60)

    parts.start_worker("first")
    states = [runs.end(run) for run in missed]
    assert set(states) == {"Completed", "Cancelled"}
    assert len(webhook.asked("/feed")) == 1
    assert known_articles(parts.folder / "news") == 22
    with lake.ledger() as ledger:
        assert feed_states(ledger)["gazette"].due_at > NOW
    until(lambda: told, seconds=60)
    assert [text for text in told if text.startswith("quiet <b> has brought nothing since")]
    assert len(set(told)) == len(told), "once a day, not at every tick"


def test_a_run_goes_on_while_the_server_is_away_and_is_completed_when_it_is_back(
    parts: Parts, runs: Runs, houses: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    run = runs.begin("ingest-path", address=str(houses), lake=str(lake))
    until(lambda: known_articles(lake) >= BATCH_ARTICLES)
    parts.stop("server")
    until(lambda: known_articles(lake) == HOUSES)
    parts.start_server()
    assert runs.end(run) == "Completed"
    assert faults(lake) == []
    assert parts.running["first"].poll() is None, "the worker waited"


def test_a_cancelled_run_leaves_a_sound_lake_and_the_next_one_does_the_rest(
    parts: Parts, runs: Runs, houses: Path, tmp_path: Path
) -> None:
    from prefect.states import Cancelling

    lake = tmp_path / "lake"
    run = runs.begin("ingest-path", address=str(houses), lake=str(lake))
    until(lambda: known_articles(lake) >= BATCH_ARTICLES)
    runs.client.set_flow_run_state(run, Cancelling())
    assert runs.end(run) == "Cancelled"
    assert faults(lake) == []
    assert BATCH_ARTICLES <= articles(lake) < HOUSES
    assert runs.end(runs.begin("ingest-path", address=str(houses), lake=str(lake))) == "Completed"
    assert articles(lake) == HOUSES


def test_a_killed_run_is_crashed_and_its_batch_is_taken_up_by_another_worker(
    parts: Parts, runs: Runs, houses: Path, tmp_path: Path
) -> None:
    """Two workers share the pool; the process of the run is killed as the system does that is out of memory."""
    parts.start_worker("second")
    lake = tmp_path / "lake"
    run = runs.begin("ingest-path", address=str(houses), lake=str(lake))
    until(lambda: known_articles(lake) >= BATCH_ARTICLES)
    taker = next(name for name in ("first", "second") if str(run) in parts.said(name))
    os.kill(process_of_run(parts.running[taker]), signal.SIGKILL)
    assert runs.end(run) == "Crashed"
    assert faults(lake) == []
    parts.stop(taker)
    again = runs.begin("ingest-path", address=str(houses), lake=str(lake))
    assert runs.end(again) == "Completed"
    other = "second" if taker == "first" else "first"
    assert str(again) in parts.said(other)
    assert articles(lake) == HOUSES
    assert faults(lake) == []
