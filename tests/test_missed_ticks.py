"""A worker that is away for hours loses nothing: each tick asks the ledger who is due, not the clock how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lakes import NOW

from storage.feeds import save_feed_states
from storage.lake import Lake
from storage.operations import FeedState, Source
from tasks.fetch import due_sources

TICK = timedelta(minutes=15)
HOUR = timedelta(hours=1)
FEEDS = tuple(Source(source_id=f"feed {number}", address=f"https://{number}.example/feed") for number in range(4))


def test_after_three_hours_without_a_worker_every_feed_is_asked_once_the_longest_overdue_first(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake")
    with lake.ledger() as ledger:
        # Asked a quarter of an hour apart, each once an hour.
        states = [
            FeedState(source_id=each.source_id, url=each.address, due_at=NOW + HOUR + number * TICK)
            for number, each in enumerate(FEEDS)
        ]
        save_feed_states(ledger, states)
        assert due_sources(FEEDS, ledger, NOW + TICK) == []

        back = NOW + 4 * HOUR
        asked = due_sources(FEEDS, ledger, back)
        assert [source.source_id for source, _ in asked] == [each.source_id for each in FEEDS]

        save_feed_states(ledger, [replace(state, due_at=back + HOUR) for _, state in asked])
        assert due_sources(FEEDS, ledger, back + TICK) == [], "twelve missed ticks are not made up for one by one"
        assert len(due_sources(FEEDS, ledger, back + HOUR)) == len(FEEDS)
