"""The flow `ingest`: one source, from its first page to the lake."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.artifacts import leave_tally
from flows.naming import ingest_run_name, source_of_path
from flows.pipeline import Tally, ingest_source
from flows.settings import Settings
from tasks.isolate import Workers


@flow(name="ingest", flow_run_name=ingest_run_name, validate_parameters=True)
def ingest(
    address: Annotated[str, Field(description="File or folder to read: seeds, feeds, pages, JSON lines")] = "seeds",
    source_id: Annotated[str | None, Field(description="Name of the source in the lake; by default the path's")] = None,
    lake: Annotated[str | None, Field(description="Where the lake is; by default as NEWSLAKE_LAKE says")] = None,
) -> Tally:
    """Fetch, clean, annotate, deduplicate and store what a source holds. Ingesting it again changes nothing."""
    settings = Settings.read(lake=lake)
    with Workers(settings.workers) as workers:
        tally = ingest_source(source_of_path(address, source_id), settings, workers, plain=False)
    leave_tally(tally)
    return tally
