"""A month of generated days, killed in the middle and asked for again.

`make test-operation` runs it: the month is annotated twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from test_backfill import NOW, TEXT, contents, fresh_lake, old_lake, settings

from flows.backfill_plan import Request
from flows.rebuild import rebuild, survey
from tasks.isolate import Workers

ROOT = Path(__file__).resolve().parent.parent
MONTH = Request(first=date(2024, 5, 1), last=date(2024, 5, 31))

pytestmark = [pytest.mark.operation, pytest.mark.timeout(600)]


def left(lake: Path) -> int:
    return sum(each.chosen for each in survey(MONTH, settings(lake)))


def test_a_month_that_was_killed_in_the_middle_is_finished_by_asking_again(tmp_path: Path, workers: Workers) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    for day in range(1, 32):
        text = f"date 2024-05-{day:02} House {day}\n\n{TEXT.format(f'house number {day}')}\n"
        (folder / f"house-{day}.txt").write_text(text, "utf-8")
    lake = old_lake(folder, tmp_path / "lake")
    assert left(lake) == 31

    month = ["--from", str(MONTH.first), "--to", str(MONTH.last)]
    command = [sys.executable, "-c", "from flows.cli import main; main()", "backfill", *month, "--plain", "--jobs", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([*command, "--lake", str(lake)], env=environment, cwd=tmp_path, start_new_session=True)
    end = time.monotonic() + 240
    while left(lake) > 28:
        assert running.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    rest = left(lake)
    assert 0 < rest <= 28

    done = rebuild(MONTH, settings(lake), workers, plain=True, now=NOW)
    assert (done.total.received, left(lake)) == (rest, 0)
    found, expected = contents(lake), contents(fresh_lake(folder, tmp_path / "fresh", workers))
    for each in ("mentions", "quotes", "claims", "timexes", "events"):
        assert found[each] == expected[each]
    assert len(found["articles"]) == 31
