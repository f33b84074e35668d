"""The flow `maintain`: every night, what waits is written and what must be true of the lake is checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow
from prefect.utilities.annotations import quote
from pydantic import Field

from flows.artifacts import leave_maintained
from flows.settings import Settings
from storage.lake import Lake
from tasks.maintain import Maintained, check, drain, rewrite


class LakeNotSound(RuntimeError):
    """The lake contradicts its invariants: stop relying on it, and see the artifact of this run for where."""


@flow(name="maintain", validate_parameters=True)
def maintain(
    lake: Annotated[str | None, Field(description="Where the lake is; by default as NEWSLAKE_LAKE says")] = None,
    is_compacting: Annotated[bool, Field(description="Write the ledger's file anew, without its free pages")] = True,
) -> Maintained:
    """Write what waits, check the lake, compact the ledger. Fails where the lake is not sound."""
    settings = Settings.read(lake=lake)
    now = datetime.now(UTC)
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        rows = drain(quote(opened), quote(ledger), now)
        is_settled, found = check(quote(opened), quote(ledger), now)
        if is_compacting:
            rewrite(quote(ledger))
    done = Maintained(rows, is_settled, found)
    leave_maintained(done)
    if found:
        raise LakeNotSound(f"{settings.lake} contradicts {len(found)} of its invariants, first: {found[0].what}")
    return done
