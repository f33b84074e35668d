"""The flow `ingest`: one source, from its first page to the lake."""

from __future__ import annotations

from prefect import flow

from flows.artifacts import leave_tally
from flows.interrupt import heard_by_the_command
from flows.naming import ingest_run_name, source_of_path
from flows.pipeline import ingest_source
from flows.pool import pool
from flows.progress import progress_on_the_page
from flows.settings import Settings
from flows.tally import Tally


@flow(name="ingest", flow_run_name=ingest_run_name, validate_parameters=True)
def ingest(
    address: str = "seeds",
    source_id: str | None = None,
    lake: str | None = None,
    fields: dict[str, str] | None = None,
) -> Tally:
    """Fetch, clean, annotate, deduplicate and store what a source holds. Ingesting it again changes nothing.

    Args:
        address: File or folder to read: seeds, feeds, pages, JSON lines.
        source_id: Name of the source in the lake; by default the path's.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
        fields: Of JSON articles: our field names to theirs, such as text to story, where they are not the usual ones.
    """
    settings = Settings.read(lake=lake)
    with heard_by_the_command(), pool(settings) as workers, progress_on_the_page():
        tally = ingest_source(source_of_path(address, source_id, fields), settings, workers, plain=False)
    leave_tally(tally)
    return tally
