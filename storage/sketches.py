"""The index of texts: what the ledger remembers of each article's current text, to find its like again.

Written in the transaction of the commit that brings the text, so that it says neither more nor less than the lake;
what it is missing (of an older lake, of a ledger that was made again) can be made from the texts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from storage.lake import Lake
from storage.lookups import rows_with
from storage.operations import Sketch
from storage.records import Article
from storage.state import HEADS, SKETCH_KEYS, SKETCHES, Ledger, chunks, instant, micros, upsert
from storage.stored import articles

COMMON = 64
"""Articles that one key is asked for. A key with more is common, and any of them say so."""
KEYS_AT_ONCE = 5_000
FEW_OF_EACH = {
    "sqlite": "SELECT w.value, (SELECT group_concat(number) FROM (SELECT number FROM sketch_keys WHERE key = w.value "
    "ORDER BY number LIMIT :common)) FROM json_each(:keys) AS w "
    "WHERE EXISTS (SELECT 1 FROM sketch_keys WHERE key = w.value)",
    "postgresql": "SELECT w.key, (SELECT string_agg(CAST(number AS TEXT), ',') FROM (SELECT number FROM sketch_keys "
    "WHERE key = w.key ORDER BY number LIMIT :common) AS few) FROM unnest(CAST(:keys AS BIGINT[])) AS w(key) "
    "WHERE EXISTS (SELECT 1 FROM sketch_keys WHERE sketch_keys.key = w.key)",
}
AT_ONCE = 2_000
"""Articles whose sketches are made in one transaction when the index is filled up."""


def postings(ledger: Ledger, keys: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The numbers of articles that have a key, by key: the `COMMON` lowest, so that the answer stays bounded."""
    query = sa.text(FEW_OF_EACH[ledger.engine.dialect.name])
    found = {}
    with ledger.reading() as connection:
        for some in chunks(sorted(set(keys)), KEYS_AT_ONCE):
            # One parameter, whatever their number: a statement per number of keys would have to be compiled each time.
            wanted: object = json.dumps(some) if ledger.is_sqlite else list(some)
            for key, numbers in connection.execute(query, {"keys": wanted, "common": COMMON}):
                found[key] = tuple(map(int, numbers.split(",")))
    return found


def with_numbers(ledger: Ledger, numbers: Collection[int]) -> list[Sketch]:
    """The sketches of articles, by their numbers."""
    with ledger.reading() as connection:
        return [
            _sketch(row)
            for some in chunks(sorted(set(numbers)))
            for row in connection.execute(sa.select(SKETCHES).where(SKETCHES.c.number.in_(some)))
        ]


def of_day(ledger: Ledger, day: date) -> list[Sketch]:
    """The sketches of the articles that are filed under a day."""
    filed = sa.select(SKETCHES).join(HEADS, HEADS.c.article_id == SKETCHES.c.article_id)
    with ledger.reading() as connection:
        rows = connection.execute(filed.where(HEADS.c.date == day.isoformat()).order_by(SKETCHES.c.article_id))
        return [_sketch(row) for row in rows]


def first_with_texts(ledger: Ledger, texts: Collection[str], *, besides: Collection[str]) -> dict[str, Sketch]:
    """The earliest article with each of these texts, by the text's hash, leaving aside those in `besides`."""
    columns = (SKETCHES.c.article_id, SKETCHES.c.text_sha256, SKETCHES.c.appeared_at)
    first: dict[str, tuple[int, str]] = {}
    with ledger.reading() as connection:
        for some in chunks(sorted(set(texts))):
            for row in connection.execute(sa.select(*columns).where(SKETCHES.c.text_sha256.in_(some))):
                if row.article_id not in besides:
                    age = (row.appeared_at, row.article_id)
                    first[row.text_sha256] = min(age, first.get(row.text_sha256, age))
        ids = [article_id for _, article_id in first.values()]
        return {row.text_sha256: _sketch(row) for row in rows_with(connection, SKETCHES, SKETCHES.c.article_id, ids)}


def versions(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, tuple[str, int]]:
    """Of which text the sketch of an article is, and which version made it."""
    columns = sa.select(SKETCHES.c.article_id, SKETCHES.c.text_sha256, SKETCHES.c.version)
    return {
        row.article_id: (row.text_sha256, row.version)
        for some in chunks(sorted(set(article_ids)))
        for row in connection.execute(columns.where(SKETCHES.c.article_id.in_(some)))
    }


def write(connection: sa.Connection, sketches: Sequence[Sketch]) -> None:
    """Let these sketches stand for their articles, inside a transaction."""
    forget(connection, [sketch.article_id for sketch in sketches])
    upsert(connection, SKETCHES, [_row(sketch) for sketch in sketches])
    # In the order of the index: neighbours share a page.
    pairs = sorted((key, sketch.number) for sketch in sketches for key in sketch.keys)
    upsert(connection, SKETCH_KEYS, [{"key": key, "number": number} for key, number in pairs])


def forget(connection: sa.Connection, article_ids: Iterable[str]) -> None:
    """Take articles out of the index, inside a transaction."""
    for row in list(rows_with(connection, SKETCHES, SKETCHES.c.article_id, list(article_ids))):
        for some in chunks(_keys(row.keys_)):
            gone = (SKETCH_KEYS.c.number == row.number, SKETCH_KEYS.c.key.in_(some))
            connection.execute(SKETCH_KEYS.delete().where(*gone))
        connection.execute(SKETCHES.delete().where(SKETCHES.c.article_id == row.article_id))


def fill_up(lake: Lake, ledger: Ledger, sketch: Callable[[Article], Sketch], version: int) -> int:
    """Make the sketches that are missing, or made of another text or by another version; how many those were."""
    current = (SKETCHES.c.article_id == HEADS.c.article_id, SKETCHES.c.text_sha256 == HEADS.c.text_sha256)
    query = (
        sa.select(HEADS.c.article_id)
        .outerjoin(SKETCHES, sa.and_(*current, SKETCHES.c.version == version))
        .where(SKETCHES.c.article_id.is_(None))
        .order_by(HEADS.c.date, HEADS.c.part, HEADS.c.article_id)
    )
    with ledger.reading() as connection:
        missing = [str(row.article_id) for row in connection.execute(query)]
    made = 0
    for some in chunks(missing, AT_ONCE):
        sketches = [sketch(article) for article in articles(lake, ledger, some)]
        with ledger.writing() as connection:
            heads = {
                row.article_id: row.text_sha256 for row in rows_with(connection, HEADS, HEADS.c.article_id, list(some))
            }
            current_ones = [each for each in sketches if heads.get(each.article_id) == each.text_sha256]
            write(connection, current_ones)
        made += len(current_ones)
    return made


def _row(sketch: Sketch) -> dict[str, object]:
    return {
        "article_id": sketch.article_id,
        "number": sketch.number,
        "text_sha256": sketch.text_sha256,
        "appeared_at": micros(sketch.appeared_at),
        "publisher": sketch.publisher,
        "keys_": struct.pack(f"<{len(sketch.keys)}q", *sketch.keys),
        "shingles": sketch.shingles,
        "version": sketch.version,
    }


def _sketch(row: sa.Row[tuple[object, ...]]) -> Sketch:
    return Sketch(
        article_id=row.article_id,
        number=row.number,
        text_sha256=row.text_sha256,
        appeared_at=instant(row.appeared_at),
        publisher=row.publisher,
        keys=_keys(row.keys_),
        shingles=row.shingles,
        version=row.version,
    )


def _keys(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 8}q", data)
