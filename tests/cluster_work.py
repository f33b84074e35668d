"""What the tests of a cluster have its workers do; a module of its own, so that they import nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence


def process_of(items: Sequence[int]) -> list[int]:
    """Which process works on each item."""
    return [os.getpid() for _ in items]


def misbehave(items: Sequence[int]) -> list[int]:
    """Thirteen ends its process."""
    if 13 in items:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(items)


def end_the_worker(items: Sequence[int]) -> list[int]:
    """Thirteen ends the Dask worker above its process, as a machine that goes away would."""
    if 13 in items:
        os.kill(os.getppid(), signal.SIGKILL)
    return list(items)
