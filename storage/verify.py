"""Reading everything back: is every part whole, does it say what the ledger says, and do the rows belong together?

Nothing here writes; `storage.repair` acts on what is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from storage.invariants import Invariant, always, settled, violations
from storage.lake import Lake
from storage.parts import SENTINEL_PART, UnknownColumnError, decode, digest, unit_of
from storage.readers import connect
from storage.state import FILES, HEADS, META, SKETCHES, Ledger
from storage.tables import TABLES, Table


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a lake."""

    kind: str
    """foreign, missing, damaged, schema, invariant or ledger"""
    where: str
    """Path of a part, or name of an invariant."""
    what: str


@dataclass(frozen=True)
class Verification:
    """What reading everything back has shown."""

    faults: tuple[Fault, ...]
    parts: int
    rows: int
    bytes: int


def verify(lake: Lake, ledger: Ledger) -> Verification:
    """Read every part and compare it with its checksums, the schema, the ledger and the other tables.

    Call `storage.project.project` first: what waits is not yet in the parts, and would be taken for a fault.
    """
    faults: list[Fault] = []
    parts = rows = size = 0
    with ledger.reading() as connection:
        known = {row.path: row for row in connection.execute(sa.select(FILES))}
    seen: set[str] = set()
    for table in TABLES:
        for path in lake.files.paths(f"tables/{table.name}"):
            seen.add(path)
            found, count, length = _part(lake, table, path, known.get(path))
            faults += found
            parts, rows, size = parts + 1, rows + count, size + length
    faults += [Fault("missing", path, "the ledger wrote it and it is not there") for path in sorted(set(known) - seen)]
    faults += [
        Fault("foreign", path, "no table of this lake")
        for path in lake.files.paths("tables")
        if path.split("/")[1] not in {table.name for table in TABLES}
    ]
    if not faults:
        faults += _contents(lake, ledger)
    return Verification(tuple(faults), parts, rows, size)


def _part(
    lake: Lake, table: Table, path: str, known: sa.Row[tuple[object, ...]] | None
) -> tuple[list[Fault], int, int]:
    """Faults, rows and bytes of one part."""
    unit, blob = unit_of(table, path), lake.files.read(path)
    if unit is None or blob is None:
        return [Fault("foreign", path, "nothing but parts may stand below tables/")], 0, 0
    if known is not None and digest(blob.data) != known.sha256:
        # Not read any further: a bit in the footer may ask for any amount of memory.
        return [Fault("damaged", path, "its bytes are not those that were written")], 0, len(blob.data)
    try:
        rows = decode(table, blob.data)
    except (OSError, pa.ArrowException) as error:
        return [Fault("damaged", path, str(error))], 0, len(blob.data)
    except UnknownColumnError as error:
        return [Fault("schema", path, str(error))], 0, len(blob.data)
    faults = []
    if known is None and unit.part != SENTINEL_PART:
        faults.append(Fault("foreign", path, "the ledger knows no such part"))
    if not pq.read_schema(pa.BufferReader(blob.data)).equals(table.schema, check_metadata=True):
        faults.append(Fault("schema", path, "its columns are not those of this version: run `newslake migrate`"))
    return faults, len(rows), len(blob.data)


def _contents(lake: Lake, ledger: Ledger) -> Iterator[Fault]:
    """What is wrong between rows; asked only when every part can be read."""
    with connect(lake) as connection:
        for violation in violations(connection, (*always(lake), *settled(), *HASHES)):
            yield Fault("invariant", violation.invariant, violation.what)
        yield from _against_ledger(connection, ledger)


def _against_ledger(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Iterator[Fault]:
    """Articles that only the ledger or only the lake has, or of which they hold different texts current."""
    columns = (HEADS.c.article_id, HEADS.c.revision, HEADS.c.text_sha256, HEADS.c.date)
    query = "SELECT article_id, revision, text_sha256, CAST(published_date AS VARCHAR) FROM articles"
    with ledger.reading() as reading:
        kept_from = reading.execute(sa.select(META.c.value).where(META.c.name == "kept_from articles")).scalar() or ""
        current = sa.and_(SKETCHES.c.article_id == HEADS.c.article_id, SKETCHES.c.text_sha256 == HEADS.c.text_sha256)
        stale = sa.select(SKETCHES.c.article_id).outerjoin(HEADS, current).where(HEADS.c.article_id.is_(None)).limit(20)
        sketched = [str(name) for name in reading.execute(stale).scalars()]
        promised = {tuple(row) for row in reading.execute(sa.select(*columns).where(HEADS.c.date >= kept_from))}
    # Of dates that were let go, a new article or a changed text may be there until the next vacuum.
    stored = {row for row in connection.execute(query).fetchall() if row[3] >= kept_from}
    for name in sketched:
        yield Fault("ledger", name, "the index of texts has a text of it that is not its current one")
    for row in sorted(promised - stored)[:20]:
        yield Fault("ledger", str(row[0]), "the ledger has this text of the article, the lake has not")
    for row in sorted(stored - promised)[:20]:
        yield Fault("ledger", str(row[0]), "the lake has this text of the article, the ledger has not")


HASHES = (
    Invariant(
        "hash: articles", "text_sha256 is the hash of the text",
        "SELECT article_id FROM articles WHERE sha256(text) != text_sha256",
    ),
    Invariant(
        "hash: raw", "body_sha256 is the hash of the body", "SELECT raw_id FROM raw WHERE sha256(body) != body_sha256"
    ),
)  # fmt: skip
