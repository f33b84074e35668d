"""Choose the publication date among those that were offered, and keep the others with their origin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from storage.records import DateCandidate
from tasks.extract.timestamp import Timestamp, timestamp

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# Clocks of publishers run ahead, and time zones are forgotten; more than two days is a mistake or a fancy.
TOLERANCE = timedelta(hours=48)
# Share of days that were right on development pages, by origin.
CONFIDENCE = (("seed_header", 0.97), ("json_ld", 0.93), ("feed", 0.93), ("microdata", 0.93), ("article", 0.9),
              ("meta", 0.88), ("url", 0.93), ("page", 0.9), ("text", 0.8))  # fmt: skip
_WRITTEN_DAY = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_IN_UTC = re.compile(r"\d(?::\d\d(?:\.\d+)?)\s*(?:Z|UTC|GMT|[+-]00:?00)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The publication date, what told it, how exact it is, as it was written, and the dates not chosen.

    `local` is the calendar day at the publisher's, None where only the time of fetching is known.
    """

    at: datetime
    local: date | None
    confidence: float | None
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
        return Published(
            at=at, local=None, confidence=None, origin="fetched", precision="fetched", raw=None, rejected=rejected
        )
    index, read = chosen
    candidate = candidates[index]
    local = _local(candidate, rejected)
    agreeing = sum(local_date(other) == local for other in rejected)
    return Published(
        at=read.at,
        local=local,
        confidence=min(0.99, dict(CONFIDENCE).get(candidate.origin, 0.8) + 0.03 * agreeing),
        origin=candidate.origin,
        precision=read.precision,
        raw=candidate.raw,
        rejected=rejected,
    )


def local_date(candidate: DateCandidate) -> date | None:
    """The calendar day as it was written, in the zone it was written in; None where it was not read."""
    written = _WRITTEN_DAY.match(candidate.raw)
    day = "-".join(part.zfill(2) for part in written.groups()) if written else candidate.value[:10]
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _local(candidate: DateCandidate, others: Sequence[DateCandidate]) -> date | None:
    """The publisher's day. An instant in UTC takes the day that its address or the page shows, if that is the next."""
    day = local_date(candidate)
    if day is None or not _IN_UTC.search(candidate.raw):
        return day
    shown = [local_date(other) for other in others if other.origin in ("url", "page", "microdata", "json_ld", "meta")
             and not _IN_UTC.search(other.raw)]  # fmt: skip
    return day if day in shown else next((other for other in shown if other and abs((other - day).days) == 1), day)


def instant(candidates: Sequence[DateCandidate], fetched_at: datetime) -> datetime | None:
    """The first candidate that can be an instant before now, or None."""
    moment = published(candidates, fetched_at)
    return None if moment.origin == "fetched" else moment.at


def candidate(origin: str, raw: str | None) -> tuple[DateCandidate, ...]:
    """A candidate of this origin, read as far as it can be; none where nothing was written."""
    return read_candidate(origin, raw, timestamp(raw))


def read_candidate(origin: str, raw: str | None, read: Timestamp | None) -> tuple[DateCandidate, ...]:
    """A candidate that was read by the caller; none where nothing was written."""
    if not raw or not raw.strip():
        return ()
    return (DateCandidate(origin=origin, raw=" ".join(raw.split())[:200], value=_value(read)),)


def _value(read: Timestamp | None) -> str:
    """ISO 8601, no more exact than it was given."""
    if read is None:
        return ""
    if read.precision == "minute":
        return read.at.isoformat(timespec="minutes")
    return read.at.isoformat()[: {"day": 10, "month": 7, "year": 4}.get(read.precision)]
