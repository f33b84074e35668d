"""How much two texts have in common, and what of it is a passage that stands in many articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Shingled: TypeAlias = npt.NDArray[np.int32]
"""Shingles of a text, sorted, each once."""
ALIKE = 0.6
"""An article of which less than this share stands in another says something else."""
ALL = 0.9
"""An article of which this share stands in another says nothing of its own: it is an excerpt, and no carrier counts."""
FEWEST_CARRIERS = 3
"""Articles that have a passage, and nothing else in common with this one or each other, for it to be boilerplate."""
MOST_CARRIERS = 10
FEW = 15
"""Shingles that unlike articles may have in common by chance."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common."""

    shared: int
    of_article: int
    of_original: int

    @property
    def share_of_article(self) -> float:
        return self.shared / self.of_article if self.of_article else 0.0

    @property
    def share_of_original(self) -> float:
        return self.shared / self.of_original if self.of_original else 0.0

    @property
    def resemblance(self) -> float:
        """Jaccard's coefficient."""
        union = self.of_article + self.of_original - self.shared
        return self.shared / union if union else 0.0


def overlap(article: Shingled, original: Shingled, without: Shingled | None = None) -> Overlap:
    """What two texts have in common, leaving aside the shingles of `without` in both."""
    if without is not None and len(without):
        article, original = article[~_stands_in(article, without)], original[~_stands_in(original, without)]
    return Overlap(int(_stands_in(article, original).sum()), len(article), len(original))


def boilerplate(article: Shingled, others: Sequence[Shingled]) -> Shingled:
    """Shingles that the article has in common with several articles which are otherwise unlike it and one another.

    Parts of one long report are unlike each other too, but two of them have more in common than what the article has.
    """
    carriers: list[Shingled] = []
    for other in others:
        found = overlap(article, other)
        is_unlike = found.shared > 0 and found.share_of_article < ALL and found.share_of_original < ALIKE
        if is_unlike and len(carriers) < MOST_CARRIERS:
            rest = other[~_stands_in(other, article)]
            if all(_stands_in(rest, carrier).sum() < FEW for carrier in carriers):
                carriers.append(other)
    if len(carriers) < FEWEST_CARRIERS:
        return article[:0]
    counts = np.sum([_stands_in(article, carrier) for carrier in carriers], axis=0)
    common: Shingled = article[counts >= FEWEST_CARRIERS]
    return common


def _stands_in(some: Shingled, others: Shingled) -> npt.NDArray[np.bool_]:
    """Which of some shingles are among others; both sorted."""
    if not len(others):
        return np.zeros(len(some), np.bool_)
    places = np.minimum(np.searchsorted(others, some), len(others) - 1)
    found: npt.NDArray[np.bool_] = others[places] == some
    return found
