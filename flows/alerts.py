"""What is wrong becomes events of Prefect, on which its automations act (`automations.yaml`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from prefect.events import emit_event

from flows.settings import Settings
from flows.status import Trouble, judge_lake
from flows.status_looks import look_at_lake


def raise_alarms(settings: Settings) -> tuple[Trouble, ...]:
    """Look at the lake, its disk and its feeds, and emit an event for everything that is wrong."""
    now = datetime.now(UTC)
    troubles = tuple(judge_lake(look_at_lake(settings, now), settings.lake, now))
    emit(troubles)
    return troubles


def emit(troubles: Iterable[Trouble]) -> None:
    """One event each, named `newslake.<kind>`; the same trouble is always the same resource."""
    for trouble in troubles:
        # Names of sources and places of lakes come from outside and may hold anything.
        digest = hashlib.sha256(trouble.subject.encode("utf-8", "replace")).hexdigest()[:16]
        resource = {
            "prefect.resource.id": f"newslake.{trouble.kind}.{digest}",
            "prefect.resource.name": trouble.subject,
        }
        emit_event(f"newslake.{trouble.kind}", resource, payload={"said": trouble.said})
