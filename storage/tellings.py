"""What of stored articles tells their stories, and the stories that were told of them. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from storage.operations import Telling
from storage.records import Story, StoryArticle
from storage.schemas import from_arrow
from storage.state import SKETCHES, Ledger, chunks

NAMED = "('PERSON', 'ORG', 'EVENT', 'FAC', 'PRODUCT', 'WORK_OF_ART', 'LAW')"
PLACED = "('GPE', 'LOC')"
COUNTED = "('count', 'money', 'measure', 'share')"
REPEATING = "('exact', 'reprint', 'revision_elsewhere')"
"""Kinds of duplicates that carry the text of another article, and not a part of it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose text an article carries."""

    article_id: str
    """The earliest article that carries it."""
    name: str


def of_days(connection: duckdb.DuckDBPyConnection, ledger: Ledger, first: date, last: date) -> list[Telling]:
    """The articles that were published on these days, in no order. `connection` is one of `storage.readers.connect`."""
    days = "SELECT article_id FROM articles WHERE published_date BETWEEN ? AND ?"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS {days}", [first, last])
    return _tellings(connection, ledger, "text")


def of_articles(connection: duckdb.DuckDBPyConnection, ledger: Ledger, ids: Collection[str]) -> list[Telling]:
    """These articles, without their texts; those that the lake does not have are left out."""
    given = pa.table({"article_id": pa.array(sorted(ids), pa.string())})
    connection.register("given", given)
    connection.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT article_id FROM given")
    connection.unregister("given")
    return _tellings(connection, ledger, "''")


def _tellings(connection: duckdb.DuckDBPyConnection, ledger: Ledger, text: str) -> list[Telling]:
    """The articles of the table `wanted`."""
    rows = connection.execute(
        f"SELECT article_id, published_date, published_at, coalesce(title, ''), {text}, source_id, agency "
        "FROM articles SEMI JOIN wanted USING (article_id)"
    ).fetchall()
    known = _known(ledger, [row[0] for row in rows])
    origins = _origins(connection, ledger, {row[0]: row[6] for row in rows}, known)
    names = _counted(connection, "canonical_name", NAMED)
    places = _counted(connection, "coalesce(place_name, canonical_name)", PLACED)
    quantities = _quantities(connection)
    found = []
    for article_id, day, published_at, title, said, source_id, agency in rows:
        publisher = known[article_id][1] if article_id in known else source_id
        origin = origins.get(article_id, Origin(article_id, agency or publisher))
        found.append(
            Telling(
                article_id=article_id, day=day, published_at=published_at.astimezone(UTC), title=title, text=said,
                publisher=publisher, origin_id=origin.article_id, origin=origin.name,
                names=names.get(article_id, ()), places=places.get(article_id, ()),
                quantities=quantities.get(article_id, ()),
            )
        )  # fmt: skip
    return found


def _known(ledger: Ledger, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """When the text of an article appeared, and its publisher, as the index of texts has it."""
    columns = sa.select(SKETCHES.c.article_id, SKETCHES.c.appeared_at, SKETCHES.c.publisher)
    with ledger.reading() as connection:
        return {
            row.article_id: (row.appeared_at, row.publisher)
            for some in chunks(sorted(set(ids)))
            for row in connection.execute(columns.where(SKETCHES.c.article_id.in_(some)))
        }


def _origins(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    agencies: Mapping[str, str | None],
    known: Mapping[str, tuple[int, str]],
) -> dict[str, Origin]:
    """Of articles that repeat others or are repeated: copies of copies are copies of the first."""
    pairs = connection.execute(
        "SELECT article_id, original_id FROM duplicates SEMI JOIN wanted USING (article_id) "
        f"WHERE coalesce(kind, 'exact') IN {REPEATING} ORDER BY ALL"
    ).fetchall()
    ages = dict(known) | _known(ledger, {original for _, original in pairs} - known.keys())
    found: dict[str, Origin] = {}
    for group in groups(pairs):
        first = min(group, key=lambda name: (ages.get(name, (0, ""))[0], name))
        credited = sorted((ages.get(name, (0, ""))[0], agency) for name in group if (agency := agencies.get(name)))
        publisher = ages[first][1] if first in ages else first
        name = credited[0][1] if credited else publisher
        found |= {member: Origin(first, name) for member in group}
    return found


def groups(pairs: Iterable[tuple[str, str]]) -> Iterator[set[str]]:
    """What hangs together by pairs."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of |= dict.fromkeys(joined, joined)
    yield from {id(group): group for group in group_of.values()}.values()


def _counted(connection: duckdb.DuckDBPyConnection, name: str, labels: str) -> dict[str, tuple[tuple[str, int], ...]]:
    """Names of some kinds in each article, with how often they stand there, in the order of the alphabet."""
    rows = connection.execute(
        f"SELECT article_id, {name} AS name, count(*) FROM mentions SEMI JOIN wanted USING (article_id) "
        f"WHERE is_name AND label IN {labels} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for article_id, named, count in rows:
        found[article_id] = (*found.get(article_id, ()), (named, count))
    return found


def _quantities(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "SELECT DISTINCT article_id, printf('%g %s', value, coalesce(counted_lemma, unit)) AS quantity "
        "FROM claims SEMI JOIN wanted USING (article_id) "
        f"WHERE kind IN {COUNTED} AND coalesce(counted_lemma, unit) IS NOT NULL ORDER BY ALL"
    ).fetchall()
    found: dict[str, tuple[str, ...]] = {}
    for article_id, quantity in rows:
        found[article_id] = (*found.get(article_id, ()), quantity)
    return found


def members(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[str, StoryArticle]:
    """Who belongs, on whatever day, to the stories of which these days have articles, to stories that are merged with
    those, and to stories without a row."""
    here = connection.execute(
        "SELECT story_id FROM story_articles WHERE published_date BETWEEN ? AND ? "
        "UNION SELECT story_id FROM story_articles ANTI JOIN stories USING (story_id)",
        [first, last],
    ).fetchall()
    merges = connection.execute(
        "SELECT story_id, merged_into FROM stories WHERE merged_into IS NOT NULL ORDER BY ALL"
    ).fetchall()
    ids = {story_id for (story_id,) in here}
    together = [group for group in groups(merges) if group & ids]
    ids = ids.union(*together)
    query = "SELECT * FROM story_articles WHERE list_contains(?, story_id)"
    rows: pa.Table = connection.sql(query, params=[sorted(ids)]).to_arrow_table()
    return {row.article_id: row for row in from_arrow(StoryArticle, rows)}


def stories(connection: duckdb.DuckDBPyConnection, members: Iterable[StoryArticle]) -> dict[str, Story]:
    """The stories that these articles belong to, and those that they were merged into."""
    found: dict[str, Story] = {}
    asked = {row.story_id for row in members}
    while asked:
        query = "SELECT * FROM stories WHERE list_contains(?, story_id)"
        rows: pa.Table = connection.sql(query, params=[sorted(asked)]).to_arrow_table()
        found |= {row.story_id: row for row in from_arrow(Story, rows)}
        asked = {row.merged_into for row in found.values() if row.merged_into} - found.keys() - asked
    return found
