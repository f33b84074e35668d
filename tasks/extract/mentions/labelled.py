"""What each name names: a log-linear model over `features`, for the model below errs with names it rarely saw.

The weights are trained by `tools/train_labels.py` on redistributable annotation only and are data like the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from math import exp

from spacy.tokens import Doc

from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions.features import features
from tasks.extract.mentions.lexicon import PLACE_HEADS
from tasks.extract.mentions.name import Name, Names

CLASSES = ("PER", "ORG", "LOC", "MISC", "NONE")
_FINE = {
    "PER": frozenset(("PERSON",)),
    "ORG": frozenset(("ORG",)),
    "LOC": frozenset(("GPE", "LOC", "FAC")),
    "MISC": frozenset(("NORP", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")),
}
# How much the other mentions of the same name weigh beside a mention's own score.
_SAME_NAME = 0.5
# Rules that see what the features do not, with how often they are right.
_CERTAIN = {"dateline": 0.9}
IMPOSSIBLE = -30.0
# Taken from the score of NONE: the training annotation misses some names, and a lost name costs more than a false one.
_BENEFIT_OF_DOUBT = 0.7


def labelled(doc: Doc, names: Names) -> Names:
    """Names with label and confidence; what is more likely no name than anything else is dropped."""
    own = [_scores(found) for found in features(doc, names)]
    agreed = _agreed([name.text(doc) for name in names], own)
    kept = []
    for name, scores in zip(names, agreed, strict=True):
        if name.rule in _CERTAIN:
            kept.append(replace(name, confidence=_CERTAIN[name.rule]))
            continue
        if not may_be_other(doc, name):
            scores = [score if one != "MISC" else IMPOSSIBLE for one, score in zip(CLASSES, scores, strict=True)]
        scores[-1] -= _BENEFIT_OF_DOUBT
        chances = _chances(scores)
        best = max(range(len(CLASSES)), key=lambda index: chances[index])
        if CLASSES[best] != "NONE":
            kept.append(replace(name, label=_fine(doc, name, CLASSES[best]), confidence=round(chances[best], 3)))
    return tuple(kept)


def may_be_other(doc: Doc, name: Name) -> bool:
    """Whether it can be a people, event, work, law or product: such names must be the model's own find."""
    return name.label in _FINE["MISC"] or name.text(doc) in demonyms()


@cache
def weights() -> Mapping[str, tuple[float, ...]]:
    """Feature -> weight for each of CLASSES."""
    text = files("tasks.extract").joinpath("data", "label_weights.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {row[0]: tuple(float(value) for value in row[1:]) for row in rows}


def _scores(found: Sequence[str]) -> list[float]:
    known = weights()
    totals = [0.0] * len(CLASSES)
    for one in found:
        for index, weight in enumerate(known.get(one, ())):
            totals[index] += weight
    return totals


def _agreed(texts: Sequence[str], own: Sequence[list[float]]) -> list[list[float]]:
    """Each mention's scores mixed with the mean of all mentions of the same name: one text, one sense."""
    groups: dict[str, list[list[float]]] = defaultdict(list)
    for text, scores in zip(texts, own, strict=True):
        groups[text].append(scores)
    means = {text: [sum(column) / len(rows) for column in zip(*rows, strict=True)] for text, rows in groups.items()}
    return [
        [(1 - _SAME_NAME) * mine + _SAME_NAME * mean for mine, mean in zip(scores, means[text], strict=True)]
        for text, scores in zip(texts, own, strict=True)
    ]


def _chances(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    return [power / sum(powers) for power in powers]


def _fine(doc: Doc, name: Name, coarse: str) -> str:
    """The fine label: the model's own where it fits the class, else by gazetteer and last word."""
    if name.label in _FINE[coarse]:
        return name.label
    text = name.text(doc)
    if coarse == "LOC":
        return "LOC" if doc[name.end - 1].lower_ in PLACE_HEADS and text not in places() else "GPE"
    if coarse == "MISC":
        return "NORP" if text in demonyms() else "EVENT"
    return "PERSON" if coarse == "PER" else "ORG"
