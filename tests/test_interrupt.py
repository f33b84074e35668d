"""A command that is told to stop ends soon, with one line, its workers with it; what is stored stays and it goes on."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from test_backfill import NOW, TEXT, old_lake, settings

from flows.backfill_plan import Request
from flows.interrupt import Unwinding
from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.rebuild import survey
from storage.lake import Lake
from storage.project import project
from storage.verify import verify
from tasks.isolate import Stopped, Workers

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = 32
MOST_SECONDS = 120  # only a failing test waits that long

# Small batches, so that there is a middle of the run soon.
NEWSLAKE = """if True:
    import tasks.receive, tasks.reread
    tasks.receive.BATCH_ARTICLES = tasks.reread.BATCH_ARTICLES = 4
    from flows.cli import main
    main()"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles of a month."""
    folder = tmp_path / "post"
    folder.mkdir()
    for number in range(ARTICLES):
        text = f"date 2024-05-{1 + number % 31:02} House {number}\n\n{TEXT.format(f'house number {number}')}\n"
        (folder / f"house-{number:02}.txt").write_text(text, "utf-8")
    return folder


def start(lake: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start `newslake` in a process group of its own, as a terminal does."""
    command = [sys.executable, "-c", NEWSLAKE, *arguments, "--lake", str(lake), "--plain"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NEWSLAKE_WORKERS": "1"}
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def members(group: int) -> set[int]:
    """The processes of a process group that still run."""
    found: set[int] = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = path.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            found.add(int(path.parent.name))
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.2)


def stored(lake: Path) -> int:
    """Articles that were committed; while the run goes on, looked at from outside."""
    path = lake / "ledger" / "ledger.sqlite"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as connection:
            return int(connection.execute("SELECT count(*) FROM heads").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def has_no_fault(lake: Path) -> bool:
    opened = Lake.open(lake, create=False)
    with opened.ledger() as ledger:
        project(opened, ledger, now=NOW)
        return not verify(opened, ledger).faults


def ended(running: subprocess.Popen[str], code: int, how: str) -> None:
    """It ended as it should: with its exit code, one line, and all of its processes."""
    _, said = running.communicate(timeout=MOST_SECONDS)
    assert running.returncode == code
    expected = f"newslake: stopped ({how}). What is stored stays; run the same again and it goes on from there."
    assert said.splitlines() == [expected]
    wait_until(lambda: not members(running.pid))


def test_ctrl_c_in_the_middle_of_an_ingest(folder: Path, tmp_path: Path, workers: Workers) -> None:
    """A terminal sends it to all processes of the group."""
    lake = tmp_path / "lake"
    running = start(lake, "ingest", str(folder))
    wait_until(lambda: stored(lake) > 0)
    os.killpg(running.pid, signal.SIGINT)
    ended(running, 130, "Ctrl-C")
    assert 0 < stored(lake) < ARTICLES
    assert has_no_fault(lake)
    tally = ingest_source(source_of_path(str(folder)), settings(lake), workers, plain=True)
    assert (tally.received, tally.kept, stored(lake)) == (ARTICLES, ARTICLES, ARTICLES)
    assert has_no_fault(lake)


@pytest.mark.operation
def test_sigterm_in_the_middle_of_a_backfill(folder: Path, tmp_path: Path) -> None:
    """As `docker stop` sends it, to the first process alone."""
    lake = old_lake(folder, tmp_path / "lake")
    month = Request(first=date(2024, 5, 1), last=date(2024, 5, 31))

    def left() -> int:
        return sum(each.chosen for each in survey(month, settings(lake)))

    running = start(lake, "backfill", "--from", "2024-05-01", "--to", "2024-05-31")
    wait_until(lambda: left() < ARTICLES)
    os.kill(running.pid, signal.SIGTERM)
    ended(running, 143, "SIGTERM")
    assert 0 < left() < ARTICLES
    assert stored(lake) == ARTICLES
    assert has_no_fault(lake)


def test_what_is_logged_while_a_stop_unwinds_is_left_out() -> None:
    """And everything after it; what came before is shown."""
    record = logging.makeLogRecord({"msg": "cut off"})
    unwinding = Unwinding()
    assert unwinding.filter(record)
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise OSError("the server is away")
    except OSError:
        assert not unwinding.filter(record)
    assert not unwinding.filter(record)
    try:
        raise Stopped
    except Stopped:
        assert not Unwinding().filter(record)
