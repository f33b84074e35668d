"""What a poll of a feed can come to, and the bounds of all waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

FLOOR = timedelta(minutes=60)
LOWEST = timedelta(minutes=15)  # only where the publisher says that so often is welcome
CEILING = timedelta(hours=24)
LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a publisher says about how often to ask, in its headers and in the feed."""

    max_age: timedelta | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Every answer of a feed has these. `moved_to` is where a permanent redirect led."""

    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Poll):
    """The feed was read. `is_sound` says that nothing of the body was missing, so that its validators may be kept."""

    etag: str | None
    last_modified: str | None
    body_sha256: str
    entry_keys: tuple[str, ...]
    published: tuple[datetime, ...]
    is_sound: bool = True
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Poll):
    """304: nothing new. Its headers may bring new validators."""

    etag: str | None = None
    last_modified: str | None = None
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Poll):
    """No feed came. `retry_after` is how long the server asks to be left alone."""

    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone(Poll):
    """410: the publisher says that the feed will not come back."""


Outcome = Read | Unchanged | Failed | Gone
