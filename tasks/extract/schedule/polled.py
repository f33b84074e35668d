"""What polling a feed leaves behind, to be remembered once what it brought is in the lake."""

from __future__ import annotations

from dataclasses import dataclass

from storage.operations import EntryState, FeedGap, FeedState, Fetch, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Saved after the commit of what came with it: a crash in between means asking again, never losing.

    `entries` are those that were looked at, by their keys. `documents` are feeds, as received.
    """

    source_id: str
    state: FeedState | None = None
    entries: tuple[tuple[str, EntryState], ...] = ()
    documents: tuple[Page, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    gaps: tuple[FeedGap, ...] = ()
