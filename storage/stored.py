"""What a lake holds that can be done again: which pages and articles belong to a day, and the records themselves.

A page belongs to the day on which the article that it made was published; a page that made none, to the day on
which it was fetched. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storage import lookups
from storage.lake import Lake
from storage.operations import Page
from storage.parts import Unit, decode, path_of
from storage.records import Article
from storage.schemas import from_arrow
from storage.state import PLACEMENTS, Ledger
from storage.tables import ARTICLES, BY_NAME, RAW, Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """One page, the article that the lake has of it, and the pipeline versions that settled the two."""

    raw_id: str
    source_id: str
    article_id: str | None
    """None if no article was made of the page."""
    page_version: str | None
    """None if nothing came of the page yet that another try could not change."""
    article_version: str | None


def items_of(connection: duckdb.DuckDBPyConnection, ledger: Ledger, day: date) -> tuple[Item, ...]:
    """All pages that belong to a day, sorted by id. `connection` is one of `storage.readers.connect`."""
    articles = {
        raw_id: (source_id, article_id)
        for raw_id, source_id, article_id in connection.execute(
            "SELECT raw_id, source_id, article_id FROM articles WHERE published_date = ?", [day]
        ).fetchall()
    }
    fetched: dict[str, str] = dict(
        connection.execute(
            "SELECT raw_id, source_id FROM raw WHERE fetched_date = ? AND format != 'feed'", [day]
        ).fetchall()
    )
    with ledger.reading() as transaction:
        settled = lookups.outcome_rows(transaction, articles.keys() | fetched.keys())
        heads = lookups.heads(transaction, [article_id for _, article_id in articles.values()])
    found = []
    for raw_id in sorted(articles.keys() | fetched.keys()):
        outcome = settled.get(raw_id, {})
        source_id, article_id = articles.get(raw_id) or (fetched[raw_id], None)
        if article_id is None and outcome.get("kind") == "kept":
            continue  # It belongs to the day of its article, or its article has moved on to the text of another page.
        page_version = outcome.get("pipeline_version")
        head = heads.get(article_id or "")
        article_version = head.pipeline_version if head else None
        found.append(Item(raw_id, source_id, article_id, str(page_version) if page_version else None, article_version))
    return tuple(found)


def pages(lake: Lake, ledger: Ledger, raw_ids: Collection[str]) -> Iterator[Page]:
    """These pages as they were received, part by part; those that the lake does not have are left out."""
    with ledger.reading() as connection:
        rows = lookups.rows_with(connection, PLACEMENTS, PLACEMENTS.c.id, raw_ids, PLACEMENTS.c.family == RAW.name)
        units = {row.id: Unit(RAW.name, date.fromisoformat(row.date), row.part) for row in rows}
    return _records(lake, BY_NAME["raw"], Page, units)


def articles(lake: Lake, ledger: Ledger, article_ids: Collection[str]) -> Iterator[Article]:
    """These articles as they stand in the lake, part by part; those that it does not have are left out."""
    with ledger.reading() as connection:
        heads = lookups.heads(connection, article_ids)
    units = {head.article_id: Unit(ARTICLES.name, head.date, head.part) for head in heads.values()}
    return _records(lake, BY_NAME["articles"], Article, units)


def _records(lake: Lake, table: Table, record: type[T], units: Mapping[str, Unit]) -> Iterator[T]:
    wanted: dict[Unit, list[str]] = {}
    for name, unit in units.items():
        wanted.setdefault(unit, []).append(name)
    for unit in sorted(wanted):
        blob = lake.files.read(path_of(table, unit.date, unit.part))
        if blob is None:
            continue
        rows = decode(table, blob.data)
        rows = rows.filter(pc.is_in(rows[table.family.owner], pa.array(sorted(wanted[unit]), pa.string())))
        for batch in rows.to_batches(max_chunksize=64):
            yield from from_arrow(record, pa.Table.from_batches([batch]))
