"""Scores named mentions against Wikinews, whose guidelines call a country that acts or plays an organisation.

"Norway signed" names a government there, "Norway's goalkeeper" a team, "in Norway" a place; our label is GPE for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Span

from benchmarks.accuracy import mentions
from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction
from tasks.extract.gazetteers import places
from tasks.extract.mentions.teams import is_on_sport, is_where
from tasks.extract.parsed import Doc
from tasks.extract.parsed import parsed as plain

NAME = mentions.NAME
FIELD = mentions.FIELD
SETS = ("ner_wikinews",)


def predict(parsed: Parsed) -> Prediction:
    """Named mentions as [start, end, label, rule, confidence], places that act as ORG."""
    prediction = mentions.predict(parsed)
    is_sport = is_on_sport(plain(parsed.doc))
    for row in prediction["ents"]:
        span = parsed.doc.char_span(row[0], row[1])
        if row[2] == "GPE" and (acts(span) or (is_sport and plays(plain(parsed.doc), span))):
            row[2] = "ORG"
    return prediction


def acts(span: Span | None) -> bool:
    """Subject or agent of a verb that says more than what it is, or partner: "with Norway"."""
    if span is None:
        return False
    head = span.root.head
    if span.root.dep_ == "nsubj":
        return head.lemma_ != "be"
    return span.root.dep_ == "agent" or (span.root.dep_ == "pobj" and head.lower_ in ("with", "by"))


def plays(doc: Doc, span: Span | None) -> bool:
    """A country in an article on sport, unless it is where they play."""
    place = places().get(span.text) if span is not None else None
    return span is not None and place is not None and place.kind == "country" and not is_where(doc, span.start)


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Typed-overlap, strict and span F1."""
    return mentions.score(name, documents, predictions)


def judge(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each named mention whose label the set knows."""
    yield from mentions.judge(name, documents, predictions)
