"""What the ledger is asked. Every function here changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from storage.batch import Outcome
from storage.parts import Unit
from storage.revise import Head
from storage.state import (
    COMMITS,
    HEADS,
    LOOKUP,
    OUTCOMES,
    PARTS,
    PLACEMENTS,
    TEXTS,
    TOMBSTONES,
    Ledger,
    chunks,
    instant,
)


@dataclass(frozen=True)
class Fill:
    """The last part of a family on a date, and what is in it."""

    part: int
    items: int
    bytes: int


def outcomes(ledger: Ledger, raw_ids: Collection[str], pipeline_version: str) -> dict[str, Outcome]:
    """What this pipeline version already made of pages; a page that it never saw is missing."""
    with ledger.reading() as connection:
        return {
            row.raw_id: Outcome(row.kind, row.reason, row.article_id)
            for row in rows_with(connection, OUTCOMES, OUTCOMES.c.raw_id, raw_ids)
            if row.pipeline_version == pipeline_version
        }


def articles_with_text(ledger: Ledger, text_sha256s: Collection[str]) -> dict[str, str]:
    """Id of the article that carries a text, by the text's hash; of several, the one that was stored first."""
    with ledger.reading() as connection:
        rows = list(rows_with(connection, HEADS, HEADS.c.text_sha256, text_sha256s))
    rows.sort(key=lambda row: (row.ingested_at, row.article_id), reverse=True)
    return {row.text_sha256: row.article_id for row in rows}


def known_articles(ledger: Ledger, article_ids: Collection[str]) -> set[str]:
    """Which of these articles are in the lake."""
    with ledger.reading() as connection:
        return {row.article_id for row in rows_with(connection, HEADS, HEADS.c.article_id, article_ids)}


def heads(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, Head]:
    """The current text and the place of articles."""
    return {row.article_id: _head(row) for row in rows_with(connection, HEADS, HEADS.c.article_id, article_ids)}


def _head(row: sa.Row[tuple[object, ...]]) -> Head:
    return Head(
        article_id=row.article_id,
        date=date.fromisoformat(row.date),
        part=row.part,
        revision=row.revision,
        last_revision=row.last_revision,
        text_sha256=row.text_sha256,
        content_sha256=row.content_sha256,
        raw_id=row.raw_id,
        pipeline_version=row.pipeline_version,
        effective_at=instant(row.effective_at),
        fetched_at=instant(row.fetched_at),
        ingested_at=instant(row.ingested_at),
    )


def texts(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, set[str]]:
    """Hashes of all texts that articles ever had."""
    found: dict[str, set[str]] = {}
    for row in rows_with(connection, TEXTS, TEXTS.c.article_id, article_ids):
        found.setdefault(row.article_id, set()).add(row.text_sha256)
    return found


def placed(connection: sa.Connection, family: str, ids: Collection[str]) -> dict[str, Unit]:
    """Which of these items are filed already, and where."""
    rows = rows_with(connection, PLACEMENTS, PLACEMENTS.c.id, ids, PLACEMENTS.c.family == family)
    return {row.id: Unit(family, date.fromisoformat(row.date), row.part) for row in rows}


def outcome_rows(connection: sa.Connection, raw_ids: Collection[str]) -> dict[str, Mapping[str, object]]:
    """Rows of `outcomes`, by page."""
    return {row.raw_id: dict(row._mapping) for row in rows_with(connection, OUTCOMES, OUTCOMES.c.raw_id, raw_ids)}


def fills(connection: sa.Connection, wanted: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Fill]:
    """The last part of each family and date."""
    days: dict[str, set[str]] = {}
    for family, day in wanted:
        days.setdefault(family, set()).add(day.isoformat())
    found = {}
    for family, some_days in days.items():
        for some in chunks(sorted(some_days), LOOKUP):
            here = (PARTS.c.family == family, PARTS.c.date.in_(some))
            last = sa.select(PARTS.c.date, sa.func.max(PARTS.c.part).label("part")).where(*here).group_by(PARTS.c.date)
            is_last = sa.tuple_(PARTS.c.date, PARTS.c.part).in_(last)
            for row in connection.execute(sa.select(PARTS).where(*here, is_last)):
                found[family, date.fromisoformat(row.date)] = Fill(row.part, row.items, row.bytes)
    return found


def filed_days(ledger: Ledger, family: str, first: date, last: date) -> set[date]:
    """The days of a span under which anything of a family was ever filed."""
    is_wanted = sa.and_(PARTS.c.family == family, PARTS.c.date.between(first.isoformat(), last.isoformat()))
    with ledger.reading() as connection:
        return {date.fromisoformat(row.date) for row in connection.execute(sa.select(PARTS.c.date).where(is_wanted))}


def last_seq(connection: sa.Connection) -> int:
    """Number of the last commit, 0 if there was none."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(COMMITS.c.seq), 0))).scalar_one())


def has_commits(connection: sa.Connection, run_id: str) -> bool:
    """Whether a run has changed the lake."""
    return connection.execute(sa.select(COMMITS.c.seq).where(COMMITS.c.run_id == run_id).limit(1)).first() is not None


def removed(connection: sa.Connection, salt: str, names: Collection[str]) -> set[str]:
    """Which of these ids and addresses were taken down."""
    if connection.execute(sa.select(TOMBSTONES.c.hash).limit(1)).first() is None:
        return set()
    hashes = {tombstone(salt, name): name for name in names}
    return {hashes[row.hash] for row in rows_with(connection, TOMBSTONES, TOMBSTONES.c.hash, hashes)}


def tombstone(salt: str, name: str) -> str:
    """All that is remembered of something that was taken down."""
    return hashlib.sha256(f"{salt} {name}".encode("utf-8", "surrogatepass")).hexdigest()


def rows_with(
    connection: sa.Connection,
    table: sa.Table,
    column: sa.Column[str],
    values: Collection[str],
    *where: sa.ColumnElement[bool],
) -> Iterable[sa.Row[tuple[object, ...]]]:
    """Rows whose column has one of the values."""
    for some in chunks(sorted(set(values)), LOOKUP):
        yield from connection.execute(sa.select(table).where(column.in_(some), *where))
