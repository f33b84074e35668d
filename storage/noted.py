"""Annotations on their way from the worker that made them: rows of Arrow, since an article has some 400 records, which
take longer to hand from process to process than all that is done with them afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import pyarrow as pa

from storage.records import Annotations, ArticleKey
from storage.schemas import fields_of, to_arrow
from storage.tables import ANNOTATIONS, Table

KEY = len(fields_of(ArticleKey))
"""Columns that say whose annotations they are; the ledger knows the revision, the worker doesn't."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The annotations of one article: a stretch of the rows of each table, which it shares with its neighbours."""

    status: str
    annotated_end: int
    tables: Mapping[str, pa.Table]
    """Rows without the columns of `ArticleKey`, of several articles."""
    stretches: Mapping[str, tuple[int, int]]
    """First row, and how many."""
    size: int
    """Bytes of its rows."""

    def count(self, table: Table) -> int:
        """How many annotations of a kind the article has."""
        return self.stretches[table.name][1]

    def rows(self, table: Table) -> pa.Table:
        """Its rows."""
        return self.tables[table.name].slice(*self.stretches[table.name])


def noted(given: Sequence[Annotations]) -> list[Noted]:
    """Lay the annotations of some articles out in columns."""
    tables: dict[str, pa.Table] = {}
    stretches: list[dict[str, tuple[int, int]]] = [{} for _ in given]
    for table in ANNOTATIONS:
        records = [getattr(each, table.field) for each in given]
        schema = pa.schema([table.schema.field(index) for index in range(KEY, len(table.schema))])
        tables[table.name] = to_arrow(schema, [list(chain.from_iterable(records))])
        counts = list(map(len, records))
        for own, first, count in zip(stretches, accumulate(counts, initial=0), counts, strict=False):
            own[table.name] = (first, count)
    sizes = [sum(int(tables[name].slice(*own).nbytes) for name, own in each.items()) for each in stretches]
    return [
        Noted(each.status, each.annotated_end, tables, own, size)
        for each, own, size in zip(given, stretches, sizes, strict=True)
    ]


def keyed(table: Table, keys: Sequence[ArticleKey], rows: Sequence[pa.Table]) -> pa.Table:
    """Rows of a table: those of some articles, each under its key."""
    owners = [key for key, some in zip(keys, rows, strict=True) for _ in range(len(some))]
    whose = to_arrow(pa.schema(fields_of(ArticleKey)), [owners])
    # In one piece: a piece an article would be compressed one by one.
    said = pa.concat_tables(rows).combine_chunks()
    return pa.Table.from_arrays([*whose.columns, *said.columns], schema=table.schema)
