"""Rows are sorted once for all parts that a chunk of commits touches; each part gets its own, in its order."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

from storage.chunk import Filed
from storage.parts import Unit
from storage.tables import ARTICLES

FIRST = date(2025, 1, 1)


def test_each_part_gets_its_own_rows_in_order() -> None:
    rows = [(FIRST + timedelta(days=number * 7 % 97), number % 3, f"{number * 31 % 500:03}") for number in range(500)]
    days, parts, names = zip(*rows, strict=True)
    table = pa.table({"_date": pa.array(days, pa.date32()), "_part": pa.array(parts, pa.int32()), "name": names})
    filed = Filed.sort(table, ["name"])
    for day, part in {(day, part) for day, part, _ in rows}:
        found = filed.of(Unit(ARTICLES.name, day, part))
        assert found is not None
        assert found["name"].to_pylist() == sorted(name for *place, name in rows if place == [day, part])
    assert filed.of(Unit(ARTICLES.name, FIRST - timedelta(days=1), 0)) is None


def test_no_rows_are_of_no_part() -> None:
    table = pa.table({"_date": pa.array([], pa.date32()), "_part": pa.array([], pa.int32())})
    assert Filed.sort(table, []).of(Unit(ARTICLES.name, FIRST, 1)) is None
