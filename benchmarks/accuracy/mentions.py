"""Scores named mentions against NER gold: strict, typed overlap and span only, as in the shared scorers.

Gold labels differ by set; ours are mapped to them. Leading "the", quotation marks and a final possessive
are trimmed from both sides, since the sets differ in them by convention and not by meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall

NAME = "mentions"

_CONLL = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_MISC = dict.fromkeys(("NORP", "EVENT", "WORK_OF_ART", "LAW", "PRODUCT"), "MISC")
# re3d also marks times and amounts: those are the model's own, so that the figure is comparable with the peers'.
_TIMES_AND_AMOUNTS = ("DATE", "TIME", "CARDINAL", "QUANTITY", "MONEY", "PERCENT")
_RE3D = {
    "PERSON": "Person", "ORG": "Organisation", "GPE": "Location", "LOC": "Location", "FAC": "Location",
    "NORP": "Nationality", "PRODUCT": "Weapon", "DATE": "Temporal", "TIME": "Temporal", "CARDINAL": "Quantity",
    "QUANTITY": "Quantity", "MONEY": "Money", "PERCENT": "Quantity",
}  # fmt: skip
# Gold set -> our label to its label, and the gold labels that are scored; None is all of them.
_LABELS: dict[str, tuple[dict[str, str], frozenset[str] | None]] = {
    "ner_wikinews": (_CONLL, frozenset(("PER", "ORG", "LOC"))),
    "ner_conllpp": (_CONLL | _MISC, None),
    "ner_wikigold": (_CONLL | _MISC, None),
    "ner_re3d": (_RE3D, None),
}
SETS = tuple(_LABELS)

Entity = tuple[int, int, str]


def predict(parsed: Parsed) -> Prediction:
    """Named mentions as [start, end, label, rule, confidence]; the scorers read the first three."""
    names = [[row.start, row.end, row.label, row.rule, row.confidence] for row in parsed.mentions if row.is_name]
    others = [
        [span.start_char, span.end_char, span.label_, "model", 0.0]
        for span in parsed.doc.ents
        if span.label_ in _TIMES_AND_AMOUNTS
    ]
    return {"ents": names + others}


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Strict and typed-overlap F1, one-to-one, and the same for the labels alone."""
    strict = overlap = spans = gold_count = predicted_count = gold_spans = predicted_spans = 0
    for document, prediction in zip(documents, predictions, strict=True):
        gold, found = _gold(name, document), _found(name, document, prediction)
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
    labels, _ = _LABELS[name]
    for document, prediction in zip(documents, predictions, strict=True):
        paired = _paired(_gold(name, document), _found(name, document, prediction))
        for start, end, label, rule, confidence in prediction["ents"]:
            if label in labels and label not in _TIMES_AND_AMOUNTS:
                row = (*trim(document.text, start, end), labels[label])
                yield Judgement(NAME, rule, confidence, row in paired)


def _gold(name: str, document: Document) -> set[Entity]:
    _, scored = _LABELS[name]
    return {
        (*trim(document.text, row[0], row[1]), row[2])
        for row in document.gold["ents"]
        if scored is None or row[2] in scored
    }


def _found(name: str, document: Document, prediction: Prediction) -> set[Entity]:
    labels, scored = _LABELS[name]
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
