"""A whole installation: `newslake up` from another working directory, a run by hand, a run by the clock, the end.

Takes about two minutes of a machine of two cores, so `make test-operation` runs it and not the suite.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.lake import Lake
from storage.readers import connect

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seeds" / "000_06bf22cdd8765a03.txt"

pytestmark = [pytest.mark.operation, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Installation:
    process: subprocess.Popen[str]
    url: str
    lake: Path
    environment: dict[str, str]
    folder: Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(true: Callable[[], object], *, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so after {seconds} s"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("operation")
    port = free_port()
    ours = {
        "PREFECT_HOME": str(folder / "prefect"),
        "NEWSLAKE_WORKERS": "1",
        "PYTHONPATH": str(ROOT),
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
    }
    unwanted = ("PREFECT_API_URL", "NEWSLAKE_HOME", "NEWSLAKE_LAKE")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | ours
    command = [sys.executable, "-c", "from flows.cli import main; main()", "up", "--port", str(port)]
    log = (folder / "log.txt").open("w+")
    process = subprocess.Popen(
        [*command, "--lake", "news"], cwd=folder, env=environment, text=True, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        until(lambda: "Ready." in (folder / "log.txt").read_text() or process.poll() is not None, seconds=300)
        assert process.poll() is None, (folder / "log.txt").read_text()
        url = f"http://127.0.0.1:{port}/api"
        yield Installation(process, url, folder / "news", environment | {"PREFECT_API_URL": url}, folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)
        log.close()


def articles(lake: Path) -> int:
    with connect(Lake.open(lake, create=False)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchall()[0][0])


def test_a_run_by_hand_and_a_run_by_the_clock_reach_the_lake_and_all_stops_at_once(installation: Installation) -> None:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.schedules import IntervalSchedule

    with SyncPrefectClient(installation.url) as client:
        by_name = {each.name: each for each in client.read_deployments()}
        assert {"ingest-feeds", "ingest-path", "backfill", "maintain", "report", "stories"} == by_name.keys()
        for deployment in by_name.values():
            assert str(ROOT) not in repr(deployment.entrypoint)
            assert deployment.description
            assert "newslake" in deployment.tags
            assert str(ROOT) not in repr(deployment.pull_steps), "a worker elsewhere stands at another path"

        by_hand = client.create_flow_run_from_deployment(by_name["ingest-path"].id, parameters={"address": str(SEED)})
        until(lambda: client.read_flow_run(by_hand.id).state.is_final())
        assert client.read_flow_run(by_hand.id).state_name == "Completed"
        assert articles(installation.lake) == 1

        again = {"days": {"first": "2021-07-01", "last": "2021-07-31"}, "choice": "all"}
        backfill = client.create_flow_run_from_deployment(by_name["backfill"].id, parameters=again)
        until(lambda: client.read_flow_run(backfill.id).state.is_final())
        seen_run = client.read_flow_run(backfill.id)
        assert (seen_run.name, seen_run.state_name) == ("backfill clean 2021-07-01 to 2021-07-31", "Completed")
        assert "annotate 2021-07-18 [1]" in {run.name for run in client.read_task_runs()}
        refused = client.create_flow_run_from_deployment(
            by_name["backfill"].id, parameters={"days": {"first": "2021-07-31", "last": "2021-07-01"}}
        )

        soon = IntervalSchedule(interval=timedelta(hours=1), anchor_date=datetime.now(UTC) + timedelta(seconds=10))
        client.create_deployment_schedules(by_name["maintain"].id, [(soon, True)])

        def by_the_clock() -> bool:
            runs = [run for run in client.read_flow_runs() if run.deployment_id == by_name["maintain"].id]
            return any(run.state is not None and run.state.is_final() for run in runs)

        until(by_the_clock)
        finished = [run.state_name for run in client.read_flow_runs() if run.deployment_id == by_name["maintain"].id]
        assert "Completed" in finished
        assert {each.key for each in client.read_artifacts()} >= {"run", "maintain", "backfill"}
        until(lambda: client.read_flow_run(refused.id).state.is_final())
        assert client.read_flow_run(refused.id).state_name == "Failed"
        assert "comes after the last day" in str(client.read_flow_run(refused.id).state.message)

    status = [sys.executable, "-c", "from flows.cli import main; main()", "status", "--lake", "news"]
    seen = subprocess.run(
        status, cwd=installation.folder, env=installation.environment, capture_output=True, text=True, check=False
    )
    # The backfill whose days were in the wrong order is the one thing to complain of.
    assert (seen.returncode, "1 wrong" in seen.stdout) == (1, True), seen.stdout + seen.stderr

    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(90) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(installation.url.split(":")[2].split("/")[0])), timeout=2)
