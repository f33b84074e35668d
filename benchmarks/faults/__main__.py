"""`python -m benchmarks.faults [--kills N]`: the fault matrix, with its table printed."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.faults.crash import OPERATIONS, Trial, kind_of, matrix
from benchmarks.faults.disk_full import shortages
from benchmarks.faults.polling import polled


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="kills of each step of each operation")
    parser.add_argument("--directory", type=Path, help="where to work; a directory in memory is fastest")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=options.directory or memory()) as root:
        trials = matrix(Path(root), options.kills, tell)
        polls = polled(Path(root) / "polled", options.kills)
        full = [shortage for operation in OPERATIONS for shortage in shortages(Path(root) / operation, operation, 24)]
    print(f"\n{table(trials)}")
    for each in polls:
        print(f"{each.engine}, polling during {options.kills} more kills: {each.right} right answers, ", end="")
        print(f"{each.failed} errors, {len(each.wrong)} wrong answers {each.wrong[:3] or ''}")
    print(f"disk full to {len(full)} degrees: {sum(each.failed for each in full)} runs failed loudly, ", end="")
    print(f"{sum(not each.is_good for each in full)} were not made good by the next run")
    print(f"{len(trials)} kills in {time.monotonic() - started:.0f} s, {sum(not each.is_good for each in trials)} bad")
    return int(any(not each.is_good for each in (*trials, *full)) or any(each.wrong for each in polls))


def tell(trial: Trial) -> None:
    """One sign for each trial while they go on: a dot, or what went wrong."""
    print("." if trial.is_good else f"\n{trial}", end="", flush=True)


def memory() -> Path | None:
    """A file system in memory, if there is one: a SIGKILL does not ask what a disk has."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else None


def table(trials: list[Trial]) -> str:
    """One line a step: how often it was killed and what came of it."""
    rows: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        rows[trial.operation, kind_of(trial.step)].append(trial)
    columns = f"{'torn':>5} {'lost':>5} {'double':>6} {'unreadable':>10} {'not identical':>13}"
    lines = [f"{'operation':10} {'killed at':24} {'kills':>6} {columns}"]
    for (operation, step), some in rows.items():
        counts = (
            sum(bool(trial.torn) for trial in some),
            sum(trial.lost for trial in some),
            sum(trial.doubled for trial in some),
            sum(trial.unreadable for trial in some),
            sum(not trial.is_identical for trial in some),
        )
        torn, lost, doubled, unreadable, other = counts
        lines.append(f"{operation:10} {step:24} {len(some):6} {torn:5} {lost:5} {doubled:6} {unreadable:10} {other:13}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
