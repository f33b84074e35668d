"""A writer may be killed at any step: the next run makes good for it, and nobody sees a wrong answer meanwhile."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.faults.__main__ import memory, table
from benchmarks.faults.crash import OPERATIONS, Ground, kind_of, matrix


def test_a_kill_at_any_step_is_made_good_by_the_next_run() -> None:
    """SIGKILL of a real process, once at each step of an ingest and of a removal; `make faults` does it a hundred
    times."""
    with TemporaryDirectory(dir=memory()) as root:
        trials = matrix(Path(root), kills=1)
    assert [trial for trial in trials if not trial.is_good] == []
    assert {trial.operation for trial in trials} == set(OPERATIONS)
    assert "not identical" in table(trials)


def test_every_step_of_the_protocol_is_a_kill_point(tmp_path: Path) -> None:
    """The commit comes before every file, old texts before annotations, articles last, the mark after all of them."""
    steps = Ground.prepare(tmp_path / "ground", "ingest", 0).steps
    assert [kind_of(step) for step in steps[:4]] == ["planned", "written to the ledger", "committed", "locked"]
    renamed = [step.split()[0] for step in steps if kind_of(step) == "renamed"]
    first_unit = renamed[: renamed.index("articles") + 1]
    assert first_unit[0] == "revisions"
    assert set(first_unit) >= {"mentions", "quotes", "claims", "timexes", "articles"}
    assert steps[-1] == "marked"
