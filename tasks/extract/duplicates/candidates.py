"""Which known articles are worth comparing with a new one: those with which it has the rarest keys in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from storage.operations import Sketch

Postings = Mapping[int, tuple[int, ...]]
"""The numbers of the articles that have a key, by key."""
MOST = 32
"""Articles that one is compared with."""


def joined(postings: Postings, sketches: Iterable[Sketch]) -> Postings:
    """The postings with those of some sketches, which stand for what was known of the same articles."""
    given = {each.number: each for each in sketches}
    found = defaultdict(set, {key: set(numbers) - given.keys() for key, numbers in postings.items()})
    for number, sketch in given.items():
        for key in sketch.keys:
            found[key].add(number)
    return {key: tuple(sorted(numbers)) for key, numbers in found.items()}


def candidates(sketch: Sketch, postings: Postings) -> tuple[int, ...]:
    """Numbers of articles to compare with, likeliest first. A key counts the less the more articles have it."""
    weights: dict[int, float] = defaultdict(float)
    for key in sketch.keys:
        numbers = postings.get(key, ())
        for number in numbers:
            weights[number] += 1 / len(numbers)
    weights.pop(sketch.number, None)
    return tuple(sorted(weights, key=lambda number: (-weights[number], number))[:MOST])
