"""What may pass is tried again with pauses that differ; what won't ends the run at once."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.files import PublishError
from storage.lake import Lake
from storage.state import LedgerError
from tasks.batches import Deduplicated
from tasks.context import RunContext
from tasks.isolate import UnfitWorker, Workers
from tasks.patience import PATIENT, may_pass
from tasks.store import store


def caused(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (LedgerError("the ledger failed: database is locked"), True),
        (TimeoutError("no answer"), True),
        (ConnectionResetError(), True),
        (PublishError("the object store said 503"), True),
        (caused(PublishError("not written"), OSError(errno.ENOSPC, "No space left on device")), False),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), False),
        (UnfitWorker("no model"), False),
        (ValueError("an error of ours"), False),
        (None, False),
    ],
)
def test_what_passes_by_itself_and_what_needs_a_person(error: BaseException | None, passes: bool) -> None:
    assert may_pass(error) is passes


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
