"""The flow `poll`: ask the feeds that are due, and bring what is new into the lake. A tick is not a poll."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.alerts import raise_alarms
from flows.artifacts import leave_tally
from flows.pipeline import ingest_feeds
from flows.pool import pool
from flows.progress import progress_on_the_page
from flows.settings import Settings, secret
from flows.tally import Tally
from tasks.extract.sources.source_file import source_file


@flow(name="poll", validate_parameters=True, timeout_seconds=6 * 3600)
def poll(
    sources: str | None = None,
    lake: str | None = None,
) -> Tally:
    """Ask every feed whose own time has come; most ticks ask few of them or none. Then say what is wrong, as events.

    Args:
        sources: The file of sources; by default as NEWSLAKE_SOURCES says.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
    """
    settings = Settings.read(lake=lake)
    declared = source_file(Path(sources or settings.sources).read_bytes(), secret)
    web = [source for source in declared if source.address.lower().startswith(("http://", "https://"))]
    with pool(settings) as workers, progress_on_the_page():
        tally = ingest_feeds(web, settings, workers, plain=False)
    leave_tally(tally)
    raise_alarms(settings)
    return tally
