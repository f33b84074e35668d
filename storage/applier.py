"""Who may write the Parquet: one process at a time, and none that was given up for dead.

A lock of the operating system (of PostgreSQL, if that is the ledger) keeps others away and is let go when its holder
dies. A holder that stands still without dying keeps it; once its heartbeat is old, another process takes the work
over under a new lock. Every turn has a number, the generation, and `storage.files` refuses what an earlier
generation publishes, so that a holder that wakes up again can do no harm.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from storage.files import FencedError
from storage.state import APPLIER, Ledger


@dataclass
class Turn:
    """The right to write, until the `with` block ends."""

    ledger: Ledger
    generation: int
    beaten_at: float

    def beat(self) -> None:
        """Say that the work goes on. Raises FencedError if somebody else took it over."""
        clock = time.time()
        if clock - self.beaten_at < self.ledger.patience_seconds / 20:
            return
        with self.ledger.writing() as connection:
            self.check(connection)
            connection.execute(APPLIER.update().values(heartbeat_at=int(clock)))
        self.beaten_at = clock

    def confirm(self) -> None:
        """Raise FencedError if somebody else took the work over.

        Asked between reading a part and replacing it: who is still the one to write then, and replaces the version
        that he read, overwrites nothing that came later.
        """
        with self.ledger.reading() as connection:
            self.check(connection)

    def check(self, connection: sa.Connection) -> None:
        """Raise FencedError if somebody else took the work over."""
        if connection.execute(sa.select(APPLIER.c.generation)).scalar_one() != self.generation:
            raise FencedError(f"writer {self.generation} was replaced by a later one")


@contextmanager
def turn(ledger: Ledger) -> Iterator[Turn | None]:
    """Take the right to write; None if another process has it and is alive."""
    with ledger.reading() as connection:
        known = connection.execute(sa.select(APPLIER)).one()
    lock, takeovers = _lock(ledger, known.takeovers), known.takeovers
    if lock is None and time.time() - known.heartbeat_at > ledger.patience_seconds:
        takeovers += 1
        lock = _lock(ledger, takeovers)
    if lock is None:
        yield None
        return
    try:
        generation = _begin(ledger, known.takeovers, takeovers)
        yield None if generation is None else Turn(ledger, generation, time.time())
    finally:
        lock.release()


def _begin(ledger: Ledger, seen: int, takeovers: int) -> int | None:
    """Open a new generation; None if another process took the work over at the same moment."""
    with ledger.writing() as connection:
        now = connection.execute(sa.select(APPLIER)).one()
        if now.takeovers != seen:
            return None
        generation = int(now.generation) + 1
        connection.execute(
            APPLIER.update().values(generation=generation, takeovers=takeovers, heartbeat_at=int(time.time()))
        )
    return generation


class Lock(Protocol):
    """A lock that is let go when its holder dies."""

    def release(self) -> None: ...


@dataclass
class FileLock:
    """A lock on a file beside an SQLite ledger; SQLite is for one machine, and so is this."""

    handle: int

    def release(self) -> None:
        os.close(self.handle)


@dataclass
class SessionLock:
    """A lock that PostgreSQL lets go when the connection ends."""

    connection: sa.Connection

    def release(self) -> None:
        self.connection.invalidate()
        self.connection.close()


@contextmanager
def alone(ledger: Ledger, work: str) -> Iterator[bool]:
    """Do a kind of work that only one process may do at a time, and that nobody takes over; False if another does."""
    lock = _session_lock(ledger, work, 0) if not ledger.is_sqlite else _file_lock(_beside(ledger, f"{work}.lock"))
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def _lock(ledger: Ledger, number: int) -> Lock | None:
    if not ledger.is_sqlite:
        return _session_lock(ledger, "newslake", number)
    lock = _file_lock(_beside(ledger, f"applier-{number}.lock"))
    if lock is not None:
        _beside(ledger, f"applier-{number - 1}.lock").unlink(missing_ok=True)
    return lock


def _beside(ledger: Ledger, name: str) -> Path:
    return Path(ledger.engine.url.database or "").with_name(name)


def _file_lock(path: Path) -> Lock | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return FileLock(handle)


def _session_lock(ledger: Ledger, work: str, number: int) -> Lock | None:
    connection = ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    taken = sa.text("SELECT pg_try_advisory_lock(hashtext(:work || ':' || current_schema()), :number)")
    if connection.execute(taken, {"work": work, "number": number}).scalar_one():
        return SessionLock(connection)
    connection.close()
    return None
