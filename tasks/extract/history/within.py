"""May an entry have been published in the time that is wanted?"""

from __future__ import annotations

from datetime import datetime, timedelta

from tasks.extract.history.address_days import address_days
from tasks.extract.sources.feed_entry import Entry

_ZONES = timedelta(days=1)  # by which a day named in an address may differ from the day in UTC


def within(entry: Entry, since: datetime, until: datetime) -> bool:
    """Told by its date of publication, else by its address and by its last change, before which it was published.

    `until` is excluded. An entry that says nothing may have been: its page tells.
    """
    if entry.published_at is not None:
        return since <= entry.published_at < until
    if entry.updated_at is not None and entry.updated_at < since:
        return False
    return may_hold(entry.url or entry.link or "", since, until)


def may_hold(url: str, since: datetime, until: datetime) -> bool:
    """The days that an address names, if it names any, touch the time that is wanted."""
    days = address_days(url)
    return days is None or (days[1] >= (since - _ZONES).date() and days[0] <= (until + _ZONES).date())
