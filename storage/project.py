"""The projection: what waits in the ledger is written to the parts it belongs to, and marked as written last.

Doing it twice, or again after a kill at any point, gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from storage.applier import Turn, turn
from storage.batch import Written
from storage.due import Deferral, due_dates
from storage.files import Blob, FencedError, OnStep
from storage.lake import Lake
from storage.parts import Unit, decode, digest, encode, merged, path_of
from storage.payloads import of_place, unpack
from storage.replaced import revisions_of
from storage.state import FILES, PAYLOADS, TOUCHES, Ledger, micros, upsert
from storage.tables import ARTICLES, BY_NAME, FAMILIES, Table, tables_of

CHUNK_BYTES = 64 << 20
"""Compressed size of the payloads that are held in memory at once."""

DUPLICATES = BY_NAME["duplicates"]
Totals = dict[str, Written]


def project(
    lake: Lake,
    ledger: Ledger,
    *,
    now: datetime,
    deferral: Deferral | None = None,
    on_step: OnStep = lambda _step: None,
) -> tuple[Totals, bool]:
    """Write all that waits, but for old dates that may wait longer. Returns what was written per table, and whether
    all that is due is written.

    Another process at work is left to it: it looks again for what waits before it stops.
    """
    written: Totals = {}
    while due := due_dates(ledger, now, deferral):
        with turn(ledger) as mine:
            if mine is None:
                return written, False
            lake.files.begin(mine.generation)
            on_step("locked")
            try:
                for chunk in _chunks(ledger, due):
                    _project_chunk(lake, mine, chunk, written, on_step)
                    _mark(mine, chunk, now)
                    on_step("marked")
            except FencedError:
                return written, False
            finally:
                lake.files.end(mine.generation)
    return written, True


@dataclass
class Chunk:
    """Some commits in their order: the units they touch and the rows they bring, per table."""

    units: set[Unit] = field(default_factory=set)
    last_seq: int = 0
    rows: dict[str, list[pa.Table]] = field(default_factory=dict)
    files: dict[str, dict[str, object]] = field(default_factory=dict)

    def of(self, table: Table, unit: Unit) -> pa.Table | None:
        """The rows for one part, with `_seq`, in the order of their commits."""
        found = [of_place(rows, unit.date, unit.part) for rows in self.rows.get(table.name, [])]
        found = [rows for rows in found if len(rows)]
        return pa.concat_tables(found).combine_chunks() if found else None


def _chunks(ledger: Ledger, due: Collection[str]) -> Iterator[Chunk]:
    """What waits for these dates, in the order of the commits, in chunks that fit into memory."""
    while True:
        chunk = Chunk()
        size = 0
        with ledger.reading() as connection:
            waiting = sa.select(TOUCHES).where(TOUCHES.c.applied_at.is_(None)).order_by(TOUCHES.c.seq)
            touches: dict[int, list[Unit]] = {}
            for row in connection.execute(waiting):
                if row.date in due:
                    unit = Unit(row.family, date.fromisoformat(row.date), row.part)
                    touches.setdefault(row.seq, []).append(unit)
            for seq, units in touches.items():
                if size > CHUNK_BYTES:
                    break
                chunk.units.update(units)
                chunk.last_seq = seq
                for row in connection.execute(sa.select(PAYLOADS).where(PAYLOADS.c.seq == seq)):
                    size += len(row.rows)
                    rows = unpack(row.rows)
                    rows = rows.append_column("_seq", pa.array([seq] * len(rows), pa.int64()))
                    chunk.rows.setdefault(row.table_name, []).append(rows)
        if not chunk.units:
            return
        yield chunk


def _project_chunk(lake: Lake, mine: Turn, chunk: Chunk, written: Totals, on_step: OnStep) -> None:
    for unit in sorted(chunk.units):
        removed = _removed(chunk, unit)
        _take_out(Parts(lake, mine, unit, written, on_step, chunk.files), removed.get(unit.family, set()))
        _take_out_pairs(Parts(lake, mine, unit, written, on_step, chunk.files), removed.get(DUPLICATES.name, set()))
    for unit in sorted(chunk.units):
        family = next(family for family in FAMILIES if family.name == unit.family)
        parts = Parts(lake, mine, unit, written, on_step, chunk.files)
        if family == ARTICLES:
            _project_articles(parts, chunk)
        else:
            for table in tables_of(family):
                rows = chunk.of(table, unit)
                if rows is not None:
                    parts.rewrite(table, _last_of_each(table, rows), frozenset())


def _removed(chunk: Chunk, unit: Unit) -> dict[str, set[str]]:
    """What a removal takes out of one unit: ids by family, and pairs of `duplicates`."""
    found: dict[str, set[str]] = {}
    for rows in chunk.rows.get("removed", []):
        here = of_place(rows, unit.date, unit.part)
        for family, name in zip(here["family"].to_pylist(), here["id"].to_pylist(), strict=True):
            found.setdefault(str(family), set()).add(str(name))
    return found


def _take_out(parts: Parts, ids: Collection[str]) -> None:
    """Removals come before everything else, and articles before their annotations."""
    family = next(family for family in FAMILIES if family.name == parts.unit.family)
    if ids:
        for table in reversed(tables_of(family)):
            parts.rewrite(table, None, frozenset(ids))


def _take_out_pairs(parts: Parts, pairs: Collection[str]) -> None:
    """A pair whose earlier article was taken down goes; what else is known of the later one stays."""
    if not pairs:
        return
    rows = parts.read(DUPLICATES)
    ids = (rows[name].to_pylist() for name in DUPLICATES.key)
    is_gone = [f"{later} {earlier}" in pairs for later, earlier in zip(*ids, strict=True)]
    owners = pc.unique(rows.filter(pa.array(is_gone, pa.bool_()))["article_id"]).cast(pa.string())
    theirs = pc.is_in(rows["article_id"], owners)
    kept = rows.filter(pc.and_(theirs, pa.array([not each for each in is_gone], pa.bool_())))
    parts.rewrite(DUPLICATES, kept, frozenset(map(str, owners.to_pylist())))


def _project_articles(parts: Parts, chunk: Chunk) -> None:
    """Old texts first, so that none is lost; then annotations; articles last, so that none is seen without."""
    unit = parts.unit
    given = {table.name: chunk.of(table, unit) for table in tables_of(ARTICLES)}
    articles = given["articles"]
    if articles is not None:
        given["revisions"] = revisions_of(parts.read, given)
        current = _current(articles)
    else:
        current = {}
    for table in tables_of(ARTICLES):
        rows = given[table.name]
        if rows is not None and (table.count is not None or table.name == "articles"):
            rows = _only(rows, current)
        if rows is not None and table.name in ("duplicates", "story_articles"):
            rows = _last_of_each(table, rows)
        dropped = frozenset() if table.name in ("revisions", "story_articles") else _dropped(table, articles, current)
        parts.rewrite(table, rows, dropped)


def _current(articles: pa.Table) -> dict[str, int]:
    """The commit that brings the text which is current after this chunk, by article; late texts are not."""
    found: dict[str, int] = {}
    columns = (articles[name].to_pylist() for name in ("article_id", "_seq", "_change"))
    for article_id, seq, change in zip(*columns, strict=True):
        if change != "late":
            found[article_id] = max(seq, found.get(article_id, 0))
    return found


def _dropped(table: Table, articles: pa.Table | None, current: dict[str, int]) -> frozenset[str]:
    """Whose old rows go: of all articles that are replaced; pairs of duplicates go with a changed text only."""
    if articles is None or table.name != "duplicates":
        return frozenset(current)
    columns = (articles[name].to_pylist() for name in ("article_id", "_change"))
    return frozenset(article_id for article_id, change in zip(*columns, strict=True) if change == "revised")


def _only(rows: pa.Table, current: dict[str, int]) -> pa.Table:
    columns = (rows[name].to_pylist() for name in ("article_id", "_seq"))
    return rows.filter(pa.array([current.get(name) == seq for name, seq in zip(*columns, strict=True)], pa.bool_()))


def _last_of_each(table: Table, rows: pa.Table) -> pa.Table:
    """Of rows with the same key, the one that was committed last."""
    keys = zip(*(rows[name].to_pylist() for name in table.key), strict=True)
    return rows.take(pa.array(sorted({key: index for index, key in enumerate(keys)}.values()), pa.int64()))


@dataclass
class Parts:
    """The parts of one unit while they are rewritten."""

    lake: Lake
    mine: Turn
    unit: Unit
    written: Totals
    on_step: OnStep
    files: dict[str, dict[str, object]]
    """What the ledger will remember of the files, for telling later whether they are whole."""
    blobs: dict[str, Blob | None] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def read(self, table: Table) -> pa.Table:
        """The rows of a part; none if there is no part yet."""
        if table.name not in self.tables:
            blob = self.lake.files.read(path_of(table, self.unit.date, self.unit.part))
            self.blobs[table.name] = blob
            self.tables[table.name] = table.schema.empty_table() if blob is None else decode(table, blob.data)
        return self.tables[table.name]

    def rewrite(self, table: Table, rows: pa.Table | None, dropped: frozenset[str]) -> None:
        """Replace the part by one without the dropped owners' rows and with the given ones, if that changes it."""
        old = self.read(table)
        blob = self.blobs[table.name]
        new = table.schema.empty_table() if rows is None else rows.select(table.schema.names)
        if not len(new) and (not len(old) or not dropped):
            # After a kill, the run before may have written it and not come to noting it.
            if blob is not None:
                self._note(table, blob.data, len(old))
            return
        self.mine.beat()
        rows_now = merged(table, old, new, dropped)
        data = encode(table, rows_now)
        self._note(table, data, len(rows_now))
        if blob is not None and blob.data == data:
            return
        self.mine.confirm()
        path = path_of(table, self.unit.date, self.unit.part)
        self.lake.files.publish(
            path, data, blob, self.mine.generation, lambda step: self.on_step(f"{table.name} {step}")
        )
        self.written[table.name] = self.written.get(table.name, Written()) + Written(1, len(new), len(data))

    def _note(self, table: Table, data: bytes, rows: int) -> None:
        path = path_of(table, self.unit.date, self.unit.part)
        self.files[path] = {"path": path, "sha256": digest(data), "bytes": len(data), "rows": rows}


def _mark(mine: Turn, chunk: Chunk, now: datetime) -> None:
    """Say that the commits of a chunk are written. This comes after all of them are durable."""
    with mine.ledger.writing() as connection:
        mine.check(connection)
        waiting = (TOUCHES.c.seq <= chunk.last_seq, TOUCHES.c.applied_at.is_(None))
        for unit in chunk.units:
            day, place = unit.date.isoformat(), (TOUCHES.c.family == unit.family, TOUCHES.c.part == unit.part)
            done = TOUCHES.update().where(*waiting, *place, TOUCHES.c.date == day)
            connection.execute(done.values(applied_at=micros(now)))
        upsert(connection, FILES, list(chunk.files.values()))
        # A removal names what it took out, so nothing of it is kept once it is done.
        still = sa.select(TOUCHES.c.seq).where(TOUCHES.c.applied_at.is_(None))
        removed = PAYLOADS.c.table_name == "removed"
        if connection.execute(sa.select(PAYLOADS.c.seq).where(removed).limit(1)).first() is not None:
            connection.execute(PAYLOADS.delete().where(removed, PAYLOADS.c.seq.not_in(still)))
