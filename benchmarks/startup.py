"""How long it takes to start: `newslake --help`, Prefect alone, and `newslake ingest` up to its first article.

    python -m benchmarks.startup [--rounds 5]

Each is a process of its own, by turns; the files are in the cache of the disk after the first round, which is not
counted. The first article has been reached when it is cleaned and annotated: worker process, libraries and model are
loaded by then. `beyond Prefect` is what remains when the import of Prefect is taken off, round by round.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SEED = Path(__file__).resolve().parent.parent / "seeds" / "000_06bf22cdd8765a03.txt"
HELP = "from flows.cli import main; main()"
PREFECT = "from flows.settings import prepare_prefect; prepare_prefect(quiet=True); from prefect import flow, task"
# What the command does, with a listener that prints when the first article was annotated.
FIRST = """if True:
    import sys, time
    from flows import cli
    cli.prepare_prefect(quiet=True)
    import flows.console
    from tasks.context import progress

    def listen(stage, settled, expected):
        if stage == "annotate" and settled:
            print(time.time(), flush=True)

    progress.set(listen)
    cli._plainly(sys.argv[1], None, {}, cli.Settings.read(lake=sys.argv[2]))"""


@dataclass(frozen=True)
class Start:
    """Seconds by the clock, and of the CPU with all children."""

    wall: float
    cpu: float


def started(code: str, *arguments: str) -> Start:
    """Run code in a process; by the clock up to its end, or up to the time that it prints."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    ended, after = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    first = done.stdout.split()[0] if code == FIRST else str(ended)
    return Start(float(first) - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Measure by turns and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    found: dict[str, list[Start]] = {"newslake --help": [], "import prefect": [], "first article, --plain": []}
    os.environ["NEWSLAKE_WORKERS"] = "1"
    for number in range(given.rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            starts = (started(HELP, "--help"), started(PREFECT), started(FIRST, str(SEED), f"{folder}/lake"))
        for rounds, start in zip(found.values(), starts, strict=True):
            rounds += [start] if number else []
    print("| what | seconds (least to most) | CPU seconds to its end |\n|---|---|---|")
    for what, rounds in found.items():
        print(f"| {what} | {_spread([each.wall for each in rounds])} | {_spread([each.cpu for each in rounds])} |")
    pairs = zip(found["first article, --plain"], found["import prefect"], strict=True)
    print(f"| beyond Prefect | {_spread([first.wall - prefect.wall for first, prefect in pairs])} | |")


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main()
