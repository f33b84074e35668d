"""What kind of duplicate two articles are, if any. Thresholds: docs/stories.md."""

from __future__ import annotations

from tasks.extract.duplicates.compare import Overlap

MOST_OF = 0.5
"""A text of which this share stands in another repeats it."""
FEWEST_OF_ITS_OWN = 12
"""Shingles that must be left of a text without boilerplate for it to say anything."""
FEWEST_SHARED = 30
"""Shingles of a passage in common that is worth a row."""


def kind(whole: Overlap, rest: Overlap, *, is_same_publisher: bool) -> str | None:
    """The kind of a pair, or None if it is not worth a row. `rest` is what they have in common beside boilerplate."""
    if min(rest.of_article, rest.of_original) >= min(FEWEST_OF_ITS_OWN, whole.of_article, whole.of_original):
        least, most = sorted((rest.share_of_article, rest.share_of_original))
        if least >= MOST_OF:
            return "revision_elsewhere" if is_same_publisher else "reprint"
        if most >= MOST_OF:
            return "excerpt"
    return "shared_boilerplate" if whole.shared >= FEWEST_SHARED else None
