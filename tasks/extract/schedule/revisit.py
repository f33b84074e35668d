"""Is an entry whose article is in the lake worth another look?"""

from __future__ import annotations

import hashlib
from datetime import datetime

from storage.operations import EntryState
from tasks.extract.schedule.outcome import FLOOR
from tasks.extract.sources.feed_entry import Entry

MAX_VISITS = 8


def revisit(state: EntryState, mark: str, now: datetime) -> bool:
    """The feed says something else of it than at the last visit, and it was not looked at too often or just now.

    Feeds that change dates or counters at every poll are common: each visit doubles the wait, from an hour on, and
    after eight visits the article is left as it is.
    """
    if state.mark is None or state.mark == mark or state.visits >= MAX_VISITS:
        return False
    return state.visited_at is None or now - state.visited_at >= FLOOR * 2 ** max(0, state.visits - 1)


def entry_mark(entry: Entry) -> str:
    """A digest of what a feed says of an entry: its dates, its title and its text."""
    said = (entry.published, entry.updated, entry.title, " ".join((entry.content or entry.summary or "").split()))
    return hashlib.sha256("\0".join(part or "" for part in said).encode("utf-8", "replace")).hexdigest()[:32]
