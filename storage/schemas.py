"""Arrow schemas derived from records, and records turned into Arrow rows.

The record classes are the contract; nothing about a column is stated here. Types map as
`str` → string, `int` → int64, `float` → float64, `bool` → bool, `bytes` → binary, `datetime` → timestamp[us, UTC],
`date` → date32, `tuple[X, ...]` → list, a nested record → struct, and `X | None` → nullable,
of what is no list and no record.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, TypeVar

import pyarrow as pa

Record = TypeVar("Record")

SCALARS: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


@cache
def fields_of(record: type) -> tuple[pa.Field[Any], ...]:
    """Arrow fields of a record class, in its order; meaning and unit stand in each field's metadata."""
    hints = typing.get_type_hints(record)
    return tuple(_field(field, hints[field.name]) for field in dataclasses.fields(record))


def _field(field: dataclasses.Field[object], hint: object) -> pa.Field[Any]:
    hint, nullable = _without_none(hint)
    if nullable and hint not in SCALARS:
        raise TypeError(f"{field.name}: a list or record may be empty, but not null")
    words = {"meaning": field.metadata.get("meaning"), "unit": field.metadata.get("unit")}
    metadata = {key: value for key, value in words.items() if value}
    return pa.field(field.name, _type(hint), nullable=nullable, metadata=metadata or None)


def _without_none(hint: object) -> tuple[object, bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (inner,) = (each for each in typing.get_args(hint) if each is not types.NoneType)
        return inner, True
    return hint, False


def _type(hint: object) -> pa.DataType:
    if hint in SCALARS:
        return SCALARS[hint]
    if typing.get_origin(hint) is tuple:
        inner, nullable = _without_none(typing.get_args(hint)[0])
        return pa.list_(pa.field("element", _type(inner), nullable=nullable))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return pa.struct(list(fields_of(hint)))
    raise TypeError(f"{hint!r} has no Arrow type: use the types named in storage/schemas.py")


def to_arrow(schema: pa.Schema, records: Sequence[Sequence[object]]) -> pa.Table:
    """Rows as Arrow. Given are lists of equal length, each of one record class, whose fields together are the
    schema's columns, in order: row n is made of the n-th record of each list."""
    columns: list[pa.Array[Any]] = []
    for given in records:
        for field in dataclasses.fields(given[0]) if given else ():  # type: ignore[arg-type]  # records are dataclasses
            values = list(map(attrgetter(field.name), given))
            columns.append(_array(values, schema.field(len(columns)).type))
    return pa.Table.from_arrays(columns, schema=schema) if columns else schema.empty_table()


def _array(values: list[Any], type_: pa.DataType) -> pa.Array[Any]:
    """Lists and records are laid out by hand: Arrow takes no records, and a dict for each would cost the most here."""
    if isinstance(type_, pa.ListType):
        offsets = pa.array(list(accumulate(map(len, values), initial=0)), pa.int32())
        elements = _array(list(chain.from_iterable(values)), type_.value_type)
        made: pa.Array[Any] = pa.ListArray.from_arrays(offsets, elements, type=type_)
        return made
    if isinstance(type_, pa.StructType):
        fields = list(type_)
        arrays = [_array(list(map(attrgetter(field.name), values)), field.type) for field in fields]
        return pa.StructArray.from_arrays(arrays, fields=fields)
    try:
        return pa.array(values, type=type_)
    except UnicodeEncodeError:
        return pa.array([_without_surrogates(value) for value in values], type=type_)


def _without_surrogates(value: str | None) -> str | None:
    """Replace half characters, which no file can hold, one for one, so that offsets into the text stay right."""
    if value is None:
        return None
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= each <= "\udfff" else each for each in value)


def joined(records: Iterable[type], metadata: Mapping[bytes | str, bytes | str]) -> pa.Schema:
    """The schema of a table whose rows are these records side by side."""
    fields = [field for record in records for field in fields_of(record)]
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        raise TypeError(f"a column is stated twice in {names}")
    return pa.schema(fields, metadata=dict(metadata))


def from_arrow(record: type[Record], rows: pa.Table) -> Iterator[Record]:
    """The reverse of `to_arrow` for one record class; columns of other records are left aside."""
    names = [field.name for field in dataclasses.fields(record)]  # type: ignore[arg-type]  # records are dataclasses
    hints = typing.get_type_hints(record)
    for values in rows.select(names).to_pylist():
        yield record(**{name: _typed(hints[name], value) for name, value in values.items()})


def _typed(hint: object, value: Any) -> Any:
    hint, _ = _without_none(hint)
    if value is None:
        return None
    if typing.get_origin(hint) is tuple:
        return tuple(_typed(typing.get_args(hint)[0], each) for each in value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _typed(hints[name], each) for name, each in value.items()})
    return value.astimezone(UTC) if isinstance(value, datetime) else value
