"""What a run adds up to: received = kept + rejected, at every moment between two batches. Decides nothing."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storage.batch import Change, Stored, Written
from storage.noted import Noted
from storage.operations import Rejection
from storage.records import Article
from tasks.batches import Fetched, Settled, Slow

STAGES = ("fetch", "clean", "annotate", "deduplicate", "store")
SLOWEST = 5


@dataclass
class Tally:
    """What a run has come to so far."""

    received: int = 0
    skipped: int = 0
    unchanged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    written: dict[str, Written] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    article_ids: list[str] = field(default_factory=list)
    sources: dict[str, Counter[str]] = field(default_factory=dict)
    """By source: how many were received, kept, rejected, new, revised."""
    slowest: tuple[Slow, ...] = ()
    """The chunks that took longest, the slowest first."""

    @property
    def kept(self) -> int:
        """Articles that are in the lake now, whether or not this run brought them."""
        return self.unchanged + sum(self.changes.values())

    def take(self, fetched: Fetched) -> None:
        """Count what came in with a batch, and what of it was settled before."""
        self.skipped += fetched.skipped
        self.receive(each.source_id for each in (*fetched.pages, *fetched.rejections))
        self._settled(fetched.settled)

    def receive(self, source_ids: Iterable[str]) -> None:
        """Count articles that came in, by the sources that they came from."""
        for source_id in source_ids:
            self.received += 1
            self._source(source_id)["received"] += 1

    def add(
        self,
        stored: Stored,
        rejections: Sequence[Rejection] = (),
        articles: Sequence[tuple[Article, Noted]] = (),
    ) -> None:
        """Add what a batch came to."""
        for rejection in rejections:
            self.rejected[rejection.reason] += 1
            self._source(rejection.source_id)["rejected"] += 1
        for article, _ in articles:
            change = stored.changes[article.article_id]
            self._source(article.source_id).update({"kept": 1, change.value: 1})
        self.changes.update(stored.changes.values())
        self.article_ids += stored.changes
        self.wrote(stored.written)

    def note(self, slow: Iterable[Slow]) -> None:
        """Keep the slowest chunks."""
        self.slowest = tuple(heapq.nlargest(SLOWEST, (*self.slowest, *slow), key=lambda each: each.seconds))

    def include(self, other: Tally) -> None:
        """Add what another part of the same run came to."""
        self.received += other.received
        self.skipped += other.skipped
        self.unchanged += other.unchanged
        self.rejected.update(other.rejected)
        self.changes.update(other.changes)
        self.article_ids += other.article_ids
        self.wrote(other.written)
        for stage, seconds in other.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        for source_id, counts in other.sources.items():
            self._source(source_id).update(counts)
        self.note(other.slowest)

    def _settled(self, settled: Iterable[Settled]) -> None:
        for each in settled:
            counts = self._source(each.source_id)
            self.received += 1
            if each.reason is None:
                self.unchanged += 1
                counts.update(received=1, kept=1)
            else:
                self.rejected[each.reason] += 1
                counts.update(received=1, rejected=1)

    def wrote(self, written: Mapping[str, Written]) -> None:
        """Add what was written to Parquet."""
        for table, each in written.items():
            self.written[table] = self.written.get(table, Written()) + each

    def _source(self, source_id: str) -> Counter[str]:
        return self.sources.setdefault(source_id, Counter())
