"""The ledger: what the lake has been promised, what it already holds, and where. Its transaction is the commit point.

SQLite in write-ahead mode by default, PostgreSQL by URL. The tables of Parquet are a projection of the payloads that
stand here; all but the payloads that wait can be made again from the lake (`storage.rebuild`). Looking things up
changes no byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url

T = TypeVar("T")
METADATA = sa.MetaData()
WAITING = sa.text("applied_at IS NULL")


def _table(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    """A table whose rows are found by their key alone, so that SQLite keeps them in it."""
    return sa.Table(name, METADATA, *columns, sqlite_with_rowid=False)


def _key(name: str, type_: type[sa.types.TypeEngine[Any]] = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, type_, primary_key=True)


def _value(name: str, type_: type[sa.types.TypeEngine[Any]] = sa.Text, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=optional)


META = _table("meta", _key("name"), _value("value"))
COMMITS = sa.Table(
    "commits",
    METADATA,
    # BigInteger does not count by itself in SQLite.
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("commit_id", sa.Text, nullable=False, unique=True),
    _value("run_id"),
    _value("committed_at", sa.BigInteger),
    sa.Index("commits_by_run", "run_id"),
    sqlite_autoincrement=True,
)
PAYLOADS = sa.Table(
    "payloads",
    METADATA,
    _key("seq", sa.BigInteger),
    _key("table_name"),
    _value("rows", sa.LargeBinary),
)
TOUCHES = _table(
    "touches",
    _key("seq", sa.BigInteger),
    _key("family"),
    _key("date"),
    _key("part", sa.Integer),
    _value("applied_at", sa.BigInteger, optional=True),
    sa.Index("touches_waiting", "seq", sqlite_where=WAITING, postgresql_where=WAITING),
)
PLACEMENTS = _table("placements", _key("family"), _key("id"), _value("date"), _value("part", sa.Integer))
PARTS = _table(
    "parts",
    _key("family"),
    _key("date"),
    _key("part", sa.Integer),
    _value("items", sa.BigInteger),
    _value("bytes", sa.BigInteger),
)
FILES = _table(
    "files",
    _key("path"),
    _value("sha256"),
    _value("bytes", sa.BigInteger),
    _value("rows", sa.BigInteger),
)
HEADS = _table(
    "heads",
    _key("article_id"),
    _value("date"),
    _value("part", sa.Integer),
    _value("revision", sa.Integer),
    _value("last_revision", sa.Integer),
    _value("text_sha256"),
    _value("content_sha256"),
    _value("raw_id"),
    _value("pipeline_version"),
    _value("effective_at", sa.BigInteger),
    _value("fetched_at", sa.BigInteger),
    _value("ingested_at", sa.BigInteger),
    sa.Index("heads_by_text", "text_sha256"),
)
TEXTS = _table("texts", _key("article_id"), _key("text_sha256"))
OUTCOMES = _table(
    "outcomes",
    _key("raw_id"),
    _value("pipeline_version"),
    _value("kind"),
    _value("reason", optional=True),
    _value("article_id", optional=True),
)
SKETCHES = sa.Table(
    "sketches",
    METADATA,
    _key("article_id"),
    _value("number", sa.BigInteger),
    _value("text_sha256"),
    _value("appeared_at", sa.BigInteger),
    _value("publisher"),
    # A trailing underscore: a row of SQLAlchemy has a method `keys`.
    _value("keys_", sa.LargeBinary),
    _value("shingles", sa.LargeBinary),
    _value("version", sa.Integer),
    sa.Index("sketches_by_number", "number"),
    sa.Index("sketches_by_text", "text_sha256"),
)
SKETCH_KEYS = _table("sketch_keys", _key("key", sa.BigInteger), _key("number", sa.BigInteger))
BOILERPLATE = _table(
    "boilerplate",
    _key("source_id"),
    _key("paragraph"),
    _value("articles", sa.Integer),
    _value("of_articles", sa.Integer),
    _value("learned_at", sa.BigInteger),
    _value("is_cut", sa.Integer),
)
TOMBSTONES = _table("tombstones", _key("hash"))
APPLIER = _table(
    "applier",
    _key("id", sa.Integer),
    _value("generation", sa.BigInteger),
    _value("takeovers", sa.BigInteger),
    _value("heartbeat_at", sa.BigInteger),
)

BUSY_TIMEOUT_MS = 60_000
LOOKUP = 500
"""Ids asked for in one statement."""


class LedgerError(OSError):
    """The ledger's database is full, locked, damaged or away: the transaction did not happen; try it again later."""


