"""Scores named mentions against NER gold: strict, typed overlap and span only, as in the shared scorers.

Gold labels differ by set; ours are mapped to them. Leading "the", quotation marks and a final possessive
are trimmed from both sides, since the sets differ in them by convention and not by meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall

NAME = "mentions"

Labels = dict[str, str]
Scored = frozenset[str] | None
Entity = tuple[int, int, str]

_CONLL = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_MISC = dict.fromkeys(("NORP", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT"), "MISC")
# Gold set -> our label to its label, and the gold labels that are scored; None is all of them.
_LABELS: dict[str, tuple[Labels, Scored]] = {
    "ner_wikinews": (_CONLL, frozenset(("PER", "ORG", "LOC"))),
    "ner_conllpp": (_CONLL | _MISC, None),
    "ner_wikigold": (_CONLL | _MISC, None),
}
FIELD = "ents"
SETS = ("ner_conllpp", "ner_wikigold")
# Half of CoNLL++ is tables of sports results; an article whose median line is shorter than this is one.
_WITH_TABLES = frozenset(("ner_conllpp",))
_PROSE_LINE = 60


def predict(parsed: Parsed) -> Prediction:
    """Named mentions as [start, end, label, rule, confidence]; the scorers read the first three."""
    return {
        "ents": [[row.start, row.end, row.label, row.rule, row.confidence] for row in parsed.mentions if row.is_name]
    }


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Typed-overlap, strict and span F1; those of a set that mixes prose and tables also for the prose alone."""
    figures = entity_figures(name, documents, predictions, *_LABELS[name])
    if name in _WITH_TABLES:
        prose = [pair for pair in zip(documents, predictions, strict=True) if _is_prose(pair[0].text)]
        rows = entity_figures(name, [one for one, _ in prose], [one for _, one in prose], *_LABELS[name])
        figures += tuple(replace(row, measure=f"{row.measure}, prose") for row in rows[:2])
    return figures


def entity_figures(
    name: str, documents: Sequence[Document], predictions: Sequence[Prediction], labels: Labels, scored: Scored
) -> tuple[Figure, ...]:
    """Typed-overlap F1 (same label, spans touch, one to one), strict F1 (same span and label), span F1."""
    strict = overlap = spans = gold_count = predicted_count = gold_spans = predicted_spans = 0
    for document, prediction in zip(documents, predictions, strict=True):
        gold, found = _gold(document, scored), _found(document, prediction, labels, scored)
        strict += len(gold & found)
        overlap += len(_paired(gold, found))
        gold_count += len(gold)
        predicted_count += len(found)
        gold_spans += len({row[:2] for row in gold})
        predicted_spans += len({row[:2] for row in found})
        spans += len({row[:2] for row in gold} & {row[:2] for row in found})
    return (
        precision_recall(name, "typed overlap F1", overlap, gold_count, predicted_count),
        precision_recall(name, "strict F1", strict, gold_count, predicted_count),
        precision_recall(name, "span F1", spans, gold_spans, predicted_spans),
    )


def judge(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each named mention whose label the set knows: right if it is paired with a gold one."""
    labels, scored = _LABELS[name]
    for document, prediction in zip(documents, predictions, strict=True):
        paired = _paired(_gold(document, scored), _found(document, prediction, labels, scored))
        for start, end, label, rule, confidence in prediction["ents"]:
            if label in labels and (scored is None or labels[label] in scored):
                row = (*trim(document.text, start, end), labels[label])
                yield Judgement(NAME, rule, confidence, row in paired)


def _is_prose(text: str) -> bool:
    return median(len(line) for line in text.splitlines() if line) >= _PROSE_LINE


def _gold(document: Document, scored: Scored) -> set[Entity]:
    return {
        (*trim(document.text, row[0], row[1]), row[2])
        for row in document.gold["ents"]
        if scored is None or row[2] in scored
    }


def _found(document: Document, prediction: Prediction, labels: Labels, scored: Scored) -> set[Entity]:
    rows = ((*trim(document.text, row[0], row[1]), labels.get(row[2], "")) for row in prediction["ents"])
    return {row for row in rows if row[2] and (scored is None or row[2] in scored)}


def _paired(gold: Iterable[Entity], found: Iterable[Entity]) -> set[Entity]:
    """The found entities that pair with a gold one of the same label which they touch, one to one."""
    used: set[Entity] = set()
    candidates = sorted(found)
    for start, end, label in sorted(gold):
        for row in candidates:
            if row not in used and row[2] == label and start < row[1] and row[0] < end:
                used.add(row)
                break
    return used


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take quotation marks, a leading "the" and a final possessive off a span."""
    while start < end and not text[start].isalnum():
        start += 1
    if article := re.match(r"(?:the|The|THE)\s+(?=\S)", text[start:end]):
        start += article.end()
    if possessive := re.search(r"['’]s?$", text[start:end]):
        end = start + possessive.start()
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ".%)"):
        end -= 1
    return start, end
