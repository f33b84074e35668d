"""A writer may be killed at any step: the next run makes good for it, and nobody sees a wrong answer meanwhile."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks.faults.__main__ import memory
from benchmarks.faults.crash import Ground, kind_of, matrix
from benchmarks.faults.polling import polled


@pytest.mark.timeout(900)
@pytest.mark.parametrize("operation", ["ingest", pytest.param("remove", marks=pytest.mark.faults)])
def test_a_kill_at_any_step_is_made_good_by_the_next_run(operation: str) -> None:
    """SIGKILL of a real process, once at each step; `make faults` does it a hundred times."""
    with TemporaryDirectory(dir=memory()) as root:
        trials = matrix(Path(root), kills=1, operations=(operation,))
    assert [trial for trial in trials if not trial.is_good] == []
    assert len(trials) >= 8


def test_every_step_of_the_protocol_is_a_kill_point(tmp_path: Path) -> None:
    """The commit comes before every file, old texts before annotations, articles last, the mark after all of them."""
    steps = Ground.prepare(tmp_path / "ground", "ingest", 0).steps
    assert [kind_of(step) for step in steps[:4]] == ["planned", "written to the ledger", "committed", "locked"]
    renamed = [step.split()[0] for step in steps if kind_of(step) == "renamed"]
    first_unit = renamed[: renamed.index("articles") + 1]
    assert first_unit[0] == "revisions"
    assert set(first_unit) >= {"mentions", "quotes", "claims", "timexes", "events", "articles"}
    assert steps[-1] == "marked"


def test_readers_that_poll_while_writers_are_killed_never_get_a_wrong_answer(tmp_path: Path) -> None:
    """I1 to I4 by two engines, on every read; what they may get is an error."""
    seen = polled(tmp_path / "lake", 6)
    assert {each.engine: each.wrong for each in seen} == {"DuckDB": (), "Polars": ()}
    assert all(each.right > 0 for each in seen)
