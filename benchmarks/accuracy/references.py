"""Scores all mentions, descriptions and pronouns too, against re3d, which marks whatever refers to an actor.

re3d calls a country that acts an organisation, where our label stays GPE; it also marks times and amounts, which
here are the language model's own, so that the figure is comparable with the peers'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction
from benchmarks.accuracy.mentions import entity_figures
from benchmarks.accuracy.states import acts

NAME = "mentions"
FIELD = "ents"
SETS = ("ner_re3d",)

_TIMES_AND_AMOUNTS = ("DATE", "TIME", "CARDINAL", "QUANTITY", "MONEY", "PERCENT")
_LABELS = {
    "PERSON": "Person", "ORG": "Organisation", "GPE": "Location", "LOC": "Location", "FAC": "Location",
    "NORP": "Nationality", "PRODUCT": "Weapon", "DATE": "Temporal", "TIME": "Temporal", "CARDINAL": "Quantity",
    "QUANTITY": "Quantity", "MONEY": "Money", "PERCENT": "Quantity",
}  # fmt: skip


def predict(parsed: Parsed) -> Prediction:
    """Mentions of every kind as [start, end, label], in the sense of the set."""
    described = [(row.start, row.end) for row in parsed.mentions if row.is_nominal]
    rows = []
    for row in parsed.mentions:
        inside = any(start <= row.start and row.end <= end for start, end in described)
        if row.label == "NORP" and (inside or row.surface.endswith("s")):
            if inside:
                continue
            rows.append([row.start, row.end, "ORG"])
        elif row.label == "GPE" and acts(parsed.doc.char_span(row.start, row.end)):
            rows.append([row.start, row.end, "ORG"])
        else:
            rows.append([row.start, row.end, row.label])
    for span in parsed.doc.ents:
        inside = any(start <= span.start_char and span.end_char <= end for start, end in described)
        if span.label_ in _TIMES_AND_AMOUNTS and not (inside and span.label_ == "CARDINAL"):
            rows.append([span.start_char, span.end_char, span.label_])
    return {"ents": rows}


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Typed-overlap, strict and span F1 over all labels of the set."""
    return entity_figures(name, documents, predictions, _LABELS, None)


def judge(_name: str, _documents: Sequence[Document], _predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Nothing: the set's notion of a label is not ours, so its verdict says nothing about our confidence."""
    yield from ()