@dataclass(frozen=True)
class Ledger:
    """An open ledger. `with Ledger.open(url) as ledger:`; may be used by several threads."""

    engine: sa.Engine
    patience_seconds: float = 120.0
    """How long the process that writes the Parquet may stand still before another takes its work over; far longer
    than writing one part takes."""

    @classmethod
    def open(cls, url: str | URL, *, patience_seconds: float = 120.0) -> Ledger:
        """Open the ledger at a SQLAlchemy URL. `storage.lake.Lake.open` makes its tables."""
        url = make_url(url)
        if url.get_backend_name() != "sqlite":
            try:
                return cls(sa.create_engine(url, pool_pre_ping=True), patience_seconds)
            except ImportError as error:
                raise LedgerError(
                    f"a ledger in {url.get_backend_name()} needs a library that is not here: {error}. "
                    "PostgreSQL: .venv/bin/pip install 'psycopg[binary]', and postgresql+psycopg://… as its address"
                ) from error
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return cls(engine, patience_seconds)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; SQLite's last one takes the `-wal` and `-shm` files with it."""
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that changes nothing."""
        with self._reworded(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that no other writer overlaps: what it reads stays true until it is committed."""
        options = self.engine.execution_options(is_writing=True)
        with self._reworded(), options.connect() as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('newslake:' || current_schema()))"))
            yield connection

    @contextmanager
    def _reworded(self) -> Iterator[None]:
        """Say what a failure of the database means for the person who runs us."""
        try:
            yield
        except sa.exc.OperationalError as error:
            place = self.engine.url.render_as_string(hide_password=True)
            raise LedgerError(
                f"the ledger at {place} failed: {error.orig}. Nothing of this transaction is remembered; "
                "free its disk, end what holds it or start its server, then run the same again"
            ) from error

    def rewrite(self) -> None:
        """Write the ledger's files anew, so that nothing that was deleted is left on their free pages."""
        if not self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in METADATA.sorted_tables:
                    connection.exec_driver_sql(f"VACUUM FULL {table.name}")
            return
        raw = self.engine.raw_connection()
        try:
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(statement).fetchall()
        finally:
            raw.close()

    def create(self) -> None:
        """Make the tables that are missing."""
        if self.is_sqlite and self.engine.url.database:
            Path(self.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self.reading() as connection:
            missing = set(METADATA.tables) - set(sa.inspect(connection).get_table_names())
        if missing:
            with self.writing() as connection:
                METADATA.create_all(connection)
                if connection.execute(sa.select(APPLIER.c.id)).first() is None:
                    connection.execute(APPLIER.insert().values(id=1, generation=0, takeovers=0, heartbeat_at=0))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions, not the driver: https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def chunks(values: Sequence[T], size: int = LOOKUP) -> Iterator[Sequence[T]]:
    """Values in lists of bounded length."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; a row whose key is there already is replaced."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        # SQLAlchemy takes longer to look at the values of a row than SQLite to insert it; an article has 100 keys.
        statement, names = _sqlite_upsert(table, tuple(rows[0]))
        connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])
    else:
        connection.execute(_replacing(postgresql.insert(table), table), [dict(row) for row in rows])


@cache
def _sqlite_upsert(table: sa.Table, names: tuple[str, ...]) -> tuple[str, list[str]]:
    """The statement, and the order in which it wants the values of these columns."""
    compiled = _replacing(sqlite.insert(table), table).compile(dialect=sqlite.dialect(), column_keys=list(names))
    return str(compiled), list(compiled.positiontup or ())


def _replacing(insert: Any, table: sa.Table) -> Any:
    key = [column.name for column in table.primary_key]
    values = {column.name: insert.excluded[column.name] for column in table.c if column.name not in key}
    if values:
        return insert.on_conflict_do_update(index_elements=key, set_=values)
    return insert.on_conflict_do_nothing(index_elements=key)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """An instant as it stands in the ledger: microseconds since 1970, in UTC."""
    return (instant - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """The reverse of `micros`."""
    return EPOCH + value * MICROSECOND
