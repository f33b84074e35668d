"""What may pass is tried again; what won't ends the run at once."""

from __future__ import annotations

import errno

import pytest

from storage.files import PublishError
from storage.state import LedgerError
from tasks.isolate import UnfitWorker
from tasks.patience import may_pass


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
