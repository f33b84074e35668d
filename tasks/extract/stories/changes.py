"""Which rows of `story_articles` and `stories` a day's articles change; what says the same stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from storage.operations import Telling
from storage.records import Story, StoryArticle
from tasks.extract.stories.before import Before
from tasks.extract.stories.story import story
from tasks.extract.stories.told import Told


def changed_members(tellings: Sequence[Telling], told: Told, before: Before, now: datetime) -> list[StoryArticle]:
    """Articles that are new, that moved, or whose text turned out to be of another origin."""
    found = []
    for telling in sorted(tellings, key=lambda each: each.article_id):
        old = before.members.get(telling.article_id)
        story_id = told.story_of.get(telling.article_id, old.story_id if old else "")
        if not story_id:
            continue
        row = StoryArticle(
            article_id=telling.article_id,
            story_id=story_id,
            similarity=told.similarity[telling.article_id],
            is_original=telling.origin_id == telling.article_id and telling.origin == telling.publisher,
            origin=telling.origin,
            since=now,
        )
        if old is not None and old.story_id == row.story_id:
            row = replace(row, similarity=old.similarity, since=old.since)
        if row != old:
            found.append(row)
    return found


def touched(told: Told, before: Before, changed: Iterable[StoryArticle]) -> set[str]:
    """Stories whose row may change: of the day, of articles that moved, merged ones, and those that have no row."""
    ids = {*told.story_of.values(), *told.merged, *told.merged.values()}
    ids |= {row.story_id for row in changed}
    ids |= {before.members[row.article_id].story_id for row in changed if row.article_id in before.members}
    ids |= {row.story_id for row in before.members.values()} - before.stories.keys()
    return ids | {before.current(story_id) for story_id in ids}


def changed_stories(
    ids: Iterable[str], members: Mapping[str, Sequence[Telling]], told: Told, before: Before, now: datetime
) -> list[Story]:
    """The rows of these stories that are new or say something else; `members` are the articles of each, of all days."""
    found = []
    for story_id in sorted(ids):
        old = before.stories.get(story_id)
        if not members.get(story_id):
            if old is not None and story_id in told.merged:
                found.append(replace(old, merged_into=told.merged[story_id], merged_date=told.day, changed_at=now))
            continue
        row = story(
            story_id,
            members[story_id],
            split_from=told.split.get(story_id) or (old.split_from if old else None),
            now=now,
        )
        if story_id in told.merged:
            row = replace(row, merged_into=told.merged[story_id], merged_date=told.day)
        elif old is not None and old.merged_date is not None and old.merged_date != told.day:
            row = replace(row, merged_into=old.merged_into, merged_date=old.merged_date)
        if old is None or replace(row, changed_at=old.changed_at) != old:
            found.append(row)
    return found
