"""How far one machine goes, and what Prefect costs beside the work.

    python -m benchmarks.scale PAGES [--most 200] [--batches 20]

PAGES is a folder of saved pages (*.html, *.html.gz). Three tables: articles a second with one and two processes; the
CPU time of Prefect for a batch, its server included, as a share of the work on batches of several sizes; and by how
much Prefect's database grows. What Prefect costs does not depend on what stands in a batch, so it is measured on
batches of pages that are rejected at once: through Prefect and plainly, the difference is Prefect's. Every measurement
runs in processes of its own; the server is a real one on a database of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.throughput import Measured, in_process

SIZES = (32, 64, 128, 256, 320, 500)


@dataclass(frozen=True)
class Run:
    """CPU seconds of one run of all batches in a process of its own, children included."""

    cpu_seconds: float
    batches: int


@dataclass(frozen=True)
class Server:
    """A Prefect server on a database of its own."""

    url: str
    pid: int
    database: Path

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def sizes(self) -> tuple[int, int]:
        """Bytes of the database, and of what stays when the vacuum has let the events of task runs go."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            everything = _size(copy)
            with closing(sqlite3.connect(copy)) as connection, connection:
                of_tasks = "SELECT id FROM events WHERE event LIKE 'prefect.task-run.%'"
                connection.execute(f"DELETE FROM event_resources WHERE event_id IN ({of_tasks})")
                connection.execute(f"DELETE FROM events WHERE id IN ({of_tasks})")
            return everything, _size(copy)

    def rows(self) -> dict[str, int]:
        """Rows of the tables that grow with every run."""
        names = ("task_run", "task_run_state", "events", "event_resources", "log", "artifact")
        with sqlite3.connect(self.database) as connection:
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def _size(database: Path) -> int:
    """Bytes once nothing is left on free pages."""
    connection = sqlite3.connect(database)
    connection.execute("VACUUM")
    connection.close()
    return database.stat().st_size


@contextmanager
def prefect_server(folder: Path) -> Iterator[Server]:
    """Start a server as `newslake up` does, and stop it."""
    from flows.server import answers
    from flows.settings import environment_of_parts

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = environment_of_parts(url) | {"PREFECT_HOME": str(folder / "prefect")}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 300
        while not answers(url):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the Prefect server did not start")
            time.sleep(0.5)
        yield Server(url, process.pid, folder / "prefect" / "prefect.db")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def rejected_pages(folder: Path, count: int) -> Path:
    """Pages without text, each another one."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:06}.html").write_text(f"<html><body><!-- {number} --></body></html>", "utf-8")
    return folder


def run_batches(pages: Path, lake: Path, size: int, url: str | None) -> Run:
    """Ingest the pages in batches of a size, through the Prefect server at `url` or plainly; in another process."""
    command = [sys.executable, "-m", "benchmarks.scale", str(pages), "--lake", str(lake), "--size", str(size)]
    from flows.settings import environment_of_parts

    environment = environment_of_parts(url) if url else dict(os.environ)
    done = subprocess.run([*command, *(["--flow"] if url else [])], env=environment, capture_output=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def one_run(pages: Path, lake: Path, size: int, *, through_prefect: bool) -> Run:
    """The body of `run_batches`."""
    import tasks.receive
    from flows.naming import source_of_path
    from flows.pipeline import ingest_source
    from flows.settings import Settings, prepare_prefect
    from tasks.isolate import Workers

    prepare_prefect(quiet=False)
    tasks.receive.BATCH_ARTICLES = size
    before = _cpu()
    if through_prefect:
        from flows.ingest import ingest

        received = ingest(address=str(pages), lake=str(lake)).received
    else:
        settings = Settings(lake=str(lake), ledger=None, model="en_core_web_sm", workers=1)
        with Workers(1) as workers:
            received = ingest_source(source_of_path(str(pages)), settings, workers, plain=True).received
    return Run(_cpu() - before, -(-received // size))


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def throughput(pages: Path, most: int) -> dict[int, Measured]:
    """Our chain with one and two processes."""
    return {processes: in_process("chain, ours, cold", pages, most, processes) for processes in (1, 2)}


def settled(server: Server) -> None:
    """Wait until the server has written what it was told: it takes events in one by one."""
    before = -1
    while (now := server.rows()["event_resources"]) != before:
        before = now
        time.sleep(8)


@dataclass(frozen=True)
class Cost:
    """What Prefect costs for a batch: CPU seconds in the run and in the server, bytes for an hour and for long."""

    in_run: float
    in_server: float
    bytes_at_first: int
    bytes_lasting: int
    rows: dict[str, int]


def orchestration(folder: Path, batches: int, size: int = 32) -> Cost:
    """Measure it on batches of pages that are rejected at once."""
    pages = rejected_pages(folder / "many", batches * size)
    few = rejected_pages(folder / "few", size)
    with prefect_server(folder) as server:
        run_batches(few, folder / "lake-warm", size, server.url)
        settled(server)
        cpu, began, sizes, rows = server.cpu_seconds(), time.monotonic(), server.sizes(), server.rows()
        flow = run_batches(pages, folder / "lake-flow", size, server.url)
        settled(server)
        used, took = server.cpu_seconds() - cpu, time.monotonic() - began
        grown = [after - before for before, after in zip(sizes, server.sizes(), strict=True)]
        more = {name: count - rows[name] for name, count in server.rows().items()}
        cpu = server.cpu_seconds()
        time.sleep(30)
        used -= (server.cpu_seconds() - cpu) / 30 * took  # what the server does anyway
    plain = run_batches(pages, folder / "lake-plain", size, None)
    in_run = (flow.cpu_seconds - plain.cpu_seconds) / batches
    return Cost(in_run, used / batches, grown[0] // batches, grown[1] // batches, more)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--size", type=int)
    parser.add_argument("--flow", action="store_true")
    given = parser.parse_args()
    if given.lake:
        print(json.dumps(one_run(given.pages, given.lake, given.size, through_prefect=given.flow).__dict__))
        return
    names = ("prefect", "spacy", "trafilatura", "pyarrow")
    print(", ".join(f"{name} {version(name)}" for name in names), "\n")
    folder = Path(tempfile.mkdtemp(prefix="newslake-scale-"))
    try:
        cost = orchestration(folder, given.batches)
        found = throughput(given.pages, given.most)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("| processes | articles | articles / s | articles / CPU s | peak MB |\n|---|---|---|---|---|")
    for processes, one in found.items():
        rates = one.articles / one.wall_seconds, one.articles / one.cpu_seconds
        print(f"| {processes} | {one.articles} | {rates[0]:.2f} | {rates[1]:.2f} | {one.peak_mb:.0f} |")
    print(f"\nPrefect, a batch: {cost.in_run:.2f} CPU s in the run, {cost.in_server:.2f} in the server;")
    print(f"{cost.bytes_at_first:,} bytes, {cost.bytes_lasting:,} after an hour; rows of all: {cost.rows}\n")
    print("| articles a batch | Prefect's share of the run | with its server | MB for 10,000 articles | at first |")
    print("|---|---|---|---|---|")
    each = found[1].cpu_seconds / found[1].articles
    for size in SIZES:
        shares = (spent / (spent + size * each) for spent in (cost.in_run, cost.in_run + cost.in_server))
        kept = (count * 10_000 / size / 1e6 for count in (cost.bytes_lasting, cost.bytes_at_first))
        cells = (*(f"{share:.1%}" for share in shares), *(f"{count:.2f}" for count in kept))
        print(f"| {size} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
