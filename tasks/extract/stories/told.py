"""The stories of a day: its articles join stories of the days before it, or begin new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.operations import Telling
from tasks.extract.stories.before import Before
from tasks.extract.stories.clusters import clusters
from tasks.extract.stories.identities import identified


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where the articles of a day belong, and what became of stories."""

    day: date
    story_of: Mapping[str, str]
    similarity: Mapping[str, float]
    merged: Mapping[str, str]
    split: Mapping[str, str]


def told(tellings: Sequence[Telling], before: Before, day: date) -> Told:
    """Cluster the articles of a window that ends with `day`, and place those that are of this day or have no place.

    Articles of earlier days keep theirs, and later days are not looked at: so the same articles give the same stories
    however often and in whatever order days are told again.
    """
    placed = {
        each.article_id: before.members[each.article_id].story_id
        for each in tellings
        if each.article_id in before.members
    }
    fixed = {
        each.article_id: before.current(placed[each.article_id], day)
        for each in tellings
        if each.day < day and each.article_id in placed
    }
    found = clusters(tellings, fixed)
    again = {name: before.current(story, day) for name, story in placed.items() if name not in fixed}
    elsewhere = {row.story_id for name, row in before.members.items() if name not in again}
    names = identified(found, again, elsewhere)
    story_of = {
        name: story
        for cluster, story in zip(found, names.stories, strict=True)
        for name in cluster.article_ids
        if name not in fixed
    }
    return Told(
        day=day,
        story_of=story_of,
        similarity={name: value for cluster in found for name, value in cluster.similarity.items()},
        merged=names.merged,
        split=names.split,
    )
