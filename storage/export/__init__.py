"""A copy of the lake in an open table format, with snapshots of its own, for tools that want time travel.

A copy, because the lake's own files cannot be registered in place: a part that is replaced would make such a table
wrong in silence. Each row of the copy says in `lake_part` from which version of which part it comes, and the tables are
partitioned by it. So the list of partitions says what the copy holds, an export compares it with the ledger and
brings what is missing in one commit with taking out what it replaces, and whatever happens to an export in the
middle, the next one goes on from what is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa
import sqlalchemy as sa

from storage.applier import alone
from storage.due import Deferral
from storage.files import OnStep
from storage.lake import Lake
from storage.parts import Unit, decode, digest, unit_of
from storage.project import project
from storage.state import FILES, Ledger
from storage.tables import BY_NAME, TABLES, Table

LAKE_PART = "lake_part"
CHUNK_BYTES = 32 << 20
"""Size of the parts that are copied in one commit; they are held in memory, where they are some times larger."""
LOOKS = 3
"""How often the ledger is compared with the copy when something was written meanwhile."""


class ExportError(Exception):
    """The export cannot be done now; the message says why and what to do. What was exported before is whole."""


class ExportBusyError(ExportError):
    """Another process is exporting the lake: two at once could bring the same rows twice."""


class NoLibraryError(ExportError):
    """The library of the format is not installed."""


class NoCatalogError(ExportError):
    """The catalogue of the copy cannot be opened, or was not named where it has to be."""


class ForeignTargetError(ExportError):
    """The target holds tables that are no copy of this lake."""


class TargetBusyError(ExportError):
    """Another program changed the target at the same moment."""


class Target(Protocol):
    """A place that takes copies of tables. Each call is one commit of the format, all of it or nothing."""

    def held(self, table: Table) -> frozenset[str]:
        """The values of `lake_part` in the copy of a table, which is made, or given its new columns, if need be.

        Raises ForeignTargetError if the table is a copy of something else.
        """

    def replace(self, table: Table, gone: Collection[str], fresh: pa.Table | None) -> None:
        """Take out the rows of some parts and bring others, in one commit."""

    def forget(self) -> int:
        """Let go of all snapshots but the current ones, and delete the files that only they need; how many files."""


@dataclass(frozen=True)
class Copied:
    """What an export did to a table."""

    brought: int = 0
    """Parts that were copied."""
    taken_out: int = 0
    """Parts that the lake does not have any more, or has in another version."""
    rows: int = 0
    """Rows that were copied."""

    def __add__(self, other: Copied) -> Copied:
        return Copied(self.brought + other.brought, self.taken_out + other.taken_out, self.rows + other.rows)


@dataclass(frozen=True)
class Exported:
    """What an export did. Empty if the copy was up to date."""

    tables: Mapping[str, Copied] = field(default_factory=dict)
    is_current: bool = True
    """False if the lake was written to so often meanwhile that the copy is behind again."""
    forgotten: int = 0
    """Files of earlier snapshots that were deleted."""


@dataclass(frozen=True)
class PartFile:
    """A part as the ledger knows it."""

    unit: Unit
    path: str
    sha256: str
    bytes: int

    @property
    def label(self) -> str:
        return label(self.unit, self.sha256)


def label(unit: Unit, sha256: str) -> str:
    """What stands in `lake_part`: date, number and version of a part."""
    return f"{unit.date.isoformat()}.{unit.part:05d}.{sha256[:16]}"


def place(label: str) -> str:
    """Date and number of a part, whatever its version."""
    return label.rpartition(".")[0]


def copied_schema(table: Table) -> pa.Schema:
    """Columns of a copy: those of the table, the date that in the lake stands in the path, and `lake_part`.

    Any of them may be null, so that a later version can add columns; meanings become comments.
    """
    own: list[pa.Field[Any]] = [
        pa.field(table.partition, pa.date32(), metadata=_comment("Date under which the lake files the row")),
        pa.field(
            LAKE_PART, pa.string(), metadata=_comment("Part of the lake the row is copied from, with its version")
        ),
    ]
    return pa.schema([_loosened(each) for each in table.schema] + own)


def _loosened(given: pa.Field[Any]) -> pa.Field[Any]:
    words = given.metadata or {}
    comment = b"; ".join(words[key] for key in (b"meaning", b"unit") if key in words).decode()
    return pa.field(given.name, _loosened_type(given.type), metadata=_comment(comment) if comment else None)


def _loosened_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_list(type_):
        return pa.list_(pa.field("element", _loosened_type(type_.value_type)))
    if pa.types.is_struct(type_):
        return pa.struct([_loosened(each) for each in type_])
    return type_


def _comment(text: str) -> dict[str, str]:
    """Words about a column where each of the formats looks for them: `doc` of Iceberg, `comment` of Delta."""
    return {"doc": text, "comment": text}


def export(
    lake: Lake,
    ledger: Ledger,
    target: Target,
    *,
    now: datetime,
    tables: Sequence[Table] = TABLES,
    is_forgetting: bool = False,
    on_step: OnStep = lambda _step: None,
) -> Exported:
    """Bring a copy up to date, or some of its tables. Doing it twice makes no snapshot.

    A kill at any point is made up for by the next call.
    Raises ExportBusyError if another process exports this lake, ForeignTargetError if the target is not a copy of it,
    TargetBusyError if another program changed it meanwhile, OSError where a disk or object store fails.
    """
    with alone(ledger, "export") as is_mine:
        if not is_mine:
            raise ExportBusyError("another process is exporting this lake: wait until it has finished")
        project(lake, ledger, now=now, deferral=Deferral())
        done: dict[str, Copied] = {}
        for _ in range(LOOKS):
            wanted = _wanted(ledger)
            for table in tables:
                for copied in _bring(lake, target, table, wanted.get(table.name, {})):
                    done[table.name] = done.get(table.name, Copied()) + copied
                    on_step(table.name)
            is_current = _wanted(ledger) == wanted
            if is_current:
                break
        return Exported(done, is_current, target.forget() if is_forgetting else 0)


def _wanted(ledger: Ledger) -> dict[str, dict[str, PartFile]]:
    """All parts that have rows, by table and label."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(FILES).where(FILES.c.rows > 0).order_by(FILES.c.path)).all()
    found: dict[str, dict[str, PartFile]] = {}
    for row in rows:
        table = BY_NAME[row.path.split("/")[1]]
        unit = unit_of(table, row.path)
        if unit is not None:
            part = PartFile(unit, row.path, row.sha256, row.bytes)
            found.setdefault(table.name, {})[part.label] = part
    return found


