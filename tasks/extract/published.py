"""Choose the publication date among those that were offered, and keep the others with their origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.records import DateCandidate
from tasks.extract.timestamp import Timestamp, timestamp

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# Clocks of publishers run ahead, and time zones are forgotten; more than two days is a mistake or a fancy.
TOLERANCE = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The publication date, what told it, how exact it is, as it was written, and the dates not chosen."""

    at: datetime
    origin: str
    precision: str
    raw: str | None
    rejected: tuple[DateCandidate, ...]


def published(candidates: Sequence[DateCandidate], fetched_at: datetime) -> Published:
    """The first candidate that lies in [1900-01-01, fetched + 48 h]; without one, the time of fetching.

    `candidates` come best first.
    """
    chosen: tuple[int, Timestamp] | None = None
    for index, candidate in enumerate(candidates):
        read = timestamp(candidate.value or candidate.raw)
        if read and EARLIEST <= read.at <= fetched_at + TOLERANCE:
            chosen = index, read
            break
    rejected = tuple(candidate for index, candidate in enumerate(candidates) if not chosen or index != chosen[0])
    if not chosen:
        at = fetched_at.astimezone(UTC)
        return Published(at=at, origin="fetched", precision="fetched", raw=None, rejected=rejected)
    index, read = chosen
    candidate = candidates[index]
    return Published(
        at=read.at, origin=candidate.origin, precision=read.precision, raw=candidate.raw, rejected=rejected
    )


def instant(candidates: Sequence[DateCandidate], fetched_at: datetime) -> datetime | None:
    """The first candidate that can be an instant before now, or None."""
    moment = published(candidates, fetched_at)
    return None if moment.origin == "fetched" else moment.at


def candidate(origin: str, raw: str | None) -> tuple[DateCandidate, ...]:
    """A candidate of this origin, read as far as it can be; none where nothing was written."""
    if not raw or not raw.strip():
        return ()
    return (DateCandidate(origin=origin, raw=" ".join(raw.split())[:200], value=_value(timestamp(raw))),)


def _value(read: Timestamp | None) -> str:
    """ISO 8601, no more exact than it was given."""
    if read is None:
        return ""
    length = {"day": 10, "month": 7, "year": 4}.get(read.precision)
    return read.at.isoformat()[:length]
