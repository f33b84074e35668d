"""The index of texts, brought up to what the lake holds: of an older lake, or of a ledger that was made again."""

from __future__ import annotations

from storage.lake import Lake
from storage.sketches import fill_up
from storage.state import Ledger
from tasks.extract.duplicates import SKETCH_VERSION, sketch


def fill_index(lake: Lake, ledger: Ledger) -> int:
    """Make the sketches that are missing or out of date; how many. A second time changes nothing."""
    return fill_up(lake, ledger, sketch, SKETCH_VERSION)
