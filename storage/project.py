"""The projection: what waits in the ledger is written to the parts it belongs to, and marked as written last.

Doing it twice, or again after a kill at any point, gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from storage.applier import Turn, turn
from storage.chunk import REMOVED, Chunk, chunks
from storage.due import Deferral, due_dates
from storage.files import Blob, FencedError, OnStep
from storage.lake import Lake
from storage.parts import Unit, decode, digest, encode, in_order, merged, path_of
from storage.publish import Draft, Drafts, Totals, add, publish, side_by_side
from storage.replaced import revisions_of
from storage.state import FILES, PAYLOADS, TOUCHES, Ledger, micros, upsert
from storage.tables import ARTICLES, BY_NAME, FAMILIES, Table, tables_of

REVISIONS, DUPLICATES = BY_NAME["revisions"], BY_NAME["duplicates"]
Files = dict[str, dict[str, object]]
"""What the ledger will remember of files, by their paths, for telling later whether they are whole."""


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
                for chunk in chunks(ledger, due):
                    files = _project_chunk(lake, mine, chunk, written, on_step)
                    _mark(mine, chunk, files, now)
                    del chunk  # likewise, as in `chunks`
                    on_step("marked")
            except FencedError:
                return written, False
            finally:
                lake.files.end(mine.generation)
    return written, True


def _project_chunk(lake: Lake, mine: Turn, chunk: Chunk, written: Totals, on_step: OnStep) -> Files:
    """Write what a chunk brings; what the ledger is to remember of the files, by their paths."""
    files: Files = {}
    for unit in sorted(chunk.units):
        removed = chunk.removed.get((unit.date, unit.part), {})
        for take_out, names in ((_take_out, removed.get(unit.family)), (_take_out_pairs, removed.get(DUPLICATES.name))):
            if names:
                parts = Parts(lake, mine, unit, files)
                take_out(parts, names)
                add(written, publish(lake, mine, on_step, parts.drafts()))
    lake.files.prepare([path_of(table, unit.date, unit.part) for table, unit in chunk.parts()])
    for totals in side_by_side(partial(publish, lake, mine, on_step), _drafts(lake, mine, chunk, files)):
        add(written, totals)
    return files


def _drafts(lake: Lake, mine: Turn, chunk: Chunk, files: Files) -> Iterator[Drafts]:
    """The parts of each unit as they are to be."""
    for unit in sorted(chunk.units):
        family = next(family for family in FAMILIES if family.name == unit.family)
        parts = Parts(lake, mine, unit, files)
        if family == ARTICLES:
            _project_articles(parts, chunk)
        else:
            for table in tables_of(family):
                parts.rewrite(table, chunk.of(table, unit))
        yield parts.drafts()


def _take_out(parts: Parts, ids: Collection[str]) -> None:
    """Removals come before everything else, and articles before their annotations."""
    family = next(family for family in FAMILIES if family.name == parts.unit.family)
    for table in reversed(tables_of(family)):
        parts.rewrite(table, None, ids)


def _take_out_pairs(parts: Parts, pairs: Collection[str]) -> None:
    """A pair whose earlier article was taken down goes; what else is known of the later one stays."""
    rows = parts.read(DUPLICATES)
    ids = (rows[name].to_pylist() for name in DUPLICATES.key)
    is_gone = [f"{later} {earlier}" in pairs for later, earlier in zip(*ids, strict=True)]
    owners = pc.unique(rows.filter(pa.array(is_gone, pa.bool_()))["article_id"]).cast(pa.string())
    theirs = pc.is_in(rows["article_id"], owners)
    kept = rows.filter(pc.and_(theirs, pa.array([not each for each in is_gone], pa.bool_())))
    parts.rewrite(DUPLICATES, kept, list(map(str, owners.to_pylist())))


def _project_articles(parts: Parts, chunk: Chunk) -> None:
    """Old texts first, so that none is lost; then annotations; articles last, so that none is seen without."""
    unit = parts.unit
    changes = chunk.changes.get((unit.date, unit.part), {})
    replaced = {article_id for change, ids in changes.items() if change != "late" for article_id in ids}
    # Pairs of duplicates go with a changed text only.
    dropped = {"revisions": (), "story_articles": (), "duplicates": changes.get("revised", ())}
    for table in tables_of(ARTICLES):
        rows = chunk.of(table, unit)
        if table == REVISIONS and not changes.keys().isdisjoint({"revised", "late"}):
            rows = revisions_of(parts.read, {each.name: chunk.all_of(each, unit) for each in tables_of(ARTICLES)})
        parts.rewrite(table, rows, dropped.get(table.name, replaced))


@dataclass
class Parts:
    """The parts of one unit while they are rewritten."""

    lake: Lake
    mine: Turn
    unit: Unit
    files: Files
    blobs: dict[str, Blob | None] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    made: list[Draft] = field(default_factory=list)

    def read(self, table: Table) -> pa.Table:
        """The rows of a part; none if there is no part yet."""
        if table.name not in self.tables:
            blob = self.lake.files.read(path_of(table, self.unit.date, self.unit.part))
            self.blobs[table.name] = blob
            self.tables[table.name] = table.empty if blob is None else decode(table, blob.data)
        return self.tables[table.name]

    def rewrite(self, table: Table, rows: pa.Table | None, dropped: Collection[str] = ()) -> None:
        """Make the part anew without the dropped owners' rows and with the given ones, which are in its order, if
        that changes it."""
        old = self.read(table)
        blob = self.blobs[table.name]
        if rows is None and (not len(old) or not dropped):
            # After a kill, the run before may have written it and not come to noting it.
            if blob is not None:
                self._note(table, blob.data, len(old))
            return
        self.mine.beat()
        new = table.empty if rows is None else rows
        rows_now = new if blob is None else in_order(table, merged(table, old, new, dropped))
        data = encode(table, rows_now)
        self._note(table, data, len(rows_now))
        if blob is None or blob.data != data:
            self.made.append(Draft(table, data, len(new), blob))

    def drafts(self) -> Drafts:
        """What was made anew, to be published in the order in which it was made."""
        return Drafts(self.unit, tuple(self.made))

    def _note(self, table: Table, data: bytes, rows: int) -> None:
        path = path_of(table, self.unit.date, self.unit.part)
        self.files[path] = {"path": path, "sha256": digest(data), "bytes": len(data), "rows": rows}


def _mark(mine: Turn, chunk: Chunk, files: Files, now: datetime) -> None:
    """Say that the commits of a chunk are written. This comes after all of them are durable."""
    with mine.ledger.writing() as connection:
        mine.check(connection)
        place = [TOUCHES.c[name] == sa.bindparam(f"of_{name}") for name in ("family", "date", "part")]
        done = TOUCHES.update().where(TOUCHES.c.seq <= chunk.last_seq, TOUCHES.c.applied_at.is_(None), *place)
        touched = [
            {"of_family": each.family, "of_date": each.date.isoformat(), "of_part": each.part} for each in chunk.units
        ]
        connection.execute(done.values(applied_at=micros(now)), touched)
        upsert(connection, FILES, list(files.values()))
        # A removal names what it took out, so nothing of it is kept once it is done.
        still = sa.select(TOUCHES.c.seq).where(TOUCHES.c.applied_at.is_(None))
        removed = PAYLOADS.c.table_name == REMOVED
        if connection.execute(sa.select(PAYLOADS.c.seq).where(removed).limit(1)).first() is not None:
            connection.execute(PAYLOADS.delete().where(removed, PAYLOADS.c.seq.not_in(still)))
