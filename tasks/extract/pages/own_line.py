"""Weigh the date that readers see above an article against the one that its metadata states.

A system of templates stamps metadata with the day on which it made, moved or changed a page; a line that an editor
lets readers see is wrong less often, if it is the only one of the article. On development pages outside of news such a
line was right in nine of ten disagreements with meta tags.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from storage.records import DateCandidate
from tasks.extract.published import local_date

_STAMPED = "meta"  # the origin that templates fill without a thought
_LONGEST_DELAY = 60  # days between the day readers see and a later stamp; more is the date of something else
_ONE_DAY = 1  # a printed edition, or a time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """The only date shown for the article itself, and whether its line says that it is that of publication."""

    candidate: DateCandidate
    says_published: bool


def own_line_wins(
    line: OwnLine | None, stated: DateCandidate, modified: Sequence[DateCandidate], confirmed: Collection[date]
) -> bool:
    """The line tells the publication better than what is stated.

    `stated` is the best date of the metadata, `modified` the dates of change that the page states, `confirmed` the
    days that the address or the feed tell.
    """
    day = local_date(stated)
    shown = local_date(line.candidate) if line else None
    if line is None or day is None or shown is None or is_confirmed(day, confirmed):
        return False
    delay = (day - shown).days
    if delay == 0 or any(local_date(change) == shown for change in modified):
        return False
    is_telling = line.says_published or (0 < delay <= _LONGEST_DELAY) or (delay < 0 and stated.origin == _STAMPED)
    return is_telling and (stated.origin == _STAMPED or abs(delay) > _ONE_DAY)


def is_confirmed(day: date | None, confirmed: Collection[date]) -> bool:
    """Address or feed tell the same day, or the one beside it in another time zone: then it is not doubted."""
    return day is not None and any(abs((day - other).days) <= _ONE_DAY for other in confirmed)
