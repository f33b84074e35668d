"""Storing a batch: one ledger transaction, which is the commit, then the projection onto Parquet.

A batch that brings nothing new is looked at and left alone: no byte of the lake or of the ledger changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from storage import lookups, sketches
from storage.batch import Batch, Change, Stored
from storage.due import Deferral
from storage.files import OnStep
from storage.lake import Lake
from storage.noted import Noted, keyed
from storage.operations import Page
from storage.parts import Unit
from storage.payloads import pack
from storage.plan import Filed, Known, Note, Plan, Rows, commit_id, names_of, plan, single_names
from storage.project import project
from storage.records import Annotations, Article
from storage.revise import Head, filing_date
from storage.schemas import to_arrow
from storage.state import (
    COMMITS,
    HEADS,
    OUTCOMES,
    PARTS,
    PAYLOADS,
    PLACEMENTS,
    TEXTS,
    TOUCHES,
    Ledger,
    micros,
    upsert,
)
from storage.tables import ANNOTATIONS, ARTICLES, BY_NAME, SINGLES, Table

BATCH_BYTES = 64 << 20
"""A larger batch is committed in pieces, so that no column of strings can outgrow Arrow's offsets."""


def store(
    lake: Lake,
    ledger: Ledger,
    batch: Batch,
    *,
    deferral: Deferral | None = None,
    on_step: OnStep = lambda _step: None,
) -> Stored:
    """Store a batch and write all that waits to be written. Storing the same batch again changes no byte.

    With a `deferral`, old dates may wait for a later call: a schedule writes them together once an hour.
    Raises OSError where the disk or the object store fails: what was committed before that is written by the next
    call, nothing of the rest is remembered, and the same batch may be handed in again.
    """
    changes: dict[str, Change] = {}
    for piece in pieces(batch):
        changes |= commit(lake, ledger, piece, on_step)
    written, is_projected = project(lake, ledger, now=batch.now, deferral=deferral, on_step=on_step)
    return Stored(changes, written, is_projected)


def commit(lake: Lake, ledger: Ledger, batch: Batch, on_step: OnStep) -> dict[str, Change]:
    """Promise a batch in one transaction, unless it brings nothing new. No article may stand in it twice."""
    with ledger.reading() as connection:
        seen = known(connection, lake, batch)
    decided = plan(batch, seen)
    if decided.is_empty:
        return decided.changes
    on_step("planned")
    with ledger.writing() as connection:
        now_known = known(connection, lake, batch)
        if now_known != seen:
            decided = plan(batch, now_known)
        if not decided.is_empty:
            carry_out(connection, batch, decided)
        on_step("written to the ledger")
    on_step("committed")
    return decided.changes


def pieces(batch: Batch) -> Iterator[Batch]:
    """The batch in pieces of bounded size, no article twice in one. Pages go first, what is small goes last."""
    pages: list[Page] = []
    articles: list[tuple[Article, Annotations | Noted]] = []
    size, ids = 0, set[str]()
    things: list[Page | tuple[Article, Annotations | Noted]] = [*batch.pages, *batch.articles]
    for thing in things:
        weight = len(thing.body) if isinstance(thing, Page) else _weight(*thing)
        again = not isinstance(thing, Page) and thing[0].article_id in ids
        if again or (size and size + weight > BATCH_BYTES):
            empty = Batch(run_id=batch.run_id, pipeline_version=batch.pipeline_version, now=batch.now)
            sketched = tuple(sketch for sketch in batch.sketches if sketch.article_id in ids)
            yield dataclasses.replace(empty, pages=tuple(pages), articles=tuple(articles), sketches=sketched)
            pages, articles, size, ids = [], [], 0, set()
        size += weight
        if isinstance(thing, Page):
            pages.append(thing)
        else:
            articles.append(thing)
            ids.add(thing[0].article_id)
    sketched = tuple(sketch for sketch in batch.sketches if sketch.article_id in ids)
    yield dataclasses.replace(batch, pages=tuple(pages), articles=tuple(articles), sketches=sketched)


def _weight(article: Article, annotations: Annotations | Noted) -> int:
    if isinstance(annotations, Noted):
        return 4 * len(article.text) + annotations.size
    rows = chain.from_iterable(getattr(annotations, table.field) for table in ANNOTATIONS)
    return 4 * len(article.text) + sum(500 + 2 * len(row.surface) for row in rows)


