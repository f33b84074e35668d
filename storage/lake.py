"""A lake: where it is, what it is made of, and its first files. Opening one that exists changes no byte.

Beside `tables/`, which holds nothing but parts, stand `lake.json` (which lake this is, and the version of its
schema), `staging/` (empty unless a commit is under way) and, by default, `ledger/`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from storage.files import Files, LocalFiles
from storage.objects import NoConditionsError, ObjectFiles
from storage.parts import SENTINEL_DATE, SENTINEL_PART, encode, path_of
from storage.state import Ledger
from storage.tables import SCHEMA_VERSION, TABLES, Table

DESCRIPTION = "lake.json"


class NoLakeError(Exception):
    """There is no lake at the address."""


class SchemaVersionError(Exception):
    """The lake was written by a newer Newslake, or has to be migrated before this one may write to it."""


class NoLibraryError(Exception):
    """A lake in an object store was named, and the library that speaks to it is not installed."""


class NoLedgerError(ValueError):
    """A lake that is not on this machine was named without the address of its ledger."""


@dataclass(frozen=True)
class Lake:
    """An open lake. Holds no connection and no lock."""

    uri: str
    files: Files
    ledger_url: str
    salt: str
    """Kept with the lake: what is remembered of removed things is hashed with it."""

    @classmethod
    def open(
        cls, uri: str | Path, *, ledger_url: str | None = None, create: bool = True, is_migrating: bool = False
    ) -> Lake:
        """Open the lake at a directory, making it if it is not there.

        `ledger_url` is a SQLAlchemy URL; by default the ledger is SQLite below the lake's own directory.
        Raises NoLakeError if there is none and none is to be made, SchemaVersionError if its schema is not ours.
        """
        files, url = _place(str(uri), ledger_url)
        description = files.read(DESCRIPTION)
        if description is None:
            if not create:
                raise NoLakeError(f"{uri} holds no lake: `newslake ingest` makes one, --lake names another")
            _check_conditions(str(uri), files, url)
            salt = _initialise(files)
        else:
            known = json.loads(description.data)
            _check_version(str(uri), int(known["schema_version"]), is_migrating=is_migrating)
            salt = str(known["salt"])
        if create:
            with Ledger.open(url) as ledger:
                ledger.create()
        return cls(str(uri), files, url, salt)

    def ledger(self) -> Ledger:
        """Open the lake's ledger; close it, or use it in a `with` statement."""
        return Ledger.open(self.ledger_url)

    def describe(self, generation: int) -> None:
        """Say that the lake has the present schema."""
        data, old = _description(self.salt), self.files.read(DESCRIPTION)
        if old is None or old.data != data:
            self.files.publish(DESCRIPTION, data, old, generation, _nothing)

    def glob(self, table: Table) -> str:
        """Pattern of all parts of a table."""
        return f"{Path(self.uri).absolute()}/tables/{table.name}/**/*.parquet"

    @property
    def is_local(self) -> bool:
        """Whether the parts are files that any tool of this machine can open."""
        return isinstance(self.files, LocalFiles)


def _place(uri: str, ledger_url: str | None) -> tuple[Files, str]:
    """Where the files of a lake stand, and where its ledger."""
    if uri.startswith("s3://"):
        if ledger_url is None:
            raise NoLedgerError(
                f"{uri} is not on this machine, so its ledger needs an address: PostgreSQL, or SQLite here"
            )
        if find_spec("obstore") is None:
            raise NoLibraryError(f"{uri} needs a library that is not here: .venv/bin/pip install obstore")
        return ObjectFiles.parse(uri), ledger_url
    root = Path(uri).absolute()
    return LocalFiles(root), ledger_url or f"sqlite:///{root / 'ledger' / 'ledger.sqlite'}"


def _check_conditions(uri: str, files: Files, ledger_url: str) -> None:
    """Several machines may write only where the store refuses a PUT that was overtaken."""
    if isinstance(files, ObjectFiles) and not ledger_url.startswith("sqlite") and not files.knows_conditions():
        raise NoConditionsError(
            f"{uri}: this object store ignores If-Match and If-None-Match, so only one machine may write to the lake. "
            "Give it an SQLite ledger on that machine instead of PostgreSQL"
        )


def _initialise(files: Files) -> str:
    """Publish a part without rows for every table, then the description, which makes it a lake."""
    files.begin(0)
    for table in TABLES:
        path = path_of(table, SENTINEL_DATE, SENTINEL_PART)
        files.publish(path, encode(table, table.empty), None, 0, _nothing)
    salt = secrets.token_hex(16)
    files.publish(DESCRIPTION, _description(salt), None, 0, _nothing)
    files.end(0)
    return salt


def _description(salt: str) -> bytes:
    return (
        json.dumps({"format": "newslake", "schema_version": SCHEMA_VERSION, "salt": salt}, indent=2) + "\n"
    ).encode()


def _check_version(uri: str, version: int, *, is_migrating: bool) -> None:
    if version > SCHEMA_VERSION:
        raise SchemaVersionError(
            f"{uri} has schema version {version}, this Newslake knows {SCHEMA_VERSION}: install a newer Newslake"
        )
    if version < SCHEMA_VERSION and not is_migrating:
        raise SchemaVersionError(
            f"{uri} has schema version {version}, this Newslake writes {SCHEMA_VERSION}: run `newslake migrate` first"
        )


def _nothing(_step: str) -> None:
    """What happens at a step of a commit outside of tests."""
