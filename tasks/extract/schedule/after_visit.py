"""What trying to bring the article of an entry changes in what we remember of the entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.operations import EntryState

MAX_TRIES = 3  # polls at which the page of an entry is tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a try ended. `is_final`: nothing more is to be had of the entry. `is_asked`: somebody was asked."""

    is_final: bool
    is_asked: bool = True
    etag: str | None = None
    last_modified: str | None = None


def after_visit(state: EntryState, visit: Visit, mark: str, now: datetime) -> EntryState:
    """The state after a try; `mark` is what the feed says now. An article that is there stays settled come what may."""
    if not visit.is_asked:
        return state
    visited = replace(state, visits=state.visits + 1, visited_at=now)
    if visit.is_final:
        return replace(
            visited, is_settled=True, mark=mark, etag=visit.etag or state.etag, last_modified=visit.last_modified
        )
    if state.is_settled:
        return visited
    tries = state.tries + 1
    return replace(state, tries=tries, is_settled=tries >= MAX_TRIES, mark=mark)
