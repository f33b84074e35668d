"""What a commit asks of the disk: the order of its system calls, and what happens when there is no room."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.faults.disk_full import shortages
from benchmarks.faults.trace import breaches, renames, trace
from benchmarks.faults.workload import make

STRACE = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to see system calls")


@STRACE
def test_no_part_is_renamed_before_it_is_synced_and_every_name_is_synced(tmp_path: Path) -> None:
    """And the check is worth something: a writer whose `fsync` does nothing breaks the order with every part."""
    sound, mutant = tmp_path / "sound", tmp_path / "mutant"
    make(sound, seed=0)
    make(mutant, seed=0)
    lines = trace(sound, mutant, "ingest")
    assert renames(lines, sound) == renames(lines, mutant) > 10
    assert breaches(lines, sound) == []
    assert len(breaches(lines, mutant)) >= renames(lines, mutant)


def test_a_full_disk_fails_loudly_and_the_next_run_makes_good(tmp_path: Path) -> None:
    """Whatever the room: the run succeeds or says that it failed, and with room the lake is that of a clean run."""
    found = shortages(tmp_path, "ingest", 3)
    assert [shortage for shortage in found if not shortage.is_good] == []
    assert sum(shortage.failed for shortage in found) >= 2
