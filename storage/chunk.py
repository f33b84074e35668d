"""What a projection takes up at a time: some commits in their order, and for each part the rows that they bring to it.

The rows of a table are sorted once for all parts, so that those of one part are a stretch of them: an archive brings
one or two articles each to hundreds of dates. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from storage.parts import Unit, ascending
from storage.payloads import unpack
from storage.state import PAYLOADS, TOUCHES, Ledger
from storage.tables import ARTICLES, TABLES, Table

CHUNK_BYTES = 256 << 20
"""Size of the rows that are taken at once, but for the last commit among them; sorting holds them three times. Each
chunk may write parts of all dates anew, so small ones cost time. The columns stay far below the 2 GB to which
Arrow's offsets reach."""

REMOVED = "removed"
"""Of the payloads, the one that belongs to no table: what is to be taken out."""

Place = tuple[date, int]
"""Where a row belongs within its table: date and part."""


@dataclass(frozen=True)
class Filed:
    """Rows in the order of their parts, and where those of each part are."""

    rows: pa.Table
    stretches: Mapping[Place, tuple[int, int]]
    """First row, and how many."""

    @classmethod
    def sort(cls, rows: pa.Table, order: Sequence[str]) -> Filed:
        """Sort rows by part, and within a part by these columns."""
        rows = ascending(rows.combine_chunks(), ["_date", "_part", *order]).combine_chunks()
        ends = sorted({0, len(rows), *_ends(rows["_date"]), *_ends(rows["_part"])})
        places = ((rows["_date"][first].as_py(), rows["_part"][first].as_py()) for first in ends[:-1])
        stretches = ((first, end - first) for first, end in pairwise(ends))
        return cls(rows, dict(zip(places, stretches, strict=True)))

    def of(self, unit: Unit) -> pa.Table | None:
        """The rows of one part; None if there are none."""
        found = self.stretches.get((unit.date, unit.part))
        return self.rows.slice(*found) if found else None


@dataclass(frozen=True)
class Chunk:
    """Some commits in their order: the units they touch and the rows they bring."""

    units: frozenset[Unit]
    last_seq: int
    payloads: Mapping[str, pa.Table]
    """Per table, with `_date` and `_part`, and the commit as `_seq`; in the order of the commits."""
    _brought: dict[str, Filed | None] = field(default_factory=dict)
    _standing: dict[str, Filed | None] = field(default_factory=dict)

    def all_of(self, table: Table, unit: Unit) -> pa.Table | None:
        """All rows for one part, with what the outbox says of them, whether they are current or not."""
        if table.name not in self._brought:
            rows = self.payloads.get(table.name)
            self._brought[table.name] = None if rows is None else Filed.sort(rows, [*table.sort, "_seq"])
        filed = self._brought[table.name]
        return filed.of(unit) if filed else None

    def of(self, table: Table, unit: Unit) -> pa.Table | None:
        """The rows that one part is to have, in its order: those of the texts that are current after the chunk; in
        other tables, of rows with the same key, the one that was committed last."""
        if table.name not in self._standing:
            self._standing[table.name] = self._sorted(table)
        filed = self._standing[table.name]
        return filed.of(unit) if filed else None

    def parts(self) -> Iterator[tuple[Table, Unit]]:
        """The parts that get rows."""
        for unit in self.units:
            for table in TABLES:
                if table.family.name == unit.family and self.of(table, unit) is not None:
                    yield table, unit

    def _sorted(self, table: Table) -> Filed | None:
        rows = self.payloads.get(table.name)
        if rows is None:
            return None
        if table.count is not None or table.name == ARTICLES.name:
            rows = rows if self._is_all_current else _only(rows, self.current)
        elif table.name != "revisions":
            rows = _last_of_each(table, rows)
        filed = Filed.sort(rows, table.sort)
        return Filed(filed.rows.select(table.schema.names).cast(table.schema), filed.stretches)

    @cached_property
    def current(self) -> dict[str, int]:
        """The commit that brings the text which is current after this chunk, by article; late texts are not."""
        found: dict[str, int] = {}
        for article_id, seq, change in self._changes("article_id", "_seq", "_change"):
            if change != "late":
                found[str(article_id)] = max(int(str(seq)), found.get(str(article_id), 0))
        return found

    @cached_property
    def _is_all_current(self) -> bool:
        rows = self.payloads.get(ARTICLES.name)
        return rows is not None and len(rows) == len(self.current)

    @cached_property
    def changes(self) -> dict[Place, dict[str, set[str]]]:
        """Per part, how its articles are changed, and which."""
        found: dict[Place, dict[str, set[str]]] = {}
        for day, part, article_id, change in self._changes("_date", "_part", "article_id", "_change"):
            found.setdefault((day, part), {}).setdefault(str(change), set()).add(str(article_id))
        return found

    @cached_property
    def removed(self) -> dict[Place, dict[str, set[str]]]:
        """Per part, what a removal takes out: ids by family, and pairs of `duplicates`."""
        found: dict[Place, dict[str, set[str]]] = {}
        rows = self.payloads.get(REMOVED)
        names = ("_date", "_part", "family", "id")
        for day, part, family, name in zip(*(rows[each].to_pylist() for each in names), strict=True) if rows else ():
            found.setdefault((day, part), {}).setdefault(family, set()).add(name)
        return found

    def _changes(self, *names: str) -> Iterator[tuple[Any, ...]]:
        rows = self.payloads.get(ARTICLES.name)
        return zip(*(rows[name].to_pylist() for name in names), strict=True) if rows else iter(())


