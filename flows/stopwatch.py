"""How long the stages of a run were at work. Batches overlap, so several threads may be in one stage at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds to `seconds` the time by the wall in which at least one batch was in a stage. Any thread may use it."""

    def __init__(self, seconds: dict[str, float], clock: Callable[[], float] = time.perf_counter) -> None:
        self._seconds = seconds
        self._clock = clock
        self._at_work: Counter[str] = Counter()
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def over(self, stage: str) -> Iterator[None]:
        """Within the block, a batch is in the stage."""
        with self._lock:
            if not self._at_work[stage]:
                self._since[stage] = self._clock()
            self._at_work[stage] += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work[stage] -= 1
                if not self._at_work[stage]:
                    self._seconds[stage] = self._seconds.get(stage, 0.0) + self._clock() - self._since[stage]
