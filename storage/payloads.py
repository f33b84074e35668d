"""Rows on their way: Arrow, compressed, as they wait in the ledger for being written to their parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


def pack(rows: pa.Table, places: Mapping[str, pa.Array[Any]]) -> bytes:
    """Rows with the columns `_date` and `_part` that say where each belongs, as bytes."""
    for name, values in places.items():
        rows = rows.append_column(name, values)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=OPTIONS) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())


def unpack(data: bytes) -> pa.Table:
    """The reverse of `pack`."""
    return pa.ipc.open_stream(pa.BufferReader(data)).read_all()


def of_place(rows: pa.Table, day: date, part: int) -> pa.Table:
    """Those rows that belong into one part."""
    return rows.filter(
        pc.and_(
            pc.equal(rows["_date"], pa.scalar(day, pa.date32())), pc.equal(rows["_part"], pa.scalar(part, pa.int32()))
        )
    )
