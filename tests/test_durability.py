"""What a commit asks of the disk: the order of its system calls, and what happens when there is no room."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.faults.disk_full import by_limit, shortages
from benchmarks.faults.trace import breaches, trace
from benchmarks.faults.workload import make

STRACE = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to see system calls")


@STRACE
def test_no_part_is_renamed_before_it_is_synced_and_every_name_is_synced(tmp_path: Path) -> None:
    make(tmp_path / "lake", seed=0)
    lines = trace(tmp_path / "lake", "ingest")
    assert sum("rename(" in line or "renameat" in line for line in lines) > 10
    assert breaches(lines, tmp_path / "lake") == []


@STRACE
def test_the_check_of_the_order_catches_a_writer_that_never_syncs(tmp_path: Path) -> None:
    """The test above is worth something: without fsync every part is a breach."""
    make(tmp_path / "lake", seed=0)
    lines = trace(tmp_path / "lake", "ingest", mutant=True)
    renames = sum("rename(" in line or "renameat" in line for line in lines)
    assert len(breaches(lines, tmp_path / "lake")) >= renames > 10


@pytest.mark.parametrize("way", [shortages, by_limit], ids=["disk", "file size"])
def test_a_full_disk_fails_loudly_and_the_next_run_makes_good(tmp_path: Path, way: object) -> None:
    """Whatever the room: the run succeeds or says that it failed, and with room the lake is that of a clean run."""
    found = way(tmp_path, "ingest", 4)
    assert [shortage for shortage in found if not shortage.is_good] == []
    assert sum(shortage.failed for shortage in found) >= 2
