"""How far a long stage has come, on the page of its run in Prefect.

Shown from a thread of its own: a server that is slow or away must not hold up the work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.patience import unless_away
from tasks.context import progress as listeners

LONG_SECONDS = 20.0
"""A stage that has worked this long gets a bar."""
EVERY_SECONDS = 10.0
"""The bar moves no more often: each move is a call to the server."""
LAST_SECONDS = 10.0
"""How long the end of a run waits for its bars to be shown."""


@dataclass
class Bar:
    """One stage: what it has settled of what it expects so far, and what of that was shown."""

    begun_at: float
    settled: int = 0
    expected: int = 0
    shown: float | None = None
    artifact: UUID | None = None

    @property
    def percent(self) -> float:
        return 100.0 * min(self.settled / self.expected, 1.0) if self.expected else 0.0

    def is_due(self, now: float) -> bool:
        """Whether to show it: long at work, and moved since it was last shown."""
        return bool(self.expected) and now - self.begun_at >= LONG_SECONDS and self.percent != self.shown


@dataclass
class Page:
    """The bars of a run. `note` is called from any thread, `show` from one."""

    bars: dict[str, Bar] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)

    def note(self, stage: str, settled: int, expected: int) -> None:
        """Count what a stage has settled and expects."""
        with self.lock:
            bar = self.bars.setdefault(stage, Bar(time.monotonic()))
            bar.settled += settled
            bar.expected += expected

    def show(self) -> None:
        """Show what is due every few seconds, and once more when the run is over."""
        while not self.is_over.wait(EVERY_SECONDS):
            self._show_due()
        self._show_due()

    def _show_due(self) -> None:
        with self.lock:
            due = [(stage, bar, bar.percent) for stage, bar in self.bars.items() if bar.is_due(time.monotonic())]
        for stage, bar, percent in due:
            with unless_away(f"the bar of {stage}"):
                if bar.artifact is None:
                    said = f"{stage}: articles settled, of those known so far"
                    bar.artifact = create_progress_artifact(percent, key=f"progress-{stage}", description=said)
                else:
                    update_progress_artifact(bar.artifact, percent)
                bar.shown = percent


@contextmanager
def progress_on_the_page() -> Iterator[None]:
    """Within a flow run: a progress artifact for each stage that takes long."""
    outer, page = listeners.get(), Page()

    def listen(stage: str, settled: int, expected: int) -> None:
        outer(stage, settled, expected)
        page.note(stage, settled, expected)

    thread = threading.Thread(target=copy_context().run, args=(page.show,), name="progress", daemon=True)
    thread.start()
    token = listeners.set(listen)
    try:
        yield
    finally:
        listeners.reset(token)
        page.is_over.set()
        thread.join(LAST_SECONDS)
