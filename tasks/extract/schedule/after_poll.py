"""What a poll changes in what we remember of a feed, and when the next one is due.

Polite by construction: never sooner than an hour unless the publisher says that sooner is welcome, never before
max-age, ttl or Retry-After have passed, slower the less happens and the more fails; and nothing stops for good in
silence: a feed that is gone is asked once a month.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from storage.operations import FeedState
from tasks.extract.schedule.outcome import (
    CEILING,
    FLOOR,
    LONGEST,
    LOWEST,
    Failed,
    Gone,
    Outcome,
    Read,
    Unchanged,
)

BY_OPERATOR = "operator"
RECENT = 20  # entries whose distances tell how often a feed changes
DEAD_AFTER = timedelta(days=30)  # of failing, from which it is asked once a week
REVIVAL = timedelta(days=30)
FORTNIGHT = timedelta(days=14)
MOVE_POLLS = 3
MOVE_AGE = timedelta(hours=24)
SPREAD = 0.05  # share of the interval by which polls of different feeds are spread


def after_poll(state: FeedState, outcome: Outcome, now: datetime, own_interval: timedelta | None = None) -> FeedState:
    """The state after a poll. `own_interval` is the operator's wish, which the publisher's wishes still bound."""
    state = _moved(replace(state, polled_at=now), outcome.moved_to, now)
    match outcome:
        case Read():
            return _read(state, outcome, now, own_interval)
        case Unchanged():
            state = replace(
                _well(state, now),
                interval=own_interval or max(state.interval, min(state.interval * 1.5, CEILING)),
                etag=outcome.etag or state.etag,
                last_modified=outcome.last_modified or state.last_modified,
            )
            return _due(state, outcome.hints.max_age, now, own_interval)
        case Gone():
            due_at = now + REVIVAL
            return replace(state, disabled_at=now, disabled_because="gone", last_error="gone", due_at=due_at)
        case Failed():
            return _failed(state, outcome, now)


def missed(state: FeedState, outcome: Read) -> bool:
    """Nothing that the feed held at the last poll is in it now: entries may have come and gone in between."""
    return bool(state.entry_keys) and bool(outcome.entry_keys) and not set(state.entry_keys) & set(outcome.entry_keys)


def conditional(state: FeedState, now: datetime) -> tuple[str | None, str | None]:
    """The validators to send. None once a fortnight while nothing changes: a server may repeat them after a change."""
    if state.changed_at is not None and state.polled_at is not None:
        quiet, quiet_before = now - state.changed_at, state.polled_at - state.changed_at
        if quiet > 20 * state.interval and quiet // FORTNIGHT > quiet_before // FORTNIGHT:
            return None, None
    return (None if state.is_etag_unreliable else state.etag), state.last_modified


def due(states: tuple[FeedState, ...], now: datetime) -> tuple[FeedState, ...]:
    """Those whose time has come, the longest overdue first."""
    waiting = [state for state in states if _is_due(state, now)]
    return tuple(sorted(waiting, key=lambda state: (state.due_at is not None, state.due_at or now, state.source_id)))


def _is_due(state: FeedState, now: datetime) -> bool:
    if state.disabled_because == BY_OPERATOR or (state.due_at is not None and state.due_at > now):
        return False
    return state.polled_at is None or _allowed(now, state) == now


def _read(state: FeedState, outcome: Read, now: datetime, own_interval: timedelta | None) -> FeedState:
    is_changed = outcome.body_sha256 != state.body_sha256
    repeats_etag = is_changed and state.body_sha256 is not None and outcome.etag and outcome.etag == state.etag
    interval = own_interval or _rhythm(outcome.published, now)
    if missed(state, outcome):
        interval = max(LOWEST, min(interval, state.interval / 2))
    state = replace(
        _well(state, now),
        etag=outcome.etag if outcome.is_sound else None,
        last_modified=outcome.last_modified if outcome.is_sound else None,
        body_sha256=outcome.body_sha256,
        is_etag_unreliable=state.is_etag_unreliable or bool(repeats_etag),
        interval=interval,
        changed_at=now if is_changed else state.changed_at,
        entry_keys=outcome.entry_keys,
        newest_at=max(outcome.published, default=state.newest_at),
        ttl=outcome.hints.ttl,
        skip_hours=tuple(sorted(outcome.hints.skip_hours)),
        skip_days=tuple(sorted(outcome.hints.skip_days)),
    )
    return _due(state, outcome.hints.max_age, now, own_interval)


def _rhythm(published: tuple[datetime, ...], now: datetime) -> timedelta:
    """The usual distance of two entries, the present silence counted as one."""
    dates = sorted((date for date in published if date <= now), reverse=True)[:RECENT]
    if len(dates) < 2:
        return CEILING / 4
    gaps = [later - earlier for later, earlier in zip([now, *dates], dates, strict=False)]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps[1:]))
    return min(max(usual, gaps[0] / 4), CEILING)


def _due(state: FeedState, max_age: timedelta | None, now: datetime, own_interval: timedelta | None) -> FeedState:
    """Set the next poll: our own rhythm within the floor, and not before the publisher wants it.

    A ttl below the floor says that sooner is welcome; a short max-age does not, caches set it for their own ends.
    """
    floor = max(LOWEST, min(FLOOR, own_interval or FLOOR, state.ttl or FLOOR))
    wait = max(state.interval, floor, max_age or floor, min(state.ttl or floor, CEILING))
    return replace(state, due_at=_allowed(now + min(wait + _spread(state, wait), LONGEST), state))


def _allowed(at: datetime, state: FeedState) -> datetime:
    """The first moment from `at` on that is not in the hours and days to be skipped (GMT); at most a week later."""
    if len(state.skip_hours) > 23 or len(state.skip_days) > 6:
        return at
    for _ in range(7 * 24):
        if at.hour not in state.skip_hours and at.weekday() not in state.skip_days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def _failed(state: FeedState, outcome: Failed, now: datetime) -> FeedState:
    since = state.failing_since or now
    failures = state.failures + 1
    wait = min(max(state.interval, FLOOR) * 2 ** min(failures, 10), LONGEST)
    if now - since >= DEAD_AFTER:
        wait = LONGEST
    if outcome.retry_after is not None:
        # What a busy server asks for is enough; that it is busy says nothing about the feed.
        wait = max(outcome.retry_after, FLOOR)
    if state.disabled_at is not None:
        wait = REVIVAL
    spread = _spread(state, wait)
    return replace(state, failures=failures, failing_since=since, last_error=outcome.reason, due_at=now + wait + spread)


def _well(state: FeedState, now: datetime) -> FeedState:
    return replace(
        state,
        read_at=now,
        failures=0,
        failing_since=None,
        last_error=None,
        disabled_at=None,
        disabled_because=None,
    )


def _moved(state: FeedState, moved_to: str | None, now: datetime) -> FeedState:
    """A permanent redirect is believed after three polls over a day; then the address changes and validators end."""
    if moved_to is None or moved_to == state.url:
        return replace(state, moved_to=None, moved_since=None, moved_polls=0)
    if moved_to != state.moved_to:
        return replace(state, moved_to=moved_to, moved_since=now, moved_polls=1)
    polls = state.moved_polls + 1
    if polls < MOVE_POLLS or now - (state.moved_since or now) < MOVE_AGE:
        return replace(state, moved_polls=polls)
    return replace(state, url=moved_to, moved_to=None, moved_since=None, moved_polls=0, etag=None, last_modified=None)


def _spread(state: FeedState, wait: timedelta) -> timedelta:
    """A small delay of a feed's own, so that feeds added together aren't asked together. Never early."""
    fraction = int.from_bytes(hashlib.sha256(state.source_id.encode()).digest()[:4], "big") / 2**32
    return min(wait * SPREAD, timedelta(minutes=10)) * fraction
