"""What was told before, as far as a day's articles may join it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage.records import Story, StoryArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What the lake says of the stories of a window: of their articles of all days, and of each story."""

    members: Mapping[str, StoryArticle]
    stories: Mapping[str, Story]

    def current(self, story_id: str, day: date | None = None) -> str:
        """The story that goes on under this one's or another's name, as it was before the articles of a day."""
        seen = {story_id}
        while (story := self.stories.get(story_id)) and story.merged_into and story.merged_into not in seen:
            if day is not None and story.merged_date is not None and story.merged_date >= day:
                break
            story_id = story.merged_into
            seen.add(story_id)
        return story_id
