"""The flow `maintain`: every night, what waits is written, everything is read back, what is too old is let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from prefect import flow
from prefect.utilities.annotations import quote
from pydantic import Field

from flows.artifacts import leave_maintained
from flows.settings import Settings
from storage.lake import Lake
from tasks.maintain import Maintained, drain, learn, vacuum, verify


class LakeNotSound(RuntimeError):
    """The lake has faults: stop relying on it, and see the artifact of this run for where."""


@flow(name="maintain", validate_parameters=True, timeout_seconds=6 * 3600)
def maintain(
    lake: str | None = None,
    keep_raw_days: Annotated[int | None, Field(ge=1)] = None,
) -> Maintained:
    """Write what waits, verify the lake, vacuum it. Fails where the lake is not sound, and then lets nothing go.

    Args:
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
        keep_raw_days: Let go of pages as received after so many days; by default never.
    """
    settings = Settings.read(lake=lake)
    now = datetime.now(UTC)
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        place = quote(opened), quote(ledger), now
        rows = drain(*place)
        found = verify(*place)
        keep = {} if keep_raw_days is None or found.faults else {"raw": timedelta(days=keep_raw_days)}
        done = Maintained(rows, found, vacuum(*place, keep), 0 if found.faults else learn(*place))
    leave_maintained(done)
    if done.faults:
        first = done.faults[0]
        raise LakeNotSound(f"{settings.lake} has {len(done.faults)} faults, first {first.where}: {first.what}")
    return done
