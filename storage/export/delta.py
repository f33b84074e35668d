"""Delta Lake: a copy in directories of a place that the library deltalake can write to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from storage.export import (
    LAKE_PART,
    ForeignTargetError,
    NoLibraryError,
    TargetBusyError,
    copied_schema,
    identity,
)
from storage.lake import Lake
from storage.tables import TABLES, Table

if TYPE_CHECKING:
    from deltalake import DeltaTable


@dataclass(frozen=True)
class DeltaTarget:
    """A directory, or an address of an object store, below which each table is a Delta table of the same name."""

    root: str
    owner: str

    @classmethod
    def open(cls, lake: Lake, root: str) -> DeltaTarget:
        """Raises NoLibraryError if deltalake is not installed."""
        try:
            import deltalake
        except ImportError as error:
            raise NoLibraryError(
                "Delta Lake needs deltalake, which is not here: .venv/bin/pip install deltalake"
            ) from error
        del deltalake
        return cls(root.rstrip("/") if "://" in root else str(Path(root).absolute()), identity(lake))

    def held(self, table: Table) -> frozenset[str]:
        return frozenset(str(each[LAKE_PART]) for each in self._prepared(table).partitions())

    def replace(self, table: Table, gone: Collection[str], fresh: pa.Table | None) -> None:
        from deltalake import WriterProperties, write_deltalake
        from deltalake.exceptions import CommitFailedError

        opened = self._opened(table)
        try:
            if fresh is None:
                opened.delete(_in(gone))
                return
            properties = WriterProperties(compression="ZSTD", compression_level=3)
            if gone:
                touched = {*gone, *map(str, fresh[LAKE_PART].unique().to_pylist())}
                write_deltalake(opened, fresh, mode="overwrite", predicate=_in(touched), writer_properties=properties)
            else:
                write_deltalake(opened, fresh, mode="append", writer_properties=properties)
        except CommitFailedError as error:
            raise TargetBusyError(f"{opened.table_uri} was changed by another program: export again") from error

    def forget(self) -> int:
        from deltalake import DeltaTable

        deleted = 0
        for table in TABLES:
            if not DeltaTable.is_deltatable(self._place(table)):
                continue
            opened = self._opened(table)
            if opened.history(1)[0]["operation"] != "VACUUM END":
                deleted += len(opened.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False))
        return deleted

    def _place(self, table: Table) -> str:
        return f"{self.root}/{table.name}"

    def _opened(self, table: Table) -> DeltaTable:
        from deltalake import DeltaTable

        return DeltaTable(self._place(table))

    def _prepared(self, table: Table) -> DeltaTable:
        """The copy of a table, with all columns that the table has; made if it is not there."""
        from deltalake import DeltaTable, Schema

        place, schema = self._place(table), copied_schema(table)
        if not DeltaTable.is_deltatable(place):
            return DeltaTable.create(
                place,
                schema,
                partition_by=[table.partition, LAKE_PART],
                name=table.name,
                description=self._description,
                configuration={"delta.dataSkippingStatsColumns": ",".join(_countable(schema))},
            )
        opened = self._opened(table)
        if opened.metadata().description != self._description:
            raise ForeignTargetError(
                f"{place} is there already and is no copy of this lake: name another target, or delete it"
            )
        known = {field.name: field.type for field in opened.schema().fields}
        wanted = Schema.from_arrow(schema).fields
        if added := [field for field in wanted if known.get(field.name) != field.type]:
            opened.alter.add_columns(added)
        return opened

    @property
    def _description(self) -> str:
        return f"Copy of a lake of Newslake, {self.owner}"


def _in(labels: Collection[str]) -> str:
    return f"{LAKE_PART} IN ({', '.join(repr(each) for each in sorted(labels))})"


def _countable(schema: pa.Schema) -> list[str]:
    """Columns whose bounds the log may hold: no words, since the log outlives what is taken down."""
    wordy = (pa.types.is_string, pa.types.is_binary, pa.types.is_nested)
    return [field.name for field in schema if not any(is_wordy(field.type) for is_wordy in wordy)]