def chunks(ledger: Ledger, due: Collection[str]) -> Iterator[Chunk]:
    """What waits for these dates, in the order of the commits, in chunks that fit into memory. Whoever takes one
    marks it as written before he asks for the next."""
    while chunk := _next(ledger, due):
        yield chunk
        del chunk  # or it would stay while the next one is read


def _next(ledger: Ledger, due: Collection[str]) -> Chunk | None:
    units: set[Unit] = set()
    payloads: dict[str, list[pa.Table]] = {}
    size = last_seq = 0
    with ledger.reading() as connection:
        for seq, touched in _waiting(connection, due).items():
            if size > CHUNK_BYTES:
                break
            units |= touched
            last_seq = seq
            families = {unit.family for unit in touched}
            names = [REMOVED, *(table.name for table in TABLES if table.family.name in families)]
            wanted = sa.select(PAYLOADS).where(PAYLOADS.c.seq == seq, PAYLOADS.c.table_name.in_(names))
            for row in connection.execute(wanted):
                rows = unpack(row.rows)
                size += rows.nbytes
                rows = rows.append_column("_seq", pa.array([seq] * len(rows), pa.int64()))
                payloads.setdefault(row.table_name, []).append(rows)
    rows_of = {name: pa.concat_tables(some) for name, some in payloads.items()}
    return Chunk(frozenset(units), last_seq, rows_of) if units else None


def _waiting(connection: sa.Connection, due: Collection[str]) -> dict[int, set[Unit]]:
    """The units of these dates that each commit touches and that are not written yet, by the commits' numbers."""
    touches: dict[int, set[Unit]] = {}
    for row in connection.execute(sa.select(TOUCHES).where(TOUCHES.c.applied_at.is_(None)).order_by(TOUCHES.c.seq)):
        if row.date in due:
            touches.setdefault(row.seq, set()).add(Unit(row.family, date.fromisoformat(row.date), row.part))
    return touches


def _ends(values: pa.ChunkedArray[Any]) -> Iterator[int]:
    """Where stretches of equal values end."""
    return (end for some in values.chunks for end in pc.call_function("run_end_encode", [some]).run_ends.to_pylist())


def _only(rows: pa.Table, current: Mapping[str, int]) -> pa.Table:
    columns = (rows[name].to_pylist() for name in ("article_id", "_seq"))
    return rows.filter(pa.array([current.get(name) == seq for name, seq in zip(*columns, strict=True)], pa.bool_()))


def _last_of_each(table: Table, rows: pa.Table) -> pa.Table:
    """Of rows with the same key, the one that was committed last."""
    keys = zip(*(rows[name].to_pylist() for name in table.key), strict=True)
    last = {key: index for index, key in enumerate(keys)}
    return rows if len(last) == len(rows) else rows.take(pa.array(sorted(last.values()), pa.int64()))
