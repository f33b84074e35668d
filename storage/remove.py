"""Taking down: an article, a page address or a source leaves every table, the raw pages, the old texts and the
ledger, and does not come back. What remains is a salted hash."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from storage import sketches
from storage.batch import Batch
from storage.commit import carry_out, known
from storage.files import OnStep
from storage.lake import Lake
from storage.lookups import tombstone
from storage.operations import Removal
from storage.parts import Unit, decode, unit_of
from storage.payloads import pack, unpack
from storage.plan import plan
from storage.project import project
from storage.state import (
    BOILERPLATE,
    HEADS,
    OUTCOMES,
    PAYLOADS,
    PLACEMENTS,
    TEXTS,
    TOMBSTONES,
    TOUCHES,
    Ledger,
    chunks,
    upsert,
)
from storage.tables import BY_NAME, STORIES, TABLES, Table

PLACE = ("_date", "_part")


@dataclass(frozen=True)
class Request:
    """What is to be taken down. Patterns are those of the shell: `*`, `?`, `[...]`."""

    article_ids: tuple[str, ...] = ()
    url_patterns: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()

    def names(self, row: dict[str, object]) -> bool:
        """Whether a row of `articles`, `revisions`, `raw` or `rejections` is meant."""
        urls = [str(row[name]) for name in ("url", "canonical_url", "locator") if row.get(name)]
        return (
            row.get("article_id") in self.article_ids
            or row.get("source_id") in self.source_ids
            or any(fnmatch.fnmatchcase(url, pattern) for url in urls for pattern in self.url_patterns)
        )


@dataclass(frozen=True)
class Removed:
    """What was taken down, and the proof."""

    rows: dict[str, int]
    """Rows taken out, per table."""
    left: tuple[str, ...]
    """Where a scan of every part and of the ledger's files still found one of the ids or addresses: empty, or the
    removal failed."""


@dataclass(frozen=True)
class _Found:
    """Items that are to go, with their place; and the names by which they are known.

    An item is a family, an id and a unit; a pair of `duplicates` of which the earlier article goes, likewise.
    """

    items: frozenset[tuple[str, str, Unit]]
    names: frozenset[str]
    rows: dict[str, int]


LOOKED_AT = ("articles", "revisions", "raw", "rejections", "fetches", "feed_gaps")
COLUMNS = (
    "article_id", "original_id", "raw_id", "rejection_id", "fetch_id", "gap_id", "url", "canonical_url", "locator",
    "source_id", "story_id",
)  # fmt: skip
DUPLICATES = BY_NAME["duplicates"]


def remove(
    lake: Lake, ledger: Ledger, request: Request, *, now: datetime, on_step: OnStep = lambda _step: None
) -> Removed:
    """Take down what the request names. Doing it twice changes nothing; a kill at any point is made up for by the
    next projection. Raises OSError where the disk or object store fails."""
    project(lake, ledger, now=now)
    found = _find(lake, request)
    names = sorted(found.names | set(request.source_ids) | set(request.article_ids))
    removals = tuple(Removal(tombstone=tombstone(lake.salt, name), removed_at=now) for name in names)
    batch = Batch(run_id="remove", pipeline_version="", now=now, removals=removals)
    with ledger.writing() as connection:
        decided = plan(batch, known(connection, lake, batch))
        seq = carry_out(connection, batch, decided) if decided.rows or found.items else None
        upsert(connection, TOMBSTONES, [{"hash": removal.tombstone} for removal in removals])
        connection.execute(BOILERPLATE.delete().where(BOILERPLATE.c.source_id.in_(request.source_ids)))
        _forget(connection, found)
        if seq is not None and found.items:
            _take_out(connection, seq, found)
        on_step("written to the ledger")
    on_step("committed")
    project(lake, ledger, now=now, on_step=on_step)
    on_step("projected")
    ledger.rewrite()
    on_step("rewritten")
    return Removed(found.rows, _left(lake, ledger, found))


def _find(lake: Lake, request: Request) -> _Found:
    """All items that are meant: those the request names, the pages they were made from, and what those pages made."""
    seen = [(name, unit, row) for name in LOOKED_AT for unit, row in _rows(lake, BY_NAME[name])]
    meant = [each for each in seen if request.names(each[2])]
    article_ids = {row.get("article_id") for _, _, row in meant if row.get("article_id")}
    raw_ids = {row.get("raw_id") for _, _, row in meant if row.get("raw_id")}
    raw_ids |= {row["raw_id"] for _, _, row in seen if row.get("article_id") in article_ids}
    meant += [each for each in seen if each[2].get("raw_id") in raw_ids or each[2].get("article_id") in article_ids]
    items = {(unit.family, str(row[BY_NAME[name].family.owner]), unit) for name, unit, row in meant}
    named = ("article_id", "raw_id", "rejection_id", "url", "canonical_url")
    names = {str(row[column]) for _, _, row in meant for column in named if row.get(column)}
    rows = _count(lake, items)
    pairs = {
        (DUPLICATES.name, f"{row['article_id']} {row['original_id']}", unit)
        for unit, row in _rows(lake, DUPLICATES)
        if row["original_id"] in article_ids and row["article_id"] not in article_ids
    }
    if pairs:
        rows[DUPLICATES.name] = rows.get(DUPLICATES.name, 0) + len(pairs)
    told = {row["story_id"] for _, row in _rows(lake, BY_NAME["story_articles"]) if row["article_id"] in article_ids}
    # A story may bear the title of what goes; `newslake stories` makes its row again from the articles that stay.
    stories = {
        (STORIES.name, str(row["story_id"]), unit)
        for unit, row in _rows(lake, BY_NAME["stories"])
        if row["story_id"] in told
    }
    return _Found(
        frozenset(items | pairs | stories), frozenset(names), rows | ({"stories": len(stories)} if stories else {})
    )


def _rows(lake: Lake, table: Table) -> Iterable[tuple[Unit, dict[str, object]]]:
    for path in lake.files.paths(f"tables/{table.name}"):
        blob, unit = lake.files.read(path), unit_of(table, path)
        if blob is None or unit is None:
            continue
        rows = decode(table, blob.data)
        for row in rows.select([name for name in COLUMNS if name in rows.schema.names]).to_pylist():
            yield unit, row


def _count(lake: Lake, items: Collection[tuple[str, str, Unit]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    units = {unit for _, _, unit in items}
    for table in TABLES:
        ids = pa.array(sorted({name for family, name, _ in items if family == table.family.name}), pa.string())
        for path in lake.files.paths(f"tables/{table.name}"):
            blob = lake.files.read(path) if unit_of(table, path) in units else None
            if blob is not None:
                rows = decode(table, blob.data)
                meant = rows.filter(pc.is_in(rows[table.family.owner], ids))
                counts[table.name] = counts.get(table.name, 0) + len(meant)
    return {name: count for name, count in counts.items() if count}


def _forget(connection: sa.Connection, found: _Found) -> None:
    """Take the items out of the ledger's own tables and out of the payloads that it still keeps."""
    for some in chunks(sorted(found.names)):
        for table, column in ((HEADS, "article_id"), (TEXTS, "article_id"), (OUTCOMES, "raw_id"), (PLACEMENTS, "id")):
            connection.execute(table.delete().where(table.c[column].in_(some)))
        connection.execute(OUTCOMES.delete().where(OUTCOMES.c.article_id.in_(some)))
    for name in found.names:
        pairs = PLACEMENTS.c.id.between(f"{name} ", f"{name}!")
        connection.execute(PLACEMENTS.delete().where(PLACEMENTS.c.family == "duplicates", pairs))
    for some in chunks(sorted(name for family, name, _ in found.items if family == DUPLICATES.name)):
        connection.execute(PLACEMENTS.delete().where(PLACEMENTS.c.family == "duplicates", PLACEMENTS.c.id.in_(some)))
    sketches.forget(connection, found.names)
    stories = {name for family, name, _ in found.items if family == STORIES.name}
    owners = pa.array(sorted(found.names | stories), pa.string())
    for row in connection.execute(sa.select(PAYLOADS.c.seq, PAYLOADS.c.table_name)).all():
        if row.table_name not in BY_NAME:
            continue
        here = (PAYLOADS.c.seq == row.seq, PAYLOADS.c.table_name == row.table_name)
        rows = unpack(connection.execute(sa.select(PAYLOADS.c.rows).where(*here)).scalar_one())
        is_meant = pc.is_in(rows[BY_NAME[row.table_name].family.owner], owners)
        if row.table_name == DUPLICATES.name:
            is_meant = pc.or_(is_meant, pc.is_in(rows["original_id"], owners))
        if pc.any(is_meant).as_py():
            kept = rows.filter(pc.invert(is_meant))
            connection.execute(PAYLOADS.update().where(*here).values(rows=pack(kept, {})))


