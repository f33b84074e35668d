"""Which story a cluster is: stories keep their ids while their articles join, leave, merge and split.

After Laban and Hearst (newsLens, 2017), who carry stories on from one window of days to the next by the articles that
both have.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tasks.extract.stories.clusters import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The story of each cluster, in their order, and what became of stories."""

    stories: tuple[str, ...]
    merged: Mapping[str, str]
    """Stories that turned out to be part of others, and of which."""
    split: Mapping[str, str]
    """New stories, and in which most of their articles were before."""


def identified(clusters: Sequence[Cluster], placed: Mapping[str, str], left: Collection[str] = ()) -> Identified:
    """Give each cluster a story: that of its articles of earlier days, of several the one with most of them.

    A cluster without any takes the story in which most of its articles were when the same day was told before
    (`placed`), if no other cluster has more of them, else a new one. A story of which no cluster is left was merged
    into the one that has most of its articles, unless it is in `left`: stories with articles of other days.
    """
    merged = {story: cluster.stories[0] for cluster in clusters for story in cluster.stories[1:]}
    names: dict[int, str] = {at: cluster.stories[0] for at, cluster in enumerate(clusters) if cluster.stories}
    taken = {story for cluster in clusters for story in cluster.stories}
    shared = [Counter(placed[name] for name in cluster.article_ids if name in placed) for cluster in clusters]
    wishes = sorted((-count, story, at) for at, counts in enumerate(shared) for story, count in counts.items())
    for _, story, at in wishes:
        if at not in names and story not in taken:
            names[at] = story
            taken.add(story)
    split = {}
    for at, cluster in enumerate(clusters):
        if at not in names:
            names[at] = _new_id(cluster.article_ids[0], taken | set(left))
            taken.add(names[at])
            if shared[at]:
                split[names[at]] = min(shared[at], key=lambda story: (-shared[at][story], story))
    for _, story, at in wishes:
        if story not in taken and story not in left:
            merged.setdefault(story, names[at])
    return Identified(stories=tuple(names[at] for at in range(len(clusters))), merged=merged, split=split)


def _new_id(earliest: str, known: Collection[str]) -> str:
    """Hash of the earliest article; of the next number if a story of that name went on without it."""
    number = 0
    while True:
        name = hashlib.sha256(f"story {earliest} {number}".encode()).hexdigest()[:16]
        if name not in known:
            return name
        number += 1
