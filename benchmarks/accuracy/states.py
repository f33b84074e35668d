"""Scores named mentions against Wikinews, whose guidelines call a country that acts an organisation.

"Norway signed" names a government there, "in Norway" a place; our label is GPE for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Span

from benchmarks.accuracy import mentions
from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction

NAME = mentions.NAME
FIELD = mentions.FIELD
SETS = ("ner_wikinews",)


def predict(parsed: Parsed) -> Prediction:
    """Named mentions as [start, end, label, rule, confidence], places that act as ORG."""
    prediction = mentions.predict(parsed)
    for row in prediction["ents"]:
        if row[2] == "GPE" and acts(parsed.doc.char_span(row[0], row[1])):
            row[2] = "ORG"
    return prediction


def acts(span: Span | None) -> bool:
    """Subject or agent of a verb, or possessor or partner as a state."""
    return span is not None and (
        span.root.dep_ in ("nsubj", "agent") or (span.root.dep_ == "pobj" and span.root.head.lower_ in ("with", "by"))
    )


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Typed-overlap, strict and span F1."""
    return mentions.score(name, documents, predictions)


def judge(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each named mention whose label the set knows."""
    yield from mentions.judge(name, documents, predictions)
