"""Apache Iceberg: a copy in a catalogue of pyiceberg, by default an SQLite file beside the data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import sqlalchemy as sa

from storage.export import (
    LAKE_PART,
    ForeignTargetError,
    NoCatalogError,
    NoLibraryError,
    TargetBusyError,
    copied_schema,
    identity,
)
from storage.lake import Lake
from storage.tables import TABLES, Table

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table as IcebergTable

NAMESPACE = "newslake"
OWNER = "newslake.copy-of"
PROPERTIES = {
    "write.parquet.compression-codec": "zstd",
    # With whole bounds, pyiceberg sees that all rows of a file go, and drops it without reading it.
    f"write.metadata.metrics.column.{LAKE_PART}": "full",
    # One file of metadata a commit would otherwise stay for ever.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}


@dataclass(frozen=True)
class IcebergTarget:
    """The tables `newslake.articles` and so on of a catalogue."""

    catalog: Catalog
    owner: str

    @classmethod
    def open(cls, lake: Lake, warehouse: str, catalog: str | None = None) -> IcebergTarget:
        """`catalog` is the address of a catalogue, as pyiceberg knows them: sqlite, postgresql, http (REST), thrift.

        Raises NoLibraryError if pyiceberg is not installed, NoCatalogError if the catalogue cannot be opened.
        """
        try:
            from pyiceberg.catalog import load_catalog
            from pyiceberg.exceptions import NotInstalledError
        except ImportError as error:
            raise NoLibraryError(
                "Iceberg needs pyiceberg, which is not here: .venv/bin/pip install 'pyiceberg[sql-sqlite]'"
            ) from error
        if "://" not in warehouse:
            root = Path(warehouse).absolute()
            root.mkdir(parents=True, exist_ok=True)
            catalog = catalog or f"sqlite:///{root / 'catalog.sqlite'}"
            warehouse = root.as_uri()
        if catalog is None:
            raise NoCatalogError(
                f"{warehouse} is not on this machine, so its catalogue needs an address: --catalog URI, such as "
                "postgresql+psycopg://user@host/database or https://host/rest-catalogue"
            )
        try:
            opened = load_catalog(NAMESPACE, uri=catalog, warehouse=warehouse)
            opened.create_namespace_if_not_exists(NAMESPACE)
        except (ValueError, OSError, NotInstalledError, sa.exc.SQLAlchemyError) as error:
            raise NoCatalogError(
                f"the catalogue named with --catalog cannot be opened: {error}. Check its address and that it answers"
            ) from error
        return cls(opened, identity(lake))

    def held(self, table: Table) -> frozenset[str]:
        opened = self._prepared(table)
        position = [each.name for each in opened.spec().fields].index(LAKE_PART)
        return frozenset(str(task.file.partition[position]) for task in opened.scan().plan_files())

    def replace(self, table: Table, gone: Collection[str], fresh: pa.Table | None) -> None:
        from pyiceberg.exceptions import CommitFailedException
        from pyiceberg.expressions import In, Reference
        from pyiceberg.expressions.literals import literal
        from pyiceberg.table.update.snapshot import ExpireSnapshots

        opened = self.catalog.load_table(_name(table))
        try:
            with opened.transaction() as transaction:
                if gone:
                    transaction.delete(In(term=Reference(LAKE_PART), values={literal(each) for each in gone}))
                between = transaction.table_metadata.current_snapshot_id
                if fresh is not None:
                    transaction.append(fresh)
                if gone and fresh is not None and between is not None:
                    # Rows went and came in two snapshots; nobody shall travel to the time between.
                    ExpireSnapshots(transaction).by_id(between).commit()
        except CommitFailedException as error:
            raise TargetBusyError(f"{'.'.join(opened.name())} was changed by another program: export again") from error

    def forget(self) -> int:
        deleted = 0
        for name in map(_name, TABLES):
            if not self.catalog.table_exists(name):
                continue
            opened = self.catalog.load_table(name)
            before = _files(opened)
            current = opened.metadata.current_snapshot_id
            old = [each.snapshot_id for each in opened.snapshots() if each.snapshot_id != current]
            if old:
                opened.maintenance.expire_snapshots().by_ids(old).commit()
            gone = before - _files(self.catalog.load_table(name))
            for path in sorted(gone):
                opened.io.delete(path)
            deleted += len(gone)
        return deleted

    def _prepared(self, table: Table) -> IcebergTable:
        """The copy of a table, with all columns that the table has; made if it is not there."""
        name, schema = _name(table), copied_schema(table)
        if not self.catalog.table_exists(name):
            return self._made(table, name, schema)
        opened = self.catalog.load_table(name)
        if opened.properties.get(OWNER) != self.owner:
            raise ForeignTargetError(
                f"{name} is there already and is no copy of this lake: name another target, or drop the table"
            )
        with opened.update_schema() as update:
            update.union_by_name(schema)
        return opened

    def _made(self, table: Table, name: str, schema: pa.Schema) -> IcebergTable:
        from pyiceberg.transforms import IdentityTransform

        properties = PROPERTIES | {OWNER: self.owner}
        with (
            self.catalog.create_table_transaction(name, schema, properties=properties) as made,
            made.update_spec() as spec,
        ):
            spec.add_field(table.partition, IdentityTransform(), table.partition)
            spec.add_field(LAKE_PART, IdentityTransform(), LAKE_PART)
        return self.catalog.load_table(name)


def _name(table: Table) -> str:
    return f"{NAMESPACE}.{table.name}"


def _files(table: IcebergTable) -> set[str]:
    """All files that the snapshots of a table name: rows, manifests and lists of manifests."""
    found = set()
    for snapshot in table.snapshots():
        found.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            found.add(manifest.manifest_path)
            found |= {entry.data_file.file_path for entry in manifest.fetch_manifest_entry(table.io)}
    return found
