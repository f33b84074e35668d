"""A new schema for an old lake: every part is rewritten, so that each table has one schema in every tool.

Interrupted, it goes on where it was; `lake.json` gets the new version last, and until then nobody may write.
"""

from __future__ import annotations

from storage.applier import turn
from storage.files import OnStep
from storage.lake import Lake
from storage.parts import SENTINEL_DATE, SENTINEL_PART, decode, digest, encode, in_order, path_of
from storage.state import FILES, Ledger, upsert
from storage.tables import TABLES


def migrate(lake: Lake, ledger: Ledger, *, on_step: OnStep = lambda _step: None) -> int:
    """Bring every part to the present schema; the number of parts that were rewritten.

    `lake` is opened with `is_migrating`. Raises UnknownColumnError if a part is newer than this program, OSError where
    another process is writing.
    """
    with turn(ledger) as mine:
        if mine is None:
            raise OSError("another process is writing: migrate when it has finished")
        lake.files.begin(mine.generation)
        rewritten = 0
        for table in TABLES:
            sentinel = path_of(table, SENTINEL_DATE, SENTINEL_PART)
            for path in dict.fromkeys([sentinel, *lake.files.paths(f"tables/{table.name}")]):
                mine.beat()
                blob = lake.files.read(path)
                rows = table.empty if blob is None else decode(table, blob.data)
                data = encode(table, in_order(table, rows))
                if blob is None or blob.data != data:
                    lake.files.publish(path, data, blob, mine.generation, on_step)
                    rewritten += 1
                if path != sentinel:
                    # Also of a part that was rewritten before an interruption, and not yet noted.
                    note = {"path": path, "sha256": digest(data), "bytes": len(data), "rows": len(rows)}
                    with ledger.writing() as connection:
                        upsert(connection, FILES, [note])
        lake.describe(mine.generation)
        lake.files.end(mine.generation)
    return rewritten
