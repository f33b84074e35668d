"""Which failures of a stage pass by themselves: those are tried again after a while, the others end the run at once."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Any

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun

NEEDS_A_PERSON = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR)


def may_pass(error: BaseException | None) -> bool:
    """A database, disk or object store that did not answer just now. What a person has to mend does not pass."""
    seen: set[int] = set()
    is_io = False
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        is_io = is_io or isinstance(error, OSError)
        if isinstance(error, OSError) and error.errno in NEEDS_A_PERSON:
            return False
        error = error.__cause__ or error.__context__
    return is_io


def _condition(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    result = state.result(raise_on_failure=False)
    return may_pass(result) if isinstance(result, BaseException) else False


PATIENT: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [5, 30, 120],
    # Runs that were thrown out by the same restart of a database don't come back in the same second.
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _condition,
}
"""Options of a task that reads or writes the ledger or the lake."""
