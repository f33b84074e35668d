"""What is said of a story as a whole, from its articles. Deterministic: ties go to the earlier article or name."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from storage.operations import Telling
from storage.records import Story

MOST_ENTITIES, MOST_PLACES = 10, 5
_WORD = re.compile(r"\w+")


def story(story_id: str, members: Sequence[Telling], *, split_from: str | None, now: datetime) -> Story:
    """The row of a story, of at least one article."""
    ordered = sorted(members, key=lambda telling: (telling.published_at, telling.article_id))
    texts = list({telling.origin_id: telling for telling in reversed(ordered)}.values())[::-1]
    head = headline(texts)
    return Story(
        story_id=story_id,
        headline=head.title if head else None,
        headline_article_id=head.article_id if head else None,
        first_published_at=ordered[0].published_at,
        last_published_at=ordered[-1].published_at,
        article_count=len(ordered),
        source_count=len({telling.publisher for telling in ordered}),
        independent_sources=len({telling.origin for telling in ordered}),
        sources=tuple(_most((telling.publisher for telling in ordered), len(ordered))),
        entities=tuple(_most((name for telling in texts for name, _ in telling.names), MOST_ENTITIES)),
        places=tuple(_most((name for telling in texts for name, _ in telling.places), MOST_PLACES)),
        split_from=split_from,
        changed_at=now,
    )


def headline(tellings: Sequence[Telling]) -> Telling | None:
    """The article whose title has the words that most of the other titles have; None if none has a title."""
    titled = [(telling, frozenset(_WORD.findall(telling.title.casefold()))) for telling in tellings if telling.title]
    in_titles = Counter(word for _, words in titled for word in words)

    def commonness(words: frozenset[str]) -> float:
        return sum(in_titles[word] - 1 for word in words) / math.sqrt(len(words) or 1)

    # max gives the first of equals, which is the earliest article.
    return max(titled, key=lambda each: commonness(each[1]), default=(None, frozenset()))[0]


def _most(names: Iterable[str], most: int) -> Iterable[str]:
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))[:most]
