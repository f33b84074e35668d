"""The paragraphs that sources repeat, as the ledger remembers them: by their keys, without their words.

A paragraph that was learned is never counted anew: from `learned_at` on every run cuts it, so the same pages give the
same articles each time they are read, until something more is learned. A ledger that was lost learns again from the
lake, whose articles keep what was cut from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from storage.lake import Lake
from storage.readers import connect
from storage.state import BOILERPLATE, Ledger, instant, micros

MOST = 200
"""Paragraphs remembered of one source."""
NEWEST = 500
"""Articles of one source from which is learned at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A paragraph, by its key, that stood in so many of so many articles of a source when it was learned."""

    source_id: str
    paragraph: str
    articles: int
    of_articles: int


def remember(ledger: Ledger, found: Collection[Repeated], now: datetime) -> int:
    """Remember what is new among these paragraphs; how many that are. What is known stays as it is."""
    if not found:
        return 0
    with ledger.writing() as connection:
        known: dict[str, set[str]] = {}
        for source_id, paragraph in connection.execute(sa.select(BOILERPLATE.c.source_id, BOILERPLATE.c.paragraph)):
            known.setdefault(source_id, set()).add(paragraph)
        rows = []
        for each in sorted(found, key=lambda each: (each.source_id, -each.articles, each.paragraph)):
            of_source = known.setdefault(each.source_id, set())
            if each.paragraph not in of_source and len(of_source) < MOST:
                of_source.add(each.paragraph)
                rows.append(
                    {
                        "source_id": each.source_id,
                        "paragraph": each.paragraph,
                        "articles": each.articles,
                        "of_articles": each.of_articles,
                        "learned_at": micros(now),
                        "is_cut": 1,
                    }
                )
        if rows:
            connection.execute(BOILERPLATE.insert(), rows)
    return len(rows)


def repeated_paragraphs(ledger: Ledger, until: datetime) -> dict[str, frozenset[str]]:
    """Keys of the paragraphs to be cut, by source, as they were known at an instant."""
    is_wanted = sa.and_(BOILERPLATE.c.learned_at <= micros(until), BOILERPLATE.c.is_cut == 1)
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(BOILERPLATE.c.source_id, BOILERPLATE.c.paragraph).where(is_wanted))
        found: dict[str, set[str]] = {}
        for source_id, paragraph in rows:
            found.setdefault(source_id, set()).add(paragraph)
    return {source_id: frozenset(paragraphs) for source_id, paragraphs in found.items()}


def remembered(ledger: Ledger) -> list[tuple[Repeated, datetime, bool]]:
    """All paragraphs that were learned, when that was, and whether they are cut; by source, the most frequent first."""
    order = BOILERPLATE.c.source_id, BOILERPLATE.c.articles.desc(), BOILERPLATE.c.paragraph
    with ledger.reading() as connection:
        return [
            (
                Repeated(
                    source_id=row.source_id,
                    paragraph=row.paragraph,
                    articles=row.articles,
                    of_articles=row.of_articles,
                ),
                instant(row.learned_at),
                bool(row.is_cut),
            )
            for row in connection.execute(sa.select(BOILERPLATE).order_by(*order))
        ]


def leave_in(ledger: Ledger, source_id: str, paragraph: str | None = None) -> int:
    """Cut this paragraph of a source no more, or none of its; how many were cut until now. None is learned again."""
    wanted = [BOILERPLATE.c.source_id == source_id, BOILERPLATE.c.is_cut == 1]
    if paragraph is not None:
        wanted.append(BOILERPLATE.c.paragraph == paragraph)
    with ledger.writing() as connection:
        return int(connection.execute(BOILERPLATE.update().where(*wanted).values(is_cut=0)).rowcount)


def cuts_by(lake: Lake, rule: str) -> Iterator[tuple[str, str]]:
    """Every stretch of text that a rule cut from an article that is in the lake, with its source; each once."""
    query = "SELECT DISTINCT source_id, cut.surface FROM (SELECT source_id, unnest(cuts) AS cut FROM articles) "
    with connect(lake) as connection:
        yield from connection.execute(query + "WHERE cut.rule = ? ORDER BY ALL", [rule]).fetchall()


def texts_since(lake: Lake, since: date) -> Iterator[tuple[str, list[list[str]]]]:
    """The newest articles of each source that were published from a day on, as lists of paragraphs, oldest first.

    Paragraphs that were cut stand at the end. Of articles that carry the same text one is given.
    """
    query = """
        SELECT source_id, list(paragraphs ORDER BY published_at, article_id) FROM (
            SELECT source_id, published_at, article_id,
                list_concat(string_split(text, chr(10) || chr(10)), list_transform(cuts, lambda cut: cut.surface))
                    AS paragraphs
            FROM articles WHERE published_date >= ?
            QUALIFY row_number() OVER (PARTITION BY source_id, text_sha256 ORDER BY published_at, article_id) = 1
        )
        GROUP BY source_id ORDER BY source_id
    """
    with connect(lake) as connection:
        result = connection.execute(query, [since])
        while row := result.fetchone():
            yield row[0], row[1][-NEWEST:]
