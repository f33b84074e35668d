"""Two versions of an annotator side by side: what the newer one adds, loses and changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lakes import ANNOTATOR, made
from test_backfill import bytes_of, fresh_lake, old_lake, settings
from typer.testing import CliRunner

from flows.cli import app
from flows.comparison import CannotCompare, Comparison, Version, compare
from storage.records import Timex
from tasks.compare.differences import Kind, differences
from tasks.isolate import Workers

TEXT = "“We will rebuild the {0},” said Mayor Ann Lee on Monday. She said 12 people had asked for the {0} to be kept."
DAY = date(2024, 5, 7)


def row(start: int, end: int, number: int = 0, **other: object) -> Timex:
    given = {"surface": "x" * (end - start), "timex_id": number, "type": "DATE", "resolved_from": "explicit"} | other
    return made(Timex, start=start, end=end, **ANNOTATOR | given)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ([row(0, 4)], [row(0, 4)], [Kind.SAME]),
        ([row(0, 4)], [], [Kind.LOST]),
        ([], [row(0, 4)], [Kind.ADDED]),
        ([row(0, 4)], [row(0, 4, value="2024")], [Kind.CHANGED]),
        ([row(0, 4)], [row(2, 9)], [Kind.CHANGED]),
        ([row(0, 4)], [row(4, 9)], [Kind.LOST, Kind.ADDED]),
        ([row(0, 4), row(6, 9, 1)], [row(6, 9)], [Kind.LOST, Kind.SAME]),
        ([row(0, 4)], [row(0, 4), row(0, 4, 1, type="SET")], [Kind.SAME, Kind.ADDED]),
        ([row(0, 9)], [row(0, 3), row(5, 8, 1)], [Kind.CHANGED, Kind.ADDED]),
    ],
    ids=["same", "lost", "added", "value", "stretch", "beside", "renumbered", "twice", "split"],
)
def test_rows_of_one_text_are_paired(old: list[Timex], new: list[Timex], kinds: list[Kind]) -> None:
    """By their stretch, then by overlap; the number of a row in its article and its version say nothing."""
    newer = [replace(each, annotator_version="2") for each in new]
    assert sorted(pair.kind for pair in differences(old, newer)) == sorted(kinds)


def test_a_pair_says_in_which_columns_its_rows_differ() -> None:
    (pair,) = differences([row(0, 4)], [row(0, 4, 7, value="2024", confidence=0.5)])
    assert pair.columns == ("confidence", "value")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake whose annotations an older version made."""
    folder = tmp_path_factory.mktemp("compare") / "post"
    folder.mkdir()
    (folder / "bridge.txt").write_text(f"date {DAY} The bridge\n\n{TEXT.format('bridge')}\n", "utf-8")
    return old_lake(folder, folder.parent / "lake")


def compared(lake: Path, workers: Workers, old: str, new: str) -> Comparison:
    return compare(Version.read(old), Version.read(new), DAY, settings(lake), workers)


def test_the_rows_of_the_lake_stand_beside_those_of_today_and_nothing_is_written(lake: Path, workers: Workers) -> None:
    before = bytes_of(lake)
    found = compared(lake, workers, "quotes@1", "quotes")
    assert (found.compared, found.elsewise) == (1, {})
    by_kind = {pair.kind for _, pair in found.pairs}
    assert by_kind >= {Kind.CHANGED, Kind.ADDED}
    assert {pair.old.annotator_version for _, pair in found.pairs if pair.old} == {"1"}
    assert {pair.new.annotator_version for _, pair in found.pairs if pair.new} == found.made_versions
    assert sum(counts.total() for counts in found.counts.values()) == len(found.pairs)
    assert bytes_of(lake) == before


def test_what_the_code_of_today_has_made_is_the_same_or_left_out(lake: Path, workers: Workers, tmp_path: Path) -> None:
    new = fresh_lake(lake.parent / "post", tmp_path / "lake", workers)
    same = compared(new, workers, "claims", "claims")
    assert same.pairs == []
    assert {kind for counts in same.counts.values() for kind in counts} == {Kind.SAME}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("speeches@1", "quotes@2", "names none of the annotators"),
        ("quotes@1", "claims@2", "two annotators"),
        ("quotes@77", "quotes", "has no rows of quotes@77 on 2024-05-07: it has 1"),
        ("quotes@1", "quotes@77", "does not make quotes@77: it makes "),
    ],
)
def test_versions_that_are_not_to_be_had_are_named_with_those_that_are(
    lake: Path, workers: Workers, old: str, new: str, said: str
) -> None:
    with pytest.raises(CannotCompare, match=said):
        compared(lake, workers, old, new)


def test_the_command_shows_counts_by_kind_and_the_rows(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLAKE_WORKERS", "1")
    command = ["compare", "--annotator", "quotes@1", "quotes", str(DAY), "--lake", str(lake)]
    shown = CliRunner().invoke(app, [*command, "--most", "1"])
    assert shown.exit_code == 0
    assert "quotes@1 and quotes on 2024-05-07: 1 articles compared" in shown.output
    assert "more: --most" in shown.output
    given = json.loads(CliRunner().invoke(app, [*command, "--json"]).output)
    changed = next(each for each in given["rows"] if each["change"] == "changed")
    assert changed["old"]["annotator_version"] == "1"
    assert changed["new"]["annotator_version"] == given["made_versions"][0]
    assert "speaker_name" in changed["columns"]
