"""`newslake up` where it cannot start; where it can, `make test-operation` shows it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from flows.up import CannotStart, up


def test_a_server_elsewhere_that_does_not_answer_is_not_started_here(tmp_path: Path) -> None:
    """And the signals of the process are what they were before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(CannotStart, match=r"http://prefect.invalid:4200/api does not answer"):
        up(tmp_path, "http://prefect.invalid:4200/api", {}, limit=1, say=lambda _line: None)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
