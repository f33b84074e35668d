"""Whether more is rejected than usual. Pure."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 20
ENOUGH_BEFORE = 100
FACTOR = 2.0
MARGIN = 0.1
WITHOUT_A_PAST = 0.5


@dataclass(frozen=True)
class Intake:
    """Articles that runs received in some time, and how many of them were rejected."""

    received: int
    rejected: int

    @property
    def share(self) -> float:
        """Rejected of received, 0 to 1."""
        return self.rejected / self.received if self.received else 0.0


def has_jumped(lately: Intake, before: Intake) -> bool:
    """The share is more than twice the usual one and a tenth; without a past to compare with, more than half.

    Fewer than twenty articles say nothing.
    """
    if lately.received < ENOUGH:
        return False
    if before.received < ENOUGH_BEFORE:
        return lately.share > WITHOUT_A_PAST
    return lately.share > FACTOR * before.share + MARGIN
