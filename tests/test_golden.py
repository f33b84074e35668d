"""The user's own article, row by row: none is missing, none is new, none has changed.

The expected rows stand in tests/golden/doha_talks.toml. A change of them is a decision: read the article first.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage.operations import Source
from storage.records import Annotations, Article, Event
from tasks.extract.annotate import annotate
from tasks.extract.article import article
from tasks.fetch import fetch_path
from tasks.model import Model

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = tomllib.loads((ROOT / "tests" / "golden" / "doha_talks.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Read:
    article: Article
    annotations: Annotations


@pytest.fixture(scope="module")
def read(model: Model) -> Read:
    source = Source(source_id="seeds", address=str(ROOT / "seeds" / "000_06bf22cdd8765a03.txt"))
    (page,) = (page for reading in fetch_path(source, datetime.now(UTC)) for page in reading.pages)
    cleaned = article(page)
    assert isinstance(cleaned, Article)
    return Read(cleaned, next(annotate(model.nlp, model.version, [cleaned])))


def shown(value: object) -> object:
    """A value as it stands in the golden file, which has no null."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def test_the_article_is_read_as_a_person_reads_it(read: Read) -> None:
    expected = GOLDEN["article"]
    found = {name: shown(getattr(read.article, name)) for name in expected}
    assert found | {"boilerplate": list(read.article.boilerplate)} == expected


def of_event(row: Event) -> dict[str, object]:
    """An event as it stands in the golden file: actors and recipients by name."""
    return {
        **{field.name: shown(getattr(row, field.name)) for field in fields(row)},
        "actors": [actor.name or actor.surface for actor in row.actors],
        "sectors": [actor.sector or "" for actor in row.actors],
        "recipients": [actor.name or actor.surface for actor in row.recipients],
    }


def test_every_event_of_a_plover_type_is_there_and_no_other(read: Read) -> None:
    """Meetings, offensives, killings, agreements and withdrawals, who takes part, and who tells it."""
    rows = [of_event(row) for row in read.annotations.events if row.type]
    expected = GOLDEN["events"]
    assert [{name: row[name] for name in expected[0]} for row in rows] == expected


@pytest.mark.parametrize("table", ["quotes", "claims", "timexes", "names", "places"])
def test_every_row_is_there_and_no_other(read: Read, table: str) -> None:
    if table == "names":
        rows = [mention for mention in read.annotations.mentions if mention.is_name]
    elif table == "places":
        rows = [mention for mention in read.annotations.mentions if mention.place_name]
    else:
        rows = list(getattr(read.annotations, table))
    expected = GOLDEN[table]
    assert [{name: shown(getattr(row, name)) for name in expected[0]} for row in rows] == expected


def test_the_boilerplate_is_out_of_the_text_and_the_rest_is_in_it(read: Read) -> None:
    assert "Brief News" not in read.article.text
    assert read.article.text.startswith("Even though the Taliban’s supreme leader")
    assert read.article.text.endswith("and whether they have it.")
