"""Stories: articles that tell of the same happening, over days. Pure: what was told before goes in as a value.

`tellings → similarities → clusters → identities → rows`; `docs/stories.md` has the method and its sources.
"""

from tasks.extract.stories.before import Before
from tasks.extract.stories.changes import changed_members, changed_stories, touched
from tasks.extract.stories.told import Told, told

__all__ = ["Before", "Told", "changed_members", "changed_stories", "told", "touched"]
