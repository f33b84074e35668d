"""Train tasks/extract/data/label_weights.tsv: `python -m tools.train_labels GOLD_DIR`.

A softmax regression over `mentions.features`, with a Gaussian prior. It learns from the development halves of the
two sets whose text and annotation may be redistributed (ner_wikinews, ner_wikigold; CC BY). The first marks no names of
events, works or peoples, so there a candidate without gold may be one of them or none.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from spacy.tokens import Doc

from benchmarks.accuracy.documents import Document, load
from benchmarks.accuracy.mentions import trim
from tasks.extract.mentions import STEPS
from tasks.extract.mentions.features import features
from tasks.extract.mentions.found import found
from tasks.extract.mentions.labelled import CLASSES, IMPOSSIBLE, labelled, may_be_other
from tasks.extract.mentions.name import Names
from tasks.model import load_model

WEIGHTS = Path(__file__).resolve().parent.parent / "tasks" / "extract" / "data" / "label_weights.tsv"
SETS = {"ner_wikinews": ("MISC", "NONE"), "ner_wikigold": ("NONE",)}
# A feature seen in fewer documents says more about these than about names.
LEAST_DOCUMENTS = 3
STEPS_OF_TRAINING = 200
RATE = 0.05
L2 = 20.0

# Marks a candidate that cannot be of the class MISC; no feature of its own.
NO_OTHER = "no_other"

Example = tuple[list[str], tuple[str, ...], str]


def candidates(doc: Doc) -> Names:
    """Names as they reach `labelled`."""
    names = found(doc)
    for step in STEPS[: STEPS.index(labelled)]:
        names = step(doc, names)
    return names


def examples(document: Document, doc: Doc, unmatched: tuple[str, ...]) -> Iterator[Example]:
    """Each candidate's features with the classes it may have, and its document."""
    gold = [(*trim(document.text, row[0], row[1]), row[2]) for row in document.gold["ents"]]
    names = candidates(doc)
    for name, one in zip(names, features(doc, names), strict=True):
        span = doc[name.start : name.end]
        shared = [(min(span.end_char, e) - max(span.start_char, s), label) for s, e, label in gold]
        best = max(shared, default=(0, ""))
        classes = (best[1],) if best[0] > 0 else unmatched
        if not may_be_other(doc, name):
            one.append(NO_OTHER)
            classes = tuple(label for label in classes if label != "MISC") or ("NONE",)
        yield one, classes, document.doc_id


def train(rows: list[Example]) -> dict[str, np.ndarray]:
    """Weights by feature, by Adam on the whole penalised likelihood; deterministic for the same rows."""
    seen = {(one, doc_id) for found, _, doc_id in rows for one in found if one != NO_OTHER}
    counts = Counter(one for one, _ in seen)
    index = {one: number for number, one in enumerate(sorted(one for one in counts if counts[one] >= LEAST_DOCUMENTS))}
    pairs = [
        (row, index[one]) for row, (found, _, _) in enumerate(rows) for one in dict.fromkeys(found) if one in index
    ]
    row_of, column_of = (np.array(side) for side in zip(*pairs, strict=True))
    allowed = np.array([[name in classes for name in CLASSES] for _, classes, _ in rows], dtype=float)
    barred = np.array([[IMPOSSIBLE * (NO_OTHER in found and one == "MISC") for one in CLASSES] for found, _, _ in rows])
    weights = np.zeros((len(index), len(CLASSES)))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS_OF_TRAINING + 1):
        scores = _sum(row_of, weights[column_of], len(rows)) + barred
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        wanted = chances * allowed
        wanted /= wanted.sum(axis=1, keepdims=True)
        gradient = _sum(column_of, (chances - wanted)[row_of], len(index)) + L2 * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {one: weights[number] for one, number in index.items()}


def _sum(group: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Rows of `values` added up by group."""
    return np.stack([np.bincount(group, values[:, k], size) for k in range(values.shape[1])], axis=1)


def main() -> None:
    """Train on the sets found and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--part", default="all", help="tuning leaves a third of the documents unseen")
    options = parser.parse_args()
    nlp = load_model().nlp
    rows: list[Example] = []
    for name, unmatched in SETS.items():
        documents = load(options.gold / name / "dev.jsonl", options.part)
        for document, doc in zip(documents, nlp.pipe(one.text for one in documents), strict=True):
            rows.extend(examples(document, doc, unmatched))
    write(train(rows))
    print(f"{len(rows)} candidates from {', '.join(SETS)}")


def write(weights: dict[str, np.ndarray]) -> None:
    """Write the weights that matter, sorted, so that a retraining can be reviewed."""
    lines = ["# feature, then its weight for " + ", ".join(CLASSES) + "; made by tools/train_labels.py"]
    for one, row in sorted(weights.items()):
        if np.abs(row).max() >= 0.05:
            lines.append("\t".join([one, *(f"{value:.2f}" for value in row)]))
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
