"""The flow `ingest` on a real Prefect server: the same lake as without one, and a run that a person can read."""

from __future__ import annotations

import errno
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from test_backfill import old_lake

from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.settings import Settings
from storage.lake import Lake
from storage.readers import connect
from tasks.batches import Deduplicated
from tasks.context import RunContext
from tasks.isolate import Workers
from tasks.patience import PATIENT
from tasks.store import store

SEED = Path(__file__).resolve().parent.parent / "seeds" / "000_06bf22cdd8765a03.txt"
STAGES = ("fetch", "clean", "annotate", "deduplicate", "store")


def contents(lake: Path) -> list[list[tuple[object, ...]]]:
    """All rows of the lake, but for the times at which they were made."""
    questions = (
        "SELECT * EXCLUDE (fetched_at, ingested_at) FROM articles ORDER BY ALL",
        *(f"SELECT * FROM {table} ORDER BY ALL" for table in ("mentions", "quotes", "claims", "timexes", "events")),
    )
    with connect(Lake.open(lake, create=False)) as connection:
        return [connection.execute(question).fetchall() for question in questions]


@pytest.fixture(scope="module")
def flow_lake(prefect_api: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from flows.ingest import ingest

    lake = tmp_path_factory.mktemp("flow") / "lake"
    tally = ingest(address=str(SEED), lake=str(lake))
    assert tally.received == tally.kept == 1
    return lake


def test_through_prefect_or_plainly_the_rows_are_the_same(flow_lake: Path, tmp_path: Path, workers: Workers) -> None:
    settings = Settings(lake=str(tmp_path / "plain"), ledger=None, model="en_core_web_sm", workers=1)
    ingest_source(source_of_path(str(SEED)), settings, workers, plain=True, now=datetime.now(UTC))
    assert contents(flow_lake) == contents(tmp_path / "plain")


def test_a_run_shows_one_task_run_a_stage_and_batch(flow_lake: Path) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        # Other files of tests leave runs on the same server.
        (made,) = (run for run in client.read_flow_runs() if run.name == f"ingest {SEED}")
        names = [run.name for run in client.read_task_runs() if run.flow_run_id == made.id]
    assert made.state_name == "Completed"
    assert sorted(name.split(" ")[0] for name in names) == sorted(STAGES)
    assert "annotate 000-06bf22cdd8765a03 [1]" in names


def test_a_backfill_works_on_several_days_at_a_time_and_leaves_its_plan_and_result(
    prefect_api: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from flows.backfill import backfill
    from flows.backfill_request import Days

    folder = tmp_path / "post"
    folder.mkdir()
    for day in (6, 7, 8):
        text = f"date 2024-05-0{day} House {day}\n\n“House {day} stays,” said Mayor Ann Lee on Monday to 12 people.\n"
        (folder / f"house-{day}.txt").write_text(text, "utf-8")
    lake = old_lake(folder, tmp_path / "lake")
    monkeypatch.setenv("NEWSLAKE_WORKERS", "1")
    monkeypatch.setattr("flows.progress.LONG_SECONDS", 0.0)
    done = backfill(days=Days(first=date(2024, 5, 6), last=date(2024, 5, 8)), jobs=2, lake=str(lake))
    assert done.total.kept == 3
    with get_client(sync_client=True) as client:
        names = {run.name for run in client.read_task_runs()}
        kept = {artifact.key: str(artifact.data) for artifact in client.read_artifacts()}
    assert {f"annotate 2024-05-0{day} [1]" for day in (6, 7, 8)} <= names
    assert "| 2024-05-08 | post | 0 | 1 | 0 | 1 | unknown |" in kept["backfill"]
    assert "| post | 3 | 3 | 0 | 0 | 3 |" in kept["backfill"]
    assert "| annotate | " in kept["backfill"].partition("slowest")[2]
    assert float(kept["progress-backfill"]) == 100.0


@pytest.mark.parametrize(
    ("number", "runs"), [(errno.EIO, 3), (errno.EACCES, 1)], ids=["a disk that fails twice", "no permission"]
)
def test_a_stage_is_tried_again_only_where_that_helps(
    prefect_api: None, tmp_path: Path, number: int, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through Prefect, with the pauses left out: the third try of the disk goes well."""
    from prefect import flow

    lake = Lake.open(tmp_path / "lake")
    tries: list[int] = []

    def failing(*given: Any, **settings: Any) -> Any:
        tries.append(number)
        if number != errno.EIO or len(tries) < 3:
            raise OSError(number, "the disk")
        return lake

    monkeypatch.setattr("tasks.store.store_batch", failing)
    hasty = store.with_options(**PATIENT | {"retry_delay_seconds": 0, "retry_jitter_factor": 0.0})

    @flow
    def one() -> Any:
        with lake.ledger() as ledger, Workers(1) as workers:
            now = datetime(2026, 1, 2, tzinfo=UTC)
            context = RunContext(
                run_id="run", now=now, lake=lake, ledger=ledger, model="m", pipeline_version="1", workers=workers
            )
            return hasty(
                Deduplicated(pages=(), articles=(), duplicates=(), rejections=(), sketches=()),
                context,
                return_state=True,
            )

    state = one(return_state=True)
    assert len(tries) == runs
    assert state.is_completed() is (runs == 3)
