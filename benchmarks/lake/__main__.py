"""`python -m benchmarks.lake`: what commits cost and what they write, what reading costs, how fast `verify` is."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.lake.commits import Cost, commits, verifying
from benchmarks.lake.reading import DAYS, QUERIES, layouts, reading


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lake", description=__doc__)
    parser.add_argument("--largest", type=int, default=50_000, help="articles that the largest day holds")
    parser.add_argument("--mentions", type=int, default=100_000, help="mentions a day")
    parser.add_argument("--only", choices=("commits", "reading"), help="half of it")
    parser.add_argument("--without-delta", action="store_true", help="spare the 2,880 commits of Delta Lake")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        if options.only != "reading":
            show_commits(root / "commits", options.largest)
        if options.only != "commits":
            show_reading(root / "reading", options.mentions, with_delta=not options.without_delta)


def show_commits(root: Path, largest: int) -> None:
    print(
        "| commit | CPU s | wall s | MB written | files | times its own weight |\n|---|---|---|---|---|---|", flush=True
    )
    for each in commits(root, largest):
        print(row(each), flush=True)
    size, speed = verifying(root)
    print(f"\nverify: {size:.0f} MB at {speed:.1f} MB a CPU second\n", flush=True)


def row(each: Cost) -> str:
    times = "" if each.amplification is None else f"{each.amplification:.1f}"
    numbers = f"{each.cpu_seconds:.2f} | {each.wall_seconds:.2f} | {each.bytes / 1e6:.1f} | {each.files} | {times}"
    return f"| {each.what} | {numbers} |"


def show_reading(root: Path, mentions: int, *, with_delta: bool) -> None:
    places = layouts(root, mentions, with_delta=with_delta)
    found = reading(places)
    print(f"| DuckDB, {DAYS} days of {mentions:,} mentions, CPU s | {' | '.join(each.name for each in places)} |")
    print("|---|" + "---|" * len(places))
    for query in QUERIES:
        print(f"| {query} | " + " | ".join(f"{found[query, each.name]:.2f}" for each in places) + " |", flush=True)


if __name__ == "__main__":
    main()
