"""The flow `report`: the state of the lake as a page, every day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_link_artifact
from prefect.utilities.annotations import quote

from flows.naming import place_of_report
from flows.patience import unless_away
from flows.settings import Settings
from storage.lake import Lake
from tasks.report import report as report_task


@flow(name="report", validate_parameters=True, timeout_seconds=3600)
def report(
    path: str | None = None,
    lake: str | None = None,
) -> str:
    """Write the page: articles, completeness, rejections, lags, feeds, annotations, leaders, growth.

    Args:
        path: Where the page is written; by default beside the lake.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
    """
    settings = Settings.read(lake=lake)
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        written = report_task(
            quote(opened), quote(ledger), Path(path or place_of_report(settings.lake)), datetime.now(UTC)
        )
    with unless_away("the link to the report"):
        create_link_artifact(
            written.as_uri(), link_text="The report", key="report", description="The state of the lake"
        )
    return str(written)
