"""What a server's answer to a poll means for the feed: read, unchanged, failed or gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.operations import FeedGap, FeedState, Header
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import missed
from tasks.extract.schedule.hints import hints, retry_after
from tasks.extract.schedule.outcome import Failed, Gone, Outcome, Read, Unchanged
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.feed_text import feed_text

_ENDS = ("</rss>", "</feed>", "</rdf:rdf>", "</rdf>", "</urlset>", "</channel>", "}", "]")
_TAIL = 200  # characters at the end of a feed among which its root must close


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, as far as the decision needs it."""

    status: int
    headers: tuple[Header, ...]
    body: bytes
    moved_to: str | None = None

    def header(self, name: str) -> str | None:
        return next((header.value for header in self.headers if header.name == name), None)


def feed_answer(answer: Answer | Refusal, read: Feed | Refusal | None, now: datetime) -> Outcome:
    """`read` is what was made of a body that came with 200, None without one."""
    if isinstance(answer, Refusal):
        return Failed(reason=answer.reason)
    if answer.status == 304:
        return Unchanged(
            etag=answer.header("etag"),
            last_modified=answer.header("last-modified"),
            hints=hints(answer.headers, "", now),
            moved_to=answer.moved_to,
        )
    if answer.status == 410:
        return Gone(moved_to=answer.moved_to)
    if answer.status != 200 or read is None:
        wait = retry_after(answer.header("retry-after"), now) if answer.status in (429, 503) else None
        return Failed(reason=f"http_{answer.status}", retry_after=wait, moved_to=answer.moved_to)
    if isinstance(read, Refusal):
        return Failed(reason=read.reason, moved_to=answer.moved_to)
    text = feed_text(answer.body).text
    return Read(
        etag=answer.header("etag"),
        last_modified=answer.header("last-modified"),
        body_sha256=hashlib.sha256(answer.body).hexdigest(),
        entry_keys=tuple(map(entry_key, read.entries)),
        published=tuple(entry.published_at for entry in read.entries if entry.published_at),
        is_sound=read.complaint is None or text[-_TAIL:].rstrip().lower().endswith(_ENDS),
        hints=hints(answer.headers, text, now),
        moved_to=answer.moved_to,
    )


def entry_key(entry: Entry) -> str:
    """What an entry is known by: its identifier, else its link, else its title and date."""
    identity = entry.entry_id or entry.link or f"{entry.title}\0{entry.published}"
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]


def feed_gap(state: FeedState, outcome: Outcome, run_id: str, now: datetime) -> FeedGap | None:
    """The time in which entries may have been missed between the poll before and this one."""
    if not isinstance(outcome, Read) or not missed(state, outcome) or state.polled_at is None:
        return None
    begin, end = state.newest_at or state.polled_at, _earliest(outcome.published) or now
    if end <= begin:
        return None
    identity = f"{state.source_id}\0{begin.isoformat()}\0{end.isoformat()}"
    return FeedGap(
        gap_id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        run_id=run_id,
        source_id=state.source_id,
        missing_from=begin,
        missing_until=end,
        noticed_at=now,
    )


def _earliest(dates: Iterable[datetime]) -> datetime | None:
    return min(dates, default=None)