def _take_out(connection: sa.Connection, seq: int, found: _Found) -> None:
    """Promise that the items will be taken out of their parts."""
    items = sorted(found.items)
    rows = pa.table({"family": [family for family, _, _ in items], "id": [name for _, name, _ in items]})
    places: dict[str, pa.Array[Any]] = {
        "_date": pa.array([unit.date for _, _, unit in items], pa.date32()),
        "_part": pa.array([unit.part for _, _, unit in items], pa.int32()),
    }
    upsert(connection, PAYLOADS, [{"seq": seq, "table_name": "removed", "rows": pack(rows, places)}])
    touches = [
        {"seq": seq, "family": unit.family, "date": unit.date.isoformat(), "part": unit.part, "applied_at": None}
        for unit in sorted({unit for _, _, unit in items})
    ]
    upsert(connection, TOUCHES, touches)


def _left(lake: Lake, ledger: Ledger, found: _Found) -> tuple[str, ...]:
    """Where the removed things still stand: a scan of every string of every part and of the ledger's files."""
    left = []
    owners = pa.array(sorted(found.names), pa.string())
    for table in TABLES:
        strings = [field.name for field in table.schema if pa.types.is_string(field.type)]
        for path in lake.files.paths(f"tables/{table.name}"):
            blob = lake.files.read(path)
            rows = None if blob is None else decode(table, blob.data)
            if rows is not None and any(pc.any(pc.is_in(rows[name], owners)).as_py() for name in strings):
                left.append(path)
    if ledger.is_sqlite:
        ids = [name.encode() for name in found.names]
        database = Path(ledger.engine.url.database or "")
        for file in sorted(database.parent.glob(f"{database.name}*")):
            data = file.read_bytes()
            left += [file.name] if any(each in data for each in ids) else []
    return tuple(left)
