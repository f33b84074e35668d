"""The commands that look after a lake, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lakes import article, page, put, run
from typer.testing import CliRunner, Result

from flows.cli import app
from storage.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.open(tmp_path / "lake")
    put(lake, article("a"), article("b", "Other ."), pages=(page("a"), page("b")), runs=(run(),))
    return lake


def call(lake: Lake, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--lake", lake.uri])


def test_a_sound_lake_is_said_to_be_sound(lake: Lake) -> None:
    done = call(lake, "verify")
    assert (done.exit_code, "0 faults" in done.output) == (0, True)


def test_a_damaged_part_ends_with_1_until_it_is_repaired(lake: Lake) -> None:
    part = next(Path(lake.uri).glob("tables/quotes/*/part-00001.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    assert call(lake, "verify").exit_code == 1
    done = call(lake, "verify", "--repair")
    assert (done.exit_code, "written again from the ledger" in done.output) == (0, True)


def test_an_article_is_taken_down_by_its_address(lake: Lake) -> None:
    done = call(lake, "remove", "--url", "*/a", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output)["rows"]["articles"] == 1
    assert call(lake, "remove").exit_code != 0


def test_the_ledger_is_made_again_only_when_one_is_sure(lake: Lake) -> None:
    assert call(lake, "rebuild-state").exit_code != 0
    assert "2 articles" in call(lake, "rebuild-state", "--yes").output
    assert call(lake, "verify").exit_code == 0


@pytest.mark.parametrize("keep", ["raw", "nothing=3", "raw=soon"])
def test_an_age_that_cannot_be_read_is_named(lake: Lake, keep: str) -> None:
    assert call(lake, "vacuum", "--keep", keep).exit_code != 0
    assert call(lake, "vacuum", "--keep", "raw=99999").exit_code == 0


def test_a_lake_of_the_present_schema_needs_no_migration(lake: Lake) -> None:
    assert "0 parts" in call(lake, "migrate").output
