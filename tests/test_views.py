"""Views for users of GDELT and POLECAT: the columns that they know, filled from our rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from lakes import NOW, article, batch

from storage.commit import store
from storage.lake import Lake
from storage.readers import connect
from storage.views import FORMATS, ViewExportError, as_markdown, create_views, export_view, view
from tasks.extract.annotate import annotate
from tasks.model import Model

TEXT = (
    'President Maria Lopez of Kenya met ministers in Nairobi on Tuesday. "We will rebuild the harbour; all of it," '
    "Lopez said.\n\nSoldiers arrested 17 protesters in Doha, police said. The World Bank pledged $40 million in 2024."
)


@pytest.fixture(scope="module")
def lake(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One article with people, bodies, places, quotes, counts and events, and one without anything."""
    lake = Lake.open(tmp_path_factory.mktemp("views") / "lake")
    full = replace(
        article("a", TEXT, title="Lopez & ministers"), url="https://www.news.example/a;b", canonical_url=None
    )
    bare = replace(article("b", "Nothing to see."), url=None, title=None, authors=())
    made = tuple(zip((full, bare), annotate(model.nlp, model.version, [full, bare]), strict=True))
    with lake.ledger() as ledger:
        store(lake, ledger, replace(batch(), articles=made, now=NOW))
    return lake


def rows(lake: Lake, name: str) -> list[dict[str, object]]:
    with connect(lake) as connection:
        create_views(connection)
        return connection.sql(f"SELECT * FROM {name} ORDER BY ALL").to_arrow_table().to_pylist()


def test_an_article_is_a_record_of_the_knowledge_graph(lake: Lake) -> None:
    full = next(row for row in rows(lake, "gkg") if row["Persons"])
    assert full["SourceCommonName"] == "news.example"
    assert full["DocumentIdentifier"] == "https://www.news.example/a;b"
    assert full["DATE"] == 20251231120000
    assert "Maria Lopez" in str(full["Persons"])
    assert f"Maria Lopez,{TEXT.index('Maria')}" in str(full["V2Persons"])
    assert any(block.split("#")[:3] == ["4", "Nairobi", "KE"] for block in str(full["V2Locations"]).split(";"))
    assert f"17,protesters,{TEXT.index('17')}" in str(full["Amounts"])
    assert str(full["V2Counts"]).startswith("ARREST#17#protesters#")
    assert "2024" in str(full["Dates"])
    assert "<PAGE_TITLE>Lopez &amp; ministers</PAGE_TITLE>" in str(full["Extras"])


def test_what_separates_fields_does_not_stand_inside_one(lake: Lake) -> None:
    full = next(row for row in rows(lake, "gkg") if row["Quotations"])
    offset, length, verb, quote = str(full["Quotations"]).split("#")[0].split("|")
    assert (int(offset), verb) == (TEXT.index("We will"), "say")
    assert TEXT[int(offset) : int(offset) + int(length)].startswith("We will rebuild the harbour; all of it")
    assert quote.startswith("We will rebuild the harbour all of it")


def test_every_article_has_a_record_and_every_view_all_its_columns(lake: Lake) -> None:
    assert len(rows(lake, "gkg")) == 2
    for name in FORMATS.values():
        with connect(lake) as connection:
            create_views(connection)
            columns = connection.sql(f"SELECT * FROM {name}").columns
        assert columns == [*(column.name for column in view(name).columns), "published_date"]
    assert [len(view(name).columns) for name in FORMATS.values()] == [27, 16, 40]


def test_events_are_mentions_and_those_that_happened_are_polecats(lake: Lake) -> None:
    mentions, events = rows(lake, "gdelt_mentions"), rows(lake, "polecat")
    arrest = next(row for row in events if row["Event Type"] == "COERCE")
    assert arrest["Quad Code"] == "MATERIAL CONFLICT"
    assert (arrest["Country"], arrest["City"]) == ("QA", "Doha")
    assert "Soldiers" in str(arrest["Actor Name Raw"])
    assert "Maria Lopez" in str(arrest["Story People"])
    offsets = {row["ActionCharOffset"] for row in mentions}
    assert TEXT.index("arrested") in offsets
    assert len(mentions) >= len(events) >= 1


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_view_in_a_file(lake: Lake, tmp_path: Path, name: str) -> None:
    wanted = len(rows(lake, FORMATS[name]))
    parquet, tabs, bare = (tmp_path / each for each in ("a.parquet", "a.csv", "bare.csv"))
    given = {"first": None, "last": None}
    assert export_view(lake, FORMATS[name], parquet, **given) == wanted
    assert pq.read_table(parquet).num_rows == wanted
    export_view(lake, FORMATS[name], tabs, **given)
    export_view(lake, FORMATS[name], bare, **given, has_header=False)
    found = duckdb.sql(f"SELECT * FROM read_csv('{tabs}', delim = '\t', header = true, all_varchar = true)")
    assert found.columns == [column.name for column in view(FORMATS[name]).columns]
    assert len(found.fetchall()) == wanted
    assert tabs.read_text("utf-8").endswith(bare.read_text("utf-8"))
    assert export_view(lake, FORMATS[name], parquet, first=date(2030, 1, 1), last=None) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.parquet", "bare.csv"]


def test_a_file_that_cannot_be_written_is_named(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(ViewExportError, match=r"nowhere/a\.csv cannot be written"):
        export_view(lake, "gkg", tmp_path / "nowhere" / "a.csv", first=None, last=None)


def test_the_page_of_the_views_is_not_stale() -> None:
    """`newslake views > docs/views.md` writes it."""
    page = Path(__file__).resolve().parent.parent / "docs" / "views.md"
    assert page.read_text("utf-8") == as_markdown()


@pytest.mark.parametrize("name", FORMATS.values())
def test_every_column_says_what_is_the_same(name: str) -> None:
    for column in view(name).columns:
        assert column.same in ("yes", "partly", "no")
        assert column.note.endswith(".")
        assert (column.same == "no") >= column.sql.startswith("CAST(NULL") or column.note.startswith(("Null", "Empty"))