def _bring(lake: Lake, target: Target, table: Table, wanted: Mapping[str, PartFile]) -> Iterator[Copied]:
    """Make the copy of one table hold what is wanted; what only goes, goes first."""
    held = target.held(table)
    missing = [wanted[name] for name in sorted(set(wanted) - held)]
    gone = held - set(wanted)
    coming = {place(part.label) for part in missing}
    only_gone = {name for name in gone if place(name) not in coming}
    if only_gone:
        target.replace(table, only_gone, None)
        yield Copied(taken_out=len(only_gone))
    for chunk in _chunks(missing):
        places = {place(part.label) for part in chunk}
        replaced = {name for name in gone if place(name) in places}
        rows = [rows for part in chunk if (rows := _read(lake, table, part)) is not None]
        fresh = pa.concat_tables(rows) if rows else None
        target.replace(table, replaced, fresh)
        yield Copied(len(rows), len(replaced), 0 if fresh is None else len(fresh))


def _chunks(parts: Collection[PartFile]) -> Iterator[list[PartFile]]:
    chunk: list[PartFile] = []
    size = 0
    for part in parts:
        if chunk and size + part.bytes > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(part)
        size += part.bytes
    if chunk:
        yield chunk


def _read(lake: Lake, table: Table, part: PartFile) -> pa.Table | None:
    """The rows of a part as they stand now, with the version that they are of; None if it was let go meanwhile."""
    blob = lake.files.read(part.path)
    if blob is None:
        return None
    rows = decode(table, blob.data)
    day: date = part.unit.date
    for name, value in ((table.partition, day), (LAKE_PART, label(part.unit, digest(blob.data)))):
        schema = copied_schema(table)
        rows = rows.append_column(name, pa.array([value] * len(rows), schema.field(name).type))
    return rows.cast(copied_schema(table))


def identity(lake: Lake) -> str:
    """By what a copy knows whose it is."""
    return digest(f"export {lake.salt}".encode())[:16]
