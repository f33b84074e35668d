"""What an article is about, as weighted features of three kinds: words, names and quantities.

A word counts by the logarithm of how often it stands in the article, in the title and at the beginning more, and by
how few articles have it (TF-IDF; Salton and Buckley 1988); so do names. Words carry the topic, names tell one flood
from another (Miranda et al. 2018 weigh lemmas and entities side by side for the same reason).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from spacy.lang.en.stop_words import STOP_WORDS

from storage.operations import Telling

Vector: TypeAlias = dict[str, float]
"""Weights of features, of length 1 all together; empty where there are none."""
KINDS: Mapping[str, float] = {"words": 0.7, "names": 0.2, "quantities": 0.1}
"""The kinds of features and how much each counts."""
MOST_FEATURES = 120
"""The heaviest of one kind that are looked at."""
LEAD_WORDS = 60
_WORD = re.compile(r"[^\W\d_]{3,}")
_SAID = """
said says told tells according added adding also will would could may might new one two three year years day days week
weeks month months monday tuesday wednesday thursday friday saturday sunday people percent per cent
"""
_STOPPED = frozenset(STOP_WORDS) | frozenset(_SAID.split())


def features(tellings: Sequence[Telling]) -> dict[str, list[Vector]]:
    """For each kind, the vector of each article, in their order."""
    counted = {
        "words": [_words(telling) for telling in tellings],
        "names": [_names(telling) for telling in tellings],
        "quantities": [dict.fromkeys(telling.quantities, 1.0) for telling in tellings],
    }
    return {kind: _weighted(counts) for kind, counts in counted.items()}


def _words(telling: Telling) -> dict[str, float]:
    """Words that are no part of a name in the article: names have a kind of their own."""
    named = {word for name, _ in (*telling.names, *telling.places) for word in _stems(name)}
    lead, rest = _split(telling.text, LEAD_WORDS)
    counts: defaultdict[str, float] = defaultdict(float)
    for part, times in ((telling.title, 3.0), (lead, 2.0), (rest, 1.0)):
        for word in _stems(part):
            if word not in named:
                counts[word] += times
    return counts


def _split(text: str, words: int) -> tuple[str, str]:
    parts = text.split(maxsplit=words)
    return " ".join(parts[:words]), parts[words] if len(parts) > words else ""


def _stems(text: str) -> Iterable[str]:
    """Words without case and without the plural's ending."""
    for word in _WORD.findall(text.casefold()):
        if word not in _STOPPED:
            yield word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _names(telling: Telling) -> dict[str, float]:
    """Names of people, bodies and places; of a person also the last name alone, which other articles may begin with."""
    counts: defaultdict[str, float] = defaultdict(float)
    for name, times in (*telling.names, *telling.places):
        key = " ".join(name.casefold().removeprefix("the ").split())
        counts[key] += times
        parts = key.split()
        if len(parts) > 1:
            counts[parts[-1]] += times / 2
    return counts


def _weighted(counts: Sequence[Mapping[str, float]]) -> list[Vector]:
    in_articles = Counter(feature for each in counts for feature in each)
    size = len(counts)
    return [
        _unit({name: math.log1p(count) * math.log1p(size / in_articles[name]) for name, count in each.items()})
        for each in counts
    ]


def _unit(weights: Mapping[str, float]) -> Vector:
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST_FEATURES]
    length = math.sqrt(math.fsum(weight * weight for _, weight in heaviest))
    return {name: weight / length for name, weight in heaviest} if length else {}
