"""Arrow schemas derived from records, and records turned into Arrow rows.

The record classes are the contract; nothing about a column is stated here. Types map as
`str` → string, `int` → int64, `float` → float64, `bool` → bool, `bytes` → binary, `datetime` → timestamp[us, UTC],
`date` → date32, `tuple[X, ...]` → list, a nested record → struct, and `X | None` → nullable.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
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


def _array(values: list[object], type_: pa.DataType) -> pa.Array[Any]:
    if pa.types.is_nested(type_):
        values = [_plain(value) for value in values]
    try:
        return pa.array(values, type=type_)
    except UnicodeEncodeError:
        return pa.array([_without_surrogates(value) for value in values], type=type_)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def _without_surrogates(value: object) -> object:
    """Replace half characters, which no file can hold, one for one, so that offsets into the text stay right."""
    if isinstance(value, str):
        return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= each <= "\udfff" else each for each in value)
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_surrogates(each) for key, each in value.items()}
    return value


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
