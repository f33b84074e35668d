"""The flow `stories`: every hour, articles of the last days are put into stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect import flow
from prefect.utilities.annotations import quote

from flows.artifacts import leave_retold
from flows.backfill_request import Days
from flows.settings import Settings
from storage.lake import Lake
from tasks.stories import Retold, tell


@flow(name="stories", validate_parameters=True)
def stories(days: Days | None = None, lake: str | None = None) -> Retold:
    """Put articles into stories, each day with the days before it in view. The same articles again change nothing.

    Args:
        days: Days of publication; by default yesterday and today.
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
    """
    settings = Settings.read(lake=lake)
    now = datetime.now(UTC)
    asked = days or Days(first=(now - timedelta(days=1)).date(), last=now.date())
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        done = tell(quote(opened), quote(ledger), asked.first, asked.last, now)
    leave_retold(done)
    return done
