"""One part: a Parquet file of one table, date and part number. Bytes in, Arrow out, and back.

The same rows always give the same bytes: rows are sorted by a key that has no ties, and nothing of the clock or of
the order of arrival is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from storage.tables import Table

SENTINEL_DATE = date(1900, 1, 1)
SENTINEL_PART = 0
"""Every table has one part without rows, so that a glob over it always finds a file and a schema."""


EMPTY: dict[str, object] = {
    "string": "", "binary": b"", "int64": 0, "double": 0.0, "bool": False, "timestamp[us, tz=UTC]": 0, "date32[day]": 0,
}  # fmt: skip


class UnknownColumnError(Exception):
    """A part has a column that this version does not know: it was written by a newer one, which must be used."""


@dataclass(frozen=True, order=True)
class Unit:
    """What one step of a projection rewrites: the parts of one number on one date, in all tables of a family."""

    family: str
    date: date
    part: int


def unit_of(table: Table, path: str) -> Unit | None:
    """The unit that a part's path belongs to; None if it is no path of a part."""
    found = re.fullmatch(rf"tables/{table.name}/{table.partition}=(\d{{4}}-\d\d-\d\d)/part-(\d{{5}})\.parquet", path)
    return Unit(table.family.name, date.fromisoformat(found[1]), int(found[2])) if found else None


def path_of(table: Table, date: date, part: int) -> str:
    """Where a part stands, relative to the lake."""
    return f"tables/{table.name}/{table.partition}={date.isoformat()}/part-{part:05d}.parquet"


def digest(data: bytes) -> str:
    """The hash by which a part is known to be whole."""
    return hashlib.sha256(data).hexdigest()


def in_order(table: Table, rows: pa.Table) -> pa.Table:
    """Rows as they stand in a part: with its columns only, and sorted."""
    return ascending(rows.select(table.schema.names).cast(table.schema), table.sort)


def ascending(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Rows sorted by these columns."""
    return rows.sort_by([(name, "ascending") for name in names])


def encode(table: Table, rows: pa.Table) -> bytes:
    """A part's bytes, of rows that are in order: compressed, with page index, page checksums and a bloom filter on the
    owner's id.

    Small parts are compressed by snappy: zstd sets itself up for each column anew, which takes longer than all else.
    Strings alone have dictionaries: numbers come out smaller, and faster, without.
    """
    is_small = len(rows) <= table.small_rows
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="snappy" if is_small else "zstd",
        compression_level=None if is_small else 3,
        use_dictionary=table.strings,  # type: ignore[arg-type]  # its stub knows no list of columns
        write_statistics=True,
        write_page_index=True,
        write_page_checksum=True,
        bloom_filter_options={table.family.owner: {"ndv": max(1, min(len(rows), table.rows_per_group)), "fpp": 0.01}},
        store_schema=True,
    ) as writer:
        writer.write_table(rows.combine_chunks(), row_group_size=table.rows_per_group)
    return bytes(sink.getvalue())


def decode(table: Table, data: bytes, *, verify: bool = True) -> pa.Table:
    """A part's rows in the current schema.

    A column that the part is too old to have is null, or empty where it may not be null. Raises OSError or
    pa.ArrowException where the bytes are damaged, UnknownColumnError where they are too new.
    """
    rows = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=verify).read()
    if unknown := sorted(set(rows.schema.names) - set(table.schema.names)):
        raise UnknownColumnError(f"{table.name} has columns that this Newslake does not know: {', '.join(unknown)}")
    for field in table.schema:
        if field.name not in rows.schema.names:
            rows = rows.append_column(field, _filled(field, len(rows)))
    return rows.select(table.schema.names).cast(table.schema)


def _filled(field: pa.Field[Any], length: int) -> pa.Array[Any]:
    """What stands in a column in rows that are older than it: null, or where that is not allowed an empty value."""
    value: object
    if field.nullable:
        value = None
    elif pa.types.is_list(field.type):
        value = []
    else:
        value = EMPTY[str(field.type)]
    filled: pa.Array[Any] = pa.array([value] * length, field.type)
    return filled


def merged(table: Table, old: pa.Table, new: pa.Table, dropped: Collection[str]) -> pa.Table:
    """The old rows without those of the dropped owners and without those whose key is given anew, and the new rows."""
    kept = old
    if dropped and len(old):
        kept = kept.filter(pc.invert(pc.is_in(kept[table.family.owner], pa.array(sorted(dropped), pa.string()))))
    if len(new) and len(kept):
        kept = _without(table, kept, new)
    return pa.concat_tables([kept, new.select(table.schema.names)]) if len(new) else kept


def _without(table: Table, rows: pa.Table, given: pa.Table) -> pa.Table:
    """Rows whose key is not among the given ones. Only rows of the same owner can be, so few are looked at."""
    owner = table.family.owner
    near = pc.is_in(rows[owner], pc.unique(given[owner]).cast(pa.string()))
    if not pc.any(near).as_py():
        return rows
    keys = set(zip(*(given[name].to_pylist() for name in table.key), strict=True))
    found = zip(*(rows[name].to_pylist() for name in table.key), strict=True)
    return rows.filter(pa.array([key not in keys for key in found], pa.bool_()))
