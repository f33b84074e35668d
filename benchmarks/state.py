"""`python -m benchmarks.state`: how fast the ledger finds ids among ten million, and how large it is then.

The ids are filed in ascending order, which packs SQLite's pages tighter than chance would; look-ups are random.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from storage import lookups
from storage.state import PLACEMENTS, Ledger, upsert

ROUNDS, BATCH = 50, 500


def known(number: int, count: int) -> str:
    """The id of something that is filed."""
    return f"{number * ((1 << 128) // count):032x}"


def rows(count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        yield {"family": "raw", "id": known(number, count), "date": "2026-01-01", "part": number // 10_000}


def fill(ledger: Ledger, count: int) -> None:
    """File `count` pages, a hundred thousand in each transaction."""
    some: list[dict[str, object]] = []
    for row in rows(count):
        some.append(row)
        if len(some) == 100_000:
            with ledger.writing() as connection:
                connection.execute(sa.insert(PLACEMENTS), some)
            some = []


def measure(url: str, count: int, place: Path | None) -> None:
    with Ledger.open(url) as ledger:
        ledger.create()
        fill(ledger, count)
        chance = random.Random(0)
        batches = [
            [known(chance.randrange(count), count) for _ in range(BATCH // 2)]
            + [f"{chance.getrandbits(128):032x}" for _ in range(BATCH // 2)]
            for _ in range(ROUNDS)
        ]
        started = time.perf_counter()
        for ids in batches:
            with ledger.reading() as connection:
                if len(lookups.placed(connection, "raw", ids)) < BATCH // 2:
                    raise AssertionError("an id that is filed was not found")
        looked = (time.perf_counter() - started) / ROUNDS
        started = time.perf_counter()
        for ids in batches:
            with ledger.writing() as connection:
                new = [{"family": "raw", "id": each, "date": "2026-01-02", "part": 1} for each in ids[BATCH // 2 :]]
                upsert(connection, PLACEMENTS, new)
        filed = (time.perf_counter() - started) / ROUNDS
    size = f", {place.stat().st_size / 1e6:.0f} MB on disk" if place else ""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(
        f"{count:,} ids{size}; {BATCH} look-ups {looked * 1e3:.1f} ms; {BATCH // 2} new ids {filed * 1e3:.1f} ms; ",
        end="",
    )
    print(f"peak memory of the process {memory:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.state", description=__doc__)
    parser.add_argument("--ids", type=int, default=10_000_000)
    parser.add_argument("--url", help="SQLAlchemy URL of an empty database; by default a new SQLite file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = None if options.url else Path(directory) / "ledger.sqlite"
        measure(options.url or f"sqlite:///{place}", options.ids, place)


if __name__ == "__main__":
    main()
