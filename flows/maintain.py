"""The flow `maintain`: every night, what waits is written, everything is read back, what is too old is let go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow
from prefect.utilities.annotations import quote
from pydantic import Field

from flows.artifacts import leave_maintained
from flows.settings import Settings
from storage.lake import Lake
from tasks.maintain import Maintained, ages, drain, learn, vacuum, verify


class LakeNotSound(RuntimeError):
    """The lake has faults: stop relying on it, and see the artifact of this run for where."""


@flow(name="maintain", validate_parameters=True, timeout_seconds=6 * 3600)
def maintain(
    lake: str | None = None,
    keep_days: dict[str, Annotated[int, Field(ge=1)]] | None = None,
) -> Maintained:
    """Write what waits, verify the lake, vacuum it. Fails where the lake is not sound, and then lets nothing go.

    Args:
        lake: Where the lake is; by default as NEWSLAKE_LAKE says.
        keep_days: Days that the dates of a table are kept, such as {"raw": 90, "fetches": 30}; what is not named is
            kept for ever, "articles" takes its annotations along, and `retirements` says what went.
    """
    settings = Settings.read(lake=lake)
    keep = ages(keep_days or {})
    now = datetime.now(UTC)
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        place = quote(opened), quote(ledger), now
        rows = drain(*place)
        found = verify(*place)
        gone = vacuum(*place, {} if found.faults else keep)
        done = Maintained(rows, found, gone, 0 if found.faults else learn(*place))
    leave_maintained(done)
    if done.faults:
        first = done.faults[0]
        raise LakeNotSound(f"{settings.lake} has {len(done.faults)} faults, first {first.where}: {first.what}")
    return done
