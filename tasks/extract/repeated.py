"""Learn what a publisher repeats on its pages, from the paragraphs of several of its articles.

Nothing is remembered here: what was seen goes in as a value and comes out as a value, and the caller keeps it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storage.records import Cut
from tasks.extract.boilerplate import Trimmed
from tasks.extract.reading import Block

RULE = "repeated"
_WORD = re.compile(r"\w+")
_FEWEST_ARTICLES = 4  # below, two articles on one event may share a paragraph
_LEAST_SHARE = 0.3  # of the source's articles
_MOST_KEYS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many articles of a source were seen, and in how many of them each paragraph stood, by its key."""

    articles: int = 0
    paragraphs: Mapping[str, int] = field(default_factory=dict)


def paragraph_key(text: str) -> str:
    """A paragraph without case, space, punctuation and figures, hashed: dates and counts in a box change.

    Empty for a paragraph that has no words: a row of figures is no boilerplate.
    """
    words = [word for word in _WORD.findall(text.casefold()) if not word.isdigit()]
    if not words:
        return ""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def seen_with(seen: Seen, articles: Iterable[Sequence[str]]) -> Seen:
    """What was seen, with the paragraphs of these articles of the same source added.

    Articles with the same longest paragraph are versions of one: they count once. Of very many paragraphs the rarest
    are forgotten.
    """
    counts = Counter(seen.paragraphs)
    added = 0
    longest: set[str] = set()
    for paragraphs in articles:
        main = paragraph_key(max(paragraphs, key=len, default=""))
        if main in longest:
            continue
        longest.add(main)
        counts.update({paragraph_key(text) for text in paragraphs} - {""})
        added += 1
    return Seen(articles=seen.articles + added, paragraphs=dict(counts.most_common(_MOST_KEYS)))


def repeated(seen: Seen) -> dict[str, int]:
    """The paragraphs that stand in a third of the articles, and in how many of them; none of a handful of articles."""
    if seen.articles < _FEWEST_ARTICLES:
        return {}
    least = max(_FEWEST_ARTICLES, _LEAST_SHARE * seen.articles)
    return {key: count for key, count in seen.paragraphs.items() if count >= least}


def without_repeated(blocks: Sequence[Block], keys: Collection[str]) -> Trimmed:
    """Cut the paragraphs with these keys. A text that is nothing else is left as it is."""
    is_cut = [bool(keys) and paragraph_key(block.text) in keys for block in blocks]
    if all(is_cut):
        return Trimmed(blocks=tuple(blocks), cuts=())
    return Trimmed(
        blocks=tuple(block for block, cut in zip(blocks, is_cut, strict=True) if not cut),
        cuts=tuple(
            Cut(paragraph=index, surface=block.text, rule=RULE)
            for index, (block, cut) in enumerate(zip(blocks, is_cut, strict=True))
            if cut
        ),
    )
