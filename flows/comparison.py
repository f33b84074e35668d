"""Two versions of an annotator side by side, before the old one's rows are replaced: the rows that the lake stores, and
those that the code of today makes of the same texts. What is made here is shown and not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import duckdb

from flows.settings import Settings
from storage import stored
from storage.lake import Lake
from storage.readers import connect
from storage.records import Annotation, Article
from storage.schemas import from_arrow
from storage.state import chunks
from storage.tables import ANNOTATIONS, Table
from tasks.chunks import annotations_chunk
from tasks.compare.differences import Kind, Pair, differences
from tasks.context import listener
from tasks.isolate import Failure, Pool

BATCH = 256
KINDS = {"mentions": "label", "quotes": "kind", "claims": "kind", "timexes": "type"}
"""By which column the rows of a table are counted."""


class CannotCompare(ValueError):
    """The two versions that were asked for are not to be had; the message says which are."""


@dataclass(frozen=True)
class Version:
    """A version of an annotator as a person writes it: `quotes@1`, `quotes@1+3f2a90`, or `quotes` for any."""

    annotator: str
    number: str = ""

    @classmethod
    def read(cls, text: str) -> Version:
        """Raises CannotCompare."""
        annotator, _, number = text.partition("@")
        if annotator not in KINDS:
            raise CannotCompare(f"{text!r} names none of the annotators {', '.join(KINDS)}; write it as quotes@1.")
        return cls(annotator, number)

    def __str__(self) -> str:
        return f"{self.annotator}@{self.number}" if self.number else self.annotator

    def covers(self, version: str) -> bool:
        """Whether an `annotator_version` of a row is this one: the same, or the same and more exact."""
        return not self.number or version == self.number or version.startswith(f"{self.number}+")


@dataclass
class Comparison:
    """What came of it. `pairs` are those that differ, each with the id of its article."""

    old: Version
    new: Version
    day: date
    compared: int = 0
    elsewise: Counter[str] = field(default_factory=Counter)
    """Articles that were left out, by the version that their rows have, or why the new one could not be made."""
    counts: dict[str, Counter[Kind]] = field(default_factory=dict)
    pairs: list[tuple[str, Pair[Annotation]]] = field(default_factory=list)
    stored_versions: set[str] = field(default_factory=set)
    made_versions: set[str] = field(default_factory=set)

    def add(self, article_id: str, pairs: Iterable[Pair[Annotation]]) -> None:
        """Count the pairs of an article and keep those that differ."""
        self.compared += 1
        for pair in pairs:
            kind = str(getattr(pair.new or pair.old, KINDS[self.old.annotator]))
            self.counts.setdefault(kind, Counter())[pair.kind] += 1
            if pair.kind is not Kind.SAME:
                self.pairs.append((article_id, pair))


def compare(old: Version, new: Version, day: date, settings: Settings, pool: Pool) -> Comparison:
    """Compare the rows of all articles of a day. Raises CannotCompare, and NoLakeError where there is no lake."""
    if old.annotator != new.annotator:
        raise CannotCompare(f"{old} and {new} are two annotators: give two versions of one.")
    found = Comparison(old, new, day)
    table = next(each for each in ANNOTATIONS if each.name == old.annotator)
    lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with lake.ledger() as ledger, connect(lake) as connection:
        found.stored_versions = _versions(connection, table, day)
        if found.stored_versions and not any(map(old.covers, found.stored_versions)):
            raise CannotCompare(
                f"The lake has no rows of {old} on {day}: it has {_list(found.stored_versions)}. Rows that a backfill "
                "has replaced are gone; compare before it."
            )
        ids = [
            row[0]
            for row in connection.execute(
                "SELECT article_id FROM articles WHERE published_date = ? ORDER BY 1", [day]
            ).fetchall()
        ]
        settled = listener("compare", len(ids))
        for some in chunks(ids, BATCH):
            had = _stored(connection, table, day, some)
            articles = [each for each in stored.articles(lake, ledger, some) if _is_old(each, had, found)]
            _compare_batch(articles, had, settings.model, pool, found)
            settled(len(some))
    if found.made_versions and not any(map(new.covers, found.made_versions)):
        raise CannotCompare(f"The code of today does not make {new}: it makes {_list(found.made_versions)}.")
    return found


def _versions(connection: duckdb.DuckDBPyConnection, table: Table, day: date) -> set[str]:
    query = f"SELECT DISTINCT annotator_version FROM {table.name} WHERE published_date = ?"
    return {str(row[0]) for row in connection.execute(query, [day]).fetchall()}


def _stored(
    connection: duckdb.DuckDBPyConnection, table: Table, day: date, ids: Sequence[str]
) -> dict[str, list[Annotation]]:
    query = f"SELECT * FROM {table.name} WHERE published_date = ? AND article_id IN (SELECT unnest(?)) ORDER BY ALL"
    rows = connection.sql(query, params=[day, list(ids)]).to_arrow_table()
    found: dict[str, list[Annotation]] = {}
    record: Any = table.records[-1]
    for article_id, row in zip(rows["article_id"].to_pylist(), from_arrow(record, rows), strict=True):
        found.setdefault(article_id, []).append(row)
    return found


def _is_old(article: Article, had: dict[str, list[Annotation]], found: Comparison) -> bool:
    """An article of whose rows the lake has the old version; one without rows may be of any."""
    rows = had.get(article.article_id)
    if rows is None or found.old.covers(rows[0].annotator_version):
        return True
    found.elsewise[rows[0].annotator_version] += 1
    return False


def _compare_batch(
    articles: Sequence[Article], had: dict[str, list[Annotation]], model: str, pool: Pool, found: Comparison
) -> None:
    made = pool.map(partial(annotations_chunk, model), articles)
    for article, notes in zip(articles, made, strict=True):
        if isinstance(notes, Failure):
            found.elsewise[notes.reason] += 1
            continue
        rows: tuple[Annotation, ...] = getattr(notes, found.old.annotator)
        found.made_versions.update(row.annotator_version for row in rows)
        found.add(article.article_id, differences(had.get(article.article_id, []), rows))


def _list(versions: Iterable[str]) -> str:
    return ", ".join(sorted(versions)) or "none"
