"""What each name names: a log-linear model over `features`, for the model below errs with names it rarely saw.

The weights are trained by `tools/train_labels.py` on redistributable annotation only and are data like the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from math import exp

import numpy as np

from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions.features import features
from tasks.extract.mentions.introduced import unintroduced
from tasks.extract.mentions.lexicon import EVENT_HEADS, LAW_HEADS, PLACE_HEADS
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

CLASSES = ("PER", "ORG", "LOC", "NORP", "EVENT", "PRODUCT", "WORK", "NONE")
_FINE = {"PER": frozenset(("PERSON",)), "ORG": frozenset(("ORG",)), "LOC": frozenset(("GPE", "LOC", "FAC"))}
_THINGS = {
    "NORP": frozenset(("NORP",)),
    "EVENT": frozenset(("EVENT",)),
    "PRODUCT": frozenset(("PRODUCT",)),
    "WORK": frozenset(("WORK_OF_ART", "LAW")),
}
# How much the other mentions of the same name weigh beside a mention's own score.
_SAME_NAME = 0.5
# Rules that see what the features do not, with how often they are right.
_CERTAIN = {"dateline": 0.9}
# A name must be so much likelier to be one, of the likeliest class, than none.
_LEAST_RATIO = 1.25
# Of a class that a name cannot be.
IMPOSSIBLE = -30.0


def labelled(doc: Doc, names: Names) -> Names:
    """Names with label and confidence; what is as likely no name is dropped."""
    own = _scores(features(doc, names))
    agreed = _agreed([name.text(doc) for name in names], own)
    chosen = [_chosen(doc, name, scores) for name, scores in zip(names, agreed, strict=True)]
    strangers = unintroduced(doc, tuple(chosen))
    settled = (
        _chosen(doc, names[index], [IMPOSSIBLE, *agreed[index][1:]]) if index in strangers else name
        for index, name in enumerate(chosen)
    )
    return tuple(name for name in settled if name.label != "NONE")


def _chosen(doc: Doc, name: Name, scores: Sequence[float]) -> Name:
    if name.rule in _CERTAIN:
        return replace(name, confidence=_CERTAIN[name.rule])
    chances = _chances(scores)
    best = chances.index(max(chances))
    chosen = CLASSES[best] if chances[best] >= _LEAST_RATIO * chances[CLASSES.index("NONE")] else "NONE"
    return Name(name.start, name.end, _fine(doc, name, chosen), name.rule, round(chances[best], 3))


@cache
def weights() -> tuple[Mapping[str, int], np.ndarray]:
    """The row of each feature, and the rows: a weight for each of CLASSES; the last is of unknown features."""
    text = files("tasks.extract").joinpath("data", "label_weights.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    values = [[float(value) for value in row[1:]] for row in rows]
    return {row[0]: number for number, row in enumerate(rows)}, np.array([*values, [0.0] * len(CLASSES)])


def _scores(found: Sequence[Sequence[str]]) -> list[list[float]]:
    """For each name the sum of its features' rows."""
    index, rows = weights()
    unknown = len(index)
    looked_up = rows[[index.get(one, unknown) for row in found for one in row]]
    ends = accumulate(map(len, found), initial=0)
    return [looked_up[start:end].sum(axis=0).tolist() for start, end in pairwise(ends)]


def _agreed(texts: Sequence[str], own: Sequence[list[float]]) -> list[list[float]]:
    """Each mention's scores mixed with the mean of all mentions of the same name: one text, one sense."""
    groups: dict[str, list[list[float]]] = defaultdict(list)
    for text, scores in zip(texts, own, strict=True):
        groups[text].append(scores)
    means = {
        text: [sum(column) / len(rows) for column in zip(*rows, strict=True)]
        for text, rows in groups.items()
        if len(rows) > 1
    }
    return [
        [(1 - _SAME_NAME) * mine + _SAME_NAME * mean for mine, mean in zip(scores, means[text], strict=True)]
        if text in means
        else scores
        for text, scores in zip(texts, own, strict=True)
    ]


def _chances(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _fine(doc: Doc, name: Name, coarse: str) -> str:
    """The fine label: the model's own where it fits the class, else by gazetteer and last word."""
    if name.label in _FINE.get(coarse, ()):
        return name.label
    text = name.text(doc)
    if coarse == "LOC":
        return "LOC" if doc[name.end - 1].lower_ in PLACE_HEADS and text not in places() else "GPE"
    if coarse in _THINGS:
        return _thing(doc, name, coarse)
    return {"PER": "PERSON"}.get(coarse, coarse)


def _thing(doc: Doc, name: Name, coarse: str) -> str:
    """What is neither person, body nor place: the last word tells, else the model, else the class."""
    last = doc[name.end - 1].lower_
    if name.text(doc) in demonyms():
        return "NORP"
    if last in EVENT_HEADS:
        return "EVENT"
    if last in LAW_HEADS:
        return "LAW"
    if any(name.label in labels for labels in _THINGS.values()):
        return name.label
    return "WORK_OF_ART" if coarse == "WORK" else coarse