def known(connection: sa.Connection, lake: Lake, batch: Batch) -> Known:
    """All that the ledger knows about the things in a batch."""
    articles = [article for article, _ in batch.articles]
    ids = {article.article_id for article in articles}
    pairs = {each.article_id for each in batch.duplicates} | {each.original_id for each in batch.duplicates}
    pairs |= {each.article_id for each in batch.story_articles}
    placed = {
        table.family.name: lookups.placed(
            connection,
            table.family.name,
            [getattr(record, table.family.owner) for record in getattr(batch, table.field)],
        )
        for table in SINGLES
    }
    placed["duplicates"] = lookups.placed(
        connection, "duplicates", [f"{each.article_id} {each.original_id}" for each in batch.duplicates]
    )
    singles = [record for table in SINGLES for record in getattr(batch, table.field)]
    days = {(ARTICLES.name, filing_date(article)) for article in articles} | {
        (table.family.name, table.day(record)) for table in SINGLES for record in getattr(batch, table.field)
    }
    names = {name for article in articles for name in names_of(article)}
    names |= {name for record in singles for name in single_names(record)}
    raw_ids = [article.raw_id for article in articles] + [each.raw_id for each in batch.rejections if each.raw_id]
    return Known(
        heads=lookups.heads(connection, ids | pairs),
        texts=lookups.texts(connection, ids),
        placed=placed,
        outcomes=lookups.outcome_rows(connection, raw_ids),
        fills=lookups.fills(connection, days),
        sketched=sketches.versions(connection, ids),
        removed=frozenset(lookups.removed(connection, lake.salt, names)),
        run_changed_the_lake=lookups.has_commits(connection, batch.run_id),
    )


def carry_out(connection: sa.Connection, batch: Batch, decided: Plan) -> int:
    """Write a plan into the ledger, inside the transaction in which it was made; the number of the commit."""
    key = commit_id(batch, decided, lookups.last_seq(connection))
    row = {"commit_id": key, "run_id": batch.run_id, "committed_at": micros(batch.now)}
    seq = connection.execute(sa.insert(COMMITS).values(row).returning(COMMITS.c.seq)).scalar_one()
    payloads = [
        {"seq": seq, "table_name": name, "rows": _payload(name, rows, decided.filed)}
        for name, rows in decided.rows.items()
    ]
    payloads += [
        {"seq": seq, "table_name": name, "rows": _noted_payload(BY_NAME[name], notes)}
        for name, notes in decided.notes.items()
    ]
    touches = [
        {"seq": seq, "family": unit.family, "date": unit.date.isoformat(), "part": unit.part, "applied_at": None}
        for unit in sorted(decided.units)
    ]
    revised = [name for name, change in decided.changes.items() if change is Change.REVISED]
    for article_id in revised:
        pairs = PLACEMENTS.c.id.between(f"{article_id} ", f"{article_id}!")
        connection.execute(PLACEMENTS.delete().where(PLACEMENTS.c.family == "duplicates", pairs))
    for table, rows in (
        (PAYLOADS, payloads),
        (TOUCHES, touches),
        (HEADS, [_head_row(head) for head in decided.heads.values()]),
        (TEXTS, [{"article_id": name, "text_sha256": text} for name, text in decided.texts]),
        (PLACEMENTS, [_placement_row(*placement) for placement in decided.placements]),
        (PARTS, _part_rows(decided)),
        (OUTCOMES, [dict(outcome) for outcome in decided.outcomes.values()]),
    ):
        upsert(connection, table, rows)
    sketches.write(connection, decided.sketches)
    return int(seq)


def _payload(name: str, rows: Rows, filed: list[Filed]) -> bytes:
    table = BY_NAME[name]
    places = _places(rows.units)
    if name == "articles":
        places["_change"] = pa.array([each.change.value for each in filed], pa.string())
        places["_replaces"] = pa.array([each.replaces for each in filed], pa.int64())
    return pack(to_arrow(table.schema, rows.records), places)


def _noted_payload(table: Table, notes: list[Note]) -> bytes:
    rows = keyed(table, [each.key for each in notes], [each.rows for each in notes])
    return pack(rows, _places([each.unit for each in notes for _ in range(len(each.rows))]))


def _places(units: list[Unit]) -> dict[str, pa.Array[Any]]:
    return {
        "_date": pa.array([unit.date for unit in units], pa.date32()),
        "_part": pa.array([unit.part for unit in units], pa.int32()),
    }


def _head_row(head: Head) -> dict[str, object]:
    row = {each.name: getattr(head, each.name) for each in dataclasses.fields(head)}
    instants = ("effective_at", "fetched_at", "ingested_at")
    return row | {"date": head.date.isoformat()} | {name: micros(getattr(head, name)) for name in instants}


def _placement_row(family: str, name: str, unit: Unit) -> dict[str, object]:
    return {"family": family, "id": name, "date": unit.date.isoformat(), "part": unit.part}


def _part_rows(decided: Plan) -> list[dict[str, object]]:
    return [
        {"family": family, "date": day.isoformat(), "part": fill.part, "items": fill.items, "bytes": fill.bytes}
        for (family, day), filled in decided.fills.items()
        for fill in filled.values()
    ]
