"""Which articles tell the same story: average-link clusters, the same in whatever order the articles come.

Two clusters are joined as long as their articles are alike on average, the most alike first; a chain of articles each
of which is a little like the next does not become one story. Ties are broken by the age of the articles.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.operations import Telling
from tasks.extract.stories.similarity import MILLIONTHS, Similarities, similarities

ALIKE = 200_000
"""Least average similarity, in millionths, at which clusters are joined; how it was chosen: docs/stories.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Articles that tell one story, the earliest first, and stories of before that are in it."""

    article_ids: tuple[str, ...]
    similarity: Mapping[str, float]
    """Of each article, its mean similarity to the others."""
    stories: tuple[str, ...]
    """Those with most articles in view first."""


def clusters(tellings: Sequence[Telling], story_of: Mapping[str, str]) -> tuple[Cluster, ...]:
    """Clusters of articles. Those that have a story already stay together, and others join them or not.

    Copies of one text count as one article, so that a report that many print does not draw others to it.
    """
    ordered = sorted(tellings, key=lambda telling: (telling.published_at, telling.article_id))
    copies: dict[str, list[Telling]] = {}
    for telling in ordered:
        copies.setdefault(telling.origin_id, []).append(telling)
    texts = [carriers[0] for carriers in copies.values()]
    alike = similarities(texts)
    place = {text.origin_id: at for at, text in enumerate(texts)}
    told: dict[str, list[int]] = {}
    for telling in ordered:
        if telling.article_id in story_of:
            told.setdefault(story_of[telling.article_id], []).append(place[telling.origin_id])
    found = []
    for group in average_link(len(texts), alike, together=list(told.values())):
        members = [telling for telling in ordered if place[telling.origin_id] in group]
        counts: dict[str, int] = {}
        for telling in members:
            if telling.article_id in story_of:
                counts[story_of[telling.article_id]] = counts.get(story_of[telling.article_id], 0) + 1
        found.append(
            Cluster(
                article_ids=tuple(telling.article_id for telling in members),
                similarity={each.article_id: _mean(place[each.origin_id], group, alike) for each in members},
                stories=tuple(sorted(counts, key=lambda story: (-counts[story], story))),
            )
        )
    return tuple(found)


def average_link(
    size: int, alike: Similarities, together: Sequence[Sequence[int]] = (), least: int = ALIKE
) -> list[frozenset[int]]:
    """Groups of the numbers below `size`, joined while the mean similarity of two groups is at least `least`.

    `together` are numbers that are in one group from the beginning.
    """
    groups, sums = _begin(size, alike, together)
    heap = [
        (-(value // (len(groups[one]) * len(groups[other]))), one, other, len(groups[one]), len(groups[other]))
        for one, near in sums.items()
        for other, value in near.items()
        if one < other
    ]
    heapq.heapify(heap)
    while heap:
        negative, one, other, size_one, size_other = heapq.heappop(heap)
        if -negative < least:
            break
        if len(groups.get(one, ())) != size_one or len(groups.get(other, ())) != size_other:
            continue
        groups[one] |= groups.pop(other)
        near = sums.pop(other)
        del sums[one][other], near[one]
        for third, value in near.items():
            del sums[third][other]
            sums[one][third] = sums[third][one] = sums[one].get(third, 0) + value
        for third, value in sums[one].items():
            low, high = sorted((one, third))
            mean = value // (len(groups[one]) * len(groups[third]))
            heapq.heappush(heap, (-mean, low, high, len(groups[low]), len(groups[high])))
    return sorted(groups.values(), key=min)


def _begin(
    size: int, alike: Similarities, together: Sequence[Sequence[int]]
) -> tuple[dict[int, frozenset[int]], dict[int, dict[int, int]]]:
    """The groups by their least number, and the sums of the similarities between them."""
    least_of = list(range(size))
    for some in together:
        joined = {least_of[at] for at in some}
        least_of = [min(joined) if each in joined else each for each in least_of]
    groups: dict[int, frozenset[int]] = {}
    for at, least in enumerate(least_of):
        groups[least] = groups.get(least, frozenset()) | {at}
    sums: dict[int, dict[int, int]] = {least: {} for least in groups}
    for (at, to), value in sorted(alike.items()):
        one, other = least_of[at], least_of[to]
        if one != other:
            sums[one][other] = sums[other][one] = sums[one].get(other, 0) + value
    return groups, sums


def _mean(at: int, group: frozenset[int], alike: Similarities) -> float:
    """Mean similarity to the others, 0 to 1; 1 of one that is alone."""
    others = [alike.get((min(at, other), max(at, other)), 0) for other in group if other != at]
    return round(sum(others) / len(others) / MILLIONTHS, 4) if others else 1.0
