"""Fill the disk to every degree, run, make room, run again, and compare with a run that had room.

A small file system in memory where we may mount one, else a limit on the size of any file.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.crash import Ground, compared, in_process, torn_state
from benchmarks.faults.workload import operate

LOUD = 1
"""Exit code of a run that failed with a message."""


@dataclass(frozen=True)
class Shortage:
    """What one degree of fullness led to."""

    room: int
    """Bytes that were free, or that a file could have."""
    failed: bool
    is_good: bool


def by_mount(root: Path, operation: str, degrees: int, size: int = 8 << 20) -> list[Shortage]:
    """Try `degrees` amounts of free space on a file system of `size` bytes. Raises PermissionError if we may not."""
    small = root / "small"
    with mounted(small, size):
        ground = Ground.prepare(root / "ground", operation, seed=0)
        needed = _size(ground.root / "clean") // 2
        found = []
        for degree in range(degrees):
            room = needed * degree // degrees
            shutil.rmtree(small / "lake", ignore_errors=True)
            shutil.copytree(ground.root / "before", small / "lake")
            _fill(small / "filler", room)
            code = in_process(attempt, small / "lake", operation, 0, 0)
            torn = torn_state(small / "lake")
            (small / "filler").unlink()
            found.append(_again(ground, small / "lake", room, code, torn))
        return found


def by_limit(root: Path, operation: str, degrees: int) -> list[Shortage]:
    """Try limits on the size of files, from none at all up to what the run needs."""
    ground = Ground.prepare(root / "ground", operation, seed=0)
    largest = max(path.stat().st_size for path in (ground.root / "clean").rglob("*") if path.is_file())
    found = []
    for degree in range(degrees):
        room = max(1, largest * degree // degrees)
        shutil.rmtree(root / "lake", ignore_errors=True)
        shutil.copytree(ground.root / "before", root / "lake")
        code = in_process(attempt, root / "lake", operation, 0, room)
        found.append(_again(ground, root / "lake", room, code, torn_state(root / "lake")))
    return found


def attempt(root: Path, operation: str, seed: int, limit: int) -> None:
    """A run that may find no room: it says so and ends."""
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        operate(root, operation, seed)
    except OSError as error:
        print(f"failed loudly: {error}"[:100])
        os._exit(LOUD)


def _again(ground: Ground, root: Path, room: int, code: int, torn: tuple[str, ...]) -> Shortage:
    if code not in (0, LOUD):
        raise AssertionError(f"with {room} bytes of room the run ended with {code}")
    recovered = in_process(operate, root, ground.operation, ground.seed)
    trial = compared(ground, root, f"{room} bytes", torn)
    return Shortage(room, code == LOUD, recovered == 0 and trial.is_good)


@contextmanager
def mounted(path: Path, size: int) -> Iterator[None]:
    """A file system in memory at a path, while the block lasts."""
    path.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        raise PermissionError("only the superuser may mount a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", str(path)], check=True)


def _fill(filler: Path, room: int) -> None:
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    with filler.open("wb") as file:
        file.write(bytes(max(0, free - room)))


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def shortages(root: Path, operation: str, degrees: int) -> list[Shortage]:
    """By a small file system if we may have one, else by a limit."""
    try:
        return by_mount(root / "mount", operation, degrees)
    except PermissionError:
        return by_limit(root / "limit", operation, degrees)
