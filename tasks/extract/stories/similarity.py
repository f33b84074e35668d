"""How alike articles are: cosines of their features, less where names differ and the more days lie between them.

Reports of one kind (standings, closing prices, jobless rates, verdicts) have most words in common, whatever they tell
of: names tell them apart. So words count fully only with names in common, where both articles have some.

In millionths, as whole numbers: their sums are the same in whatever order they are added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from storage.operations import Telling
from tasks.extract.stories.features import KINDS, Vector, features

MILLIONTHS = 1_000_000
LEAST = 20_000
"""Below it two articles count as having nothing in common."""
FADING = 0.03
"""Share that is lost with each day between two articles."""
NAMED = 3
"""Names that an article must have for it to say something that another has none of them."""
SAME_NAMES = 0.3
"""Cosine of names at which articles tell of the same people and places."""
OTHER_NAMES = 0.3
"""Share that is left of the similarity of articles which have no name in common."""
COMMON = 0.5
"""A feature that more than this share of at least `MANY` articles have tells nothing."""
MANY = 20
_DAY = timedelta(days=1)
Similarities = Mapping[tuple[int, int], int]
"""Of pairs of articles by their positions, the lower first."""


def similarities(tellings: Sequence[Telling]) -> Similarities:
    """The similarity of each pair of articles that have something in common."""
    vectors = features(tellings)
    found: dict[tuple[int, int], int] = {}
    postings = {kind: _postings(vectors[kind]) for kind in KINDS}
    days = np.array([telling.published_at.timestamp() / _DAY.total_seconds() for telling in tellings])
    is_named = np.array([len(vector) >= NAMED for vector in vectors["names"]], np.bool_)
    for at in range(len(tellings)):
        cosines = {kind: _cosines(vectors[kind][at], postings[kind], len(tellings)) for kind in KINDS}
        alike = sum((share * cosines[kind] for kind, share in KINDS.items()), np.zeros(len(tellings)))
        if is_named[at]:
            same = np.minimum(1, cosines["names"] / SAME_NAMES)
            alike *= np.where(is_named, OTHER_NAMES + (1 - OTHER_NAMES) * same, 1)
        alike *= np.maximum(0.5, 1 - FADING * np.abs(days - days[at]))
        whole = np.rint(alike * MILLIONTHS).astype(np.int64)
        for other in np.flatnonzero(whole[at + 1 :] >= LEAST) + at + 1:
            found[at, int(other)] = int(whole[other])
    return found


Postings = Mapping[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]


def _postings(vectors: Sequence[Vector]) -> Postings:
    """For each feature that several articles have, which and with what weight."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        for name in vector:
            places[name].append(at)
    most = COMMON * len(vectors) if len(vectors) >= MANY else len(vectors)
    return {
        name: (np.array(having), np.array([vectors[at][name] for at in having]))
        for name, having in places.items()
        if 1 < len(having) <= most
    }


def _cosines(vector: Vector, postings: Postings, size: int) -> npt.NDArray[np.float64]:
    sums = np.zeros(size)
    for name, weight in sorted(vector.items()):
        if name in postings:
            having, weights = postings[name]
            sums[having] += weight * weights
    return sums
