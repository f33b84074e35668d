"""Units are published side by side; within one the order holds, and what fails stops the rest."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from lakes import PUBLISHED, article, batch, files_of

from storage import publish as module
from storage.batch import Written
from storage.commit import store
from storage.files import OnStep
from storage.lake import Lake
from storage.parts import Unit
from storage.publish import AT_ONCE, Draft, Drafts, Totals, side_by_side
from storage.tables import ARTICLES, tables_of

DAYS = 12
STEPS = ("written", "synced", "renamed")
ORDER = {table.name: number for number, table in enumerate(tables_of(ARTICLES))}


class Interrupted(Exception):
    """What a test raises in the middle of a run."""


def drafts(number: int, size: int = 1) -> Drafts:
    table = tables_of(ARTICLES)[0]
    unit = Unit("articles", date(2025, 1, 1) + timedelta(days=number), 1)
    return Drafts(unit, (Draft(table, b"." * size, number, None),))


def rows_of(work: Drafts) -> Totals:
    return {"articles": Written(1, work.parts[0].rows, work.size)}


def store_days(root: Path, on_step: OnStep = lambda _: None) -> Lake:
    """An article a day, each day a unit of its own."""
    lake = Lake.open(root)
    articles = [article(str(day), published_at=PUBLISHED - timedelta(days=day)) for day in range(DAYS)]
    with lake.ledger() as ledger:
        store(lake, ledger, batch(*articles), on_step=on_step)
    return lake


def tables_of_lake(lake: Lake) -> dict[str, bytes]:
    return files_of(Path(lake.uri) / "tables")


def test_units_are_published_at_the_same_time_and_come_back_in_their_order() -> None:
    all_at_once = threading.Barrier(AT_ONCE, timeout=60)

    def work(given: Drafts) -> Totals:
        all_at_once.wait()
        return rows_of(given)

    found = list(side_by_side(work, map(drafts, range(2 * AT_ONCE))))
    assert [each["articles"].rows for each in found] == list(range(2 * AT_ONCE))


def test_large_units_wait_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of parts larger than the bound no more are made than one beyond those that are published."""
    monkeypatch.setattr(module, "AHEAD_BYTES", 10)
    done: list[int] = []
    seen: list[int] = []

    def work(given: Drafts) -> Totals:
        done.append(given.parts[0].rows)
        return rows_of(given)

    def made() -> Iterator[Drafts]:
        for number in range(6):
            seen.append(number - len(done))
            yield drafts(number, size=11)

    assert len(list(side_by_side(work, made()))) == 6
    assert max(seen) <= 1


def test_an_error_is_raised_when_the_others_have_ended_and_none_begins_after_it() -> None:
    begun: list[int] = []
    ended: list[int] = []
    has_failed = threading.Event()

    def work(given: Drafts) -> Totals:
        number = given.parts[0].rows
        begun.append(number)
        if number == 0:
            has_failed.set()
            raise OSError("no room")
        assert has_failed.wait(60)
        ended.append(number)
        return rows_of(given)

    with pytest.raises(OSError, match="no room"):
        list(side_by_side(work, map(drafts, range(100))))
    assert sorted(begun) == sorted([0, *ended])
    assert len(begun) < 3 * AT_ONCE


def test_within_a_unit_each_part_is_durable_before_the_next_and_articles_come_last(tmp_path: Path) -> None:
    """However the units overlap: a thread is at one of them from its first step to its last."""
    taken: dict[int, list[str]] = defaultdict(list)

    def on_step(step: str) -> None:
        if step.partition(" ")[0] in ORDER:
            taken[threading.get_ident()].append(step)

    store_days(tmp_path, on_step)
    units = 0
    for steps in taken.values():
        assert [step.partition(" ")[2] for step in steps] == list(STEPS) * (len(steps) // len(STEPS))
        tables = [step.partition(" ")[0] for step in steps[:: len(STEPS)]]
        for table, following in zip(tables, [*tables[1:], None], strict=True):
            if following is not None and table != "articles":
                assert ORDER[table] < ORDER[following]
        units += tables.count("articles")
        assert tables[-1] == "articles"
    assert units == DAYS


@pytest.mark.parametrize("at", [1, 20, 60])
def test_a_run_that_fails_among_many_units_is_made_good_by_the_next(tmp_path: Path, at: int) -> None:
    numbers = count(1)

    def fail(_step: str) -> None:
        if next(numbers) == at:
            raise Interrupted

    with pytest.raises(Interrupted):
        store_days(tmp_path / "failed", fail)
    again, whole = store_days(tmp_path / "failed"), store_days(tmp_path / "whole")
    assert tables_of_lake(again) == tables_of_lake(whole)
