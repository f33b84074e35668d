"""What is true of a lake at every moment, and what is true once nothing waits: as SQL over the files alone.

The same statements serve `newslake verify`, the tests that kill writers, and anybody who wants to check a copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from storage.lake import Lake
from storage.tables import ANNOTATIONS, BY_NAME, TABLES, Table


@dataclass(frozen=True)
class Invariant:
    """A statement about the lake, and the query that finds what contradicts it, one string a row."""

    name: str
    claim: str
    query: str


@dataclass(frozen=True)
class Violation:
    """Something that contradicts an invariant."""

    invariant: str
    what: str


def always(lake: Lake) -> tuple[Invariant, ...]:
    """True at every moment, also while a commit is under way and after a kill: I1 to I4, I6 and I7."""
    return (
        *(_unique(table) for table in TABLES),
        *(_one_revision(table) for table in ANNOTATIONS),
        *(_complete_or_detectable(table) for table in ANNOTATIONS),
        *(_same_date(table) for table in ANNOTATIONS),
        *(
            _removed(lake, table, table.family.owner)
            for table in TABLES
            if table.family.owner in ("article_id", "raw_id")
        ),
        _removed(lake, BY_NAME["duplicates"], "original_id"),
        _removed(lake, BY_NAME["stories"], "headline_article_id"),
    )


def settled() -> tuple[Invariant, ...]:
    """True besides when nothing waits to be written."""
    return (
        *(invariant for table in ANNOTATIONS for invariant in (_no_orphans(table), _complete(table), _slices(table))),
        _no_orphans(BY_NAME["duplicates"]),
        _no_orphans(BY_NAME["story_articles"]),
    )


def violations(
    connection: duckdb.DuckDBPyConnection, invariants: tuple[Invariant, ...], *, limit: int = 20
) -> tuple[Violation, ...]:
    """What contradicts the invariants, at most `limit` rows for each."""
    found = []
    for invariant in invariants:
        for row in connection.execute(f"{invariant.query} LIMIT {limit}").fetchall():
            found.append(Violation(invariant.name, f"{invariant.claim}: not so for {row[0]}"))
    return tuple(found)


def _unique(table: Table) -> Invariant:
    name = "I1 unique articles" if table.name == "articles" else "I2 unique keys"
    key = ", ".join(f'"{column}"' for column in table.key)
    return Invariant(
        f"{name}: {table.name}",
        f"{table.name} has each ({', '.join(table.key)}) once",
        f"SELECT concat_ws(' ', {key}) FROM {table.name} GROUP BY {key} HAVING count(*) > 1",
    )


def _one_revision(table: Table) -> Invariant:
    return Invariant(
        f"I3 one revision: {table.name}",
        f"{table.name} has rows of one revision of each article",
        f"SELECT article_id FROM {table.name} GROUP BY article_id HAVING count(DISTINCT revision) > 1",
    )


def _complete_or_detectable(table: Table) -> Invariant:
    """Rows of another revision show that the article is being replaced; a strict reader joins on both and sees none."""
    return Invariant(
        f"I4 complete or detectable: {table.name}",
        f"each article has all rows of {table.name} of its revision, or rows of another revision",
        f"SELECT a.article_id FROM articles a LEFT JOIN {_counts(table)} c USING (article_id) "
        f"WHERE coalesce(c.revision, a.revision) = a.revision AND coalesce(c.n, 0) != a.{table.count}",
    )


def _complete(table: Table) -> Invariant:
    return Invariant(
        f"I4 complete: {table.name}",
        f"each article has all rows of {table.name} of its revision",
        f"SELECT a.article_id FROM articles a LEFT JOIN {_counts(table)} c USING (article_id) "
        f"WHERE coalesce(c.revision, a.revision) != a.revision OR coalesce(c.n, 0) != a.{table.count}",
    )


def _counts(table: Table) -> str:
    return f"(SELECT article_id, max(revision) AS revision, count(*) AS n FROM {table.name} GROUP BY article_id)"


def _same_date(table: Table) -> Invariant:
    return Invariant(
        f"I6 same place: {table.name}",
        f"rows of {table.name} are filed under the date of their article",
        f"SELECT DISTINCT t.article_id FROM {table.name} t JOIN articles a USING (article_id) "
        f"WHERE t.{table.partition} != a.{table.partition}",
    )


def _removed(lake: Lake, table: Table, column: str) -> Invariant:
    return Invariant(
        f"I7 removed stays removed: {table.name}.{column}",
        f"{table.name} has nothing that was taken down, once its removal is written",
        f"SELECT DISTINCT {column} FROM {table.name} "
        f"WHERE sha256('{lake.salt} ' || {column}) IN (SELECT tombstone FROM removals)",
    )


def _no_orphans(table: Table) -> Invariant:
    return Invariant(
        f"no orphans: {table.name}",
        f"each row of {table.name} has its article",
        f"SELECT DISTINCT article_id FROM {table.name} ANTI JOIN articles USING (article_id)",
    )


def _slices(table: Table) -> Invariant:
    return Invariant(
        f"slices: {table.name}",
        f"text[start:end] is the surface of each row of {table.name}",
        f"SELECT t.article_id || ' ' || t.start FROM {table.name} t JOIN articles a USING (article_id, revision) "
        f'WHERE substr(a.text, t.start + 1, t."end" - t.start) != t.surface',
    )
