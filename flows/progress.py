"""How far a long stage has come, on the page of its run in Prefect."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from tasks.context import progress as listeners

LONG_SECONDS = 20.0
"""A stage that has worked this long gets a bar."""
EVERY_SECONDS = 10.0
"""The bar moves no more often: each move is a call to the server."""


@dataclass
class Bar:
    """One stage: what it has settled of what it expects so far, and when it was last shown."""

    begun_at: float
    settled: int = 0
    expected: int = 0
    shown_at: float | None = None
    artifact: UUID | None = None

    @property
    def percent(self) -> float:
        return 100.0 * min(self.settled / self.expected, 1.0) if self.expected else 0.0

    def is_due(self, now: float) -> bool:
        """Whether to show it: long at work, and not shown for a while; its end is shown at once."""
        if now - self.begun_at < LONG_SECONDS:
            return False
        return self.shown_at is None or now - self.shown_at >= EVERY_SECONDS or self.settled == self.expected


@contextmanager
def progress_on_the_page() -> Iterator[None]:
    """Within a flow run: a progress artifact for each stage that takes long."""
    outer = listeners.get()
    lock = threading.Lock()
    bars: dict[str, Bar] = {}

    def listen(stage: str, settled: int, expected: int) -> None:
        outer(stage, settled, expected)
        now = time.monotonic()
        with lock:
            bar = bars.setdefault(stage, Bar(now))
            bar.settled += settled
            bar.expected += expected
            if bar.expected and bar.is_due(now):
                bar.shown_at = now
                _show(stage, bar)

    token = listeners.set(listen)
    try:
        yield
    finally:
        listeners.reset(token)


def _show(stage: str, bar: Bar) -> None:
    if bar.artifact is None:
        said = f"{stage}: articles settled, of those known so far"
        bar.artifact = create_progress_artifact(progress=bar.percent, key=f"progress-{stage}", description=said)
    else:
        update_progress_artifact(bar.artifact, progress=bar.percent)
