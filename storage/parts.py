"""One part: a Parquet file of one table, date and part number. Bytes in, Arrow out, and back.

The same rows always give the same bytes: rows are sorted by a key that has no ties, and nothing of the clock or of
the order of arrival is written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from storage.tables import Family, Table

SENTINEL_DATE = date(1900, 1, 1)
SENTINEL_PART = 0
"""Every table has one part without rows, so that a glob over it always finds a file and a schema."""


@dataclass(frozen=True, order=True)
class Unit:
    """What one step of a projection rewrites: the parts of one number on one date, in all tables of a family."""

    family: str
    date: date
    part: int


def path_of(table: Table, date: date, part: int) -> str:
    """Where a part stands, relative to the lake."""
    return f"tables/{table.name}/{table.partition}={date.isoformat()}/part-{part:05d}.parquet"


def encode(table: Table, rows: pa.Table) -> bytes:
    """A part's bytes: sorted, zstd, with page index, page checksums and a bloom filter on the owner's id."""
    rows = rows.select(table.schema.names).cast(table.schema).sort_by([(name, "ascending") for name in table.sort])
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        write_page_index=True,
        write_page_checksum=True,
        bloom_filter_options={table.family.owner: {"ndv": max(1, min(len(rows), table.rows_per_group)), "fpp": 0.01}},
        store_schema=True,
    ) as writer:
        writer.write_table(rows.combine_chunks(), row_group_size=table.rows_per_group)
    return bytes(sink.getvalue())


def decode(table: Table, data: bytes, *, verify: bool = True) -> pa.Table:
    """A part's rows in the current schema; a column that the part is too old to have is null.

    Raises OSError or pa.ArrowException where the bytes are damaged.
    """
    reader = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=verify)
    rows = reader.read()
    missing = [field for field in table.schema if field.name not in rows.schema.names]
    for field in missing:
        rows = rows.append_column(field, pa.nulls(len(rows), field.type))
    return rows.select(table.schema.names).cast(table.schema)


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


def family_of(unit: Unit, families: Collection[Family]) -> Family:
    """The family that a unit belongs to."""
    return next(family for family in families if family.name == unit.family)
