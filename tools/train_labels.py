"""Train tasks/extract/data/label_weights.tsv: `python -m tools.train_labels GOLD_DIR`.

A softmax regression over `mentions.features`, with a Gaussian prior, on the development halves of three sets whose text
and annotation may be redistributed: GUM news (coref_gum_news) and MEANTIME (meantime_news), both Wikinews, and
Wikigold (CC BY). Their types are read as ours; where a set leaves open which of several classes a candidate has, all of
them may be true. A name that its document repeats, and a name of a long document, count less than another: the
documents differ far more in length than in how much they teach.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.documents import Document, load
from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions import STEPS
from tasks.extract.mentions.features import features
from tasks.extract.mentions.found import found
from tasks.extract.mentions.labelled import CLASSES, labelled
from tasks.extract.mentions.lexicon import EVENT_HEADS, ROLES, TITLES
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc, parsed
from tasks.model import load_model

WEIGHTS = Path(__file__).resolve().parent.parent / "tasks" / "extract" / "data" / "label_weights.tsv"
# A feature seen in fewer documents says more about these than about names.
LEAST_DOCUMENTS = 3
STEPS_OF_TRAINING = 200
RATE = 0.05
L2 = 8.0
# How much a candidate counts falls with these powers of how often its document has the name, and of all its names.
REPEATED, LONG = 0.5, 0.25
USUAL_NAMES = 25

Classes = tuple[str, ...]
OTHER: Classes = ("NORP", "EVENT", "PRODUCT", "WORK")


@dataclass(frozen=True)
class Example:
    """A candidate: its features, the classes it may have, its document and its text in small letters."""

    features: Sequence[str]
    classes: Classes
    doc_id: str
    text: str


@dataclass(frozen=True)
class GoldSet:
    """A set to learn from: its types read as classes, the field that holds them, and what the unmarked may be."""

    field: str
    types: Mapping[str, Classes]
    unmarked: Classes
    # Whether contents of longer marked phrases are marked as well; if not, nothing is known about them.
    is_nested: bool


SETS = {
    "ner_wikigold": GoldSet(
        "ents", {"PER": ("PER",), "ORG": ("ORG",), "LOC": ("LOC",), "MISC": OTHER}, ("NONE",), is_nested=False
    ),
    "coref_gum_news": GoldSet(
        "mentions",
        {
            "person": ("PER",),
            "organization": ("ORG",),
            "place": ("LOC",),
            "object": ("PRODUCT",),
            "event": ("EVENT",),
            "abstract": ("WORK", "NONE"),
            "time": ("NONE",),
            "substance": ("NONE", "PRODUCT"),
        },
        ("NONE",),
        is_nested=True,
    ),
    "meantime_news": GoldSet(
        "mentions",
        {"PER": ("PER",), "ORG": ("ORG",), "LOC": ("LOC",), "PRO": ("PRODUCT",), "FIN": ("PRODUCT",)},
        ("NONE",),
        is_nested=True,
    ),
}


def candidates(doc: Doc) -> Names:
    """Names as they reach `labelled`."""
    names = found(doc)
    for step in STEPS[: STEPS.index(labelled)]:
        names = step(doc, names)
    return names


def examples(document: Document, doc: Doc, gold: GoldSet) -> Iterator[Example]:
    """Each candidate of which the document tells what it may be."""
    names = candidates(doc)
    marked = list(_marked(document, doc, gold))
    for name, one in zip(names, features(doc, names), strict=True):
        text = name.text(doc).lower()
        heads = [(end - start, classes) for start, end, head, classes in marked if name.start <= head < name.end]
        inside = any(start < name.end and name.start < end for start, end, _, _ in marked)
        if heads:
            yield Example(one, _read(doc, name, min(heads)[1]), document.doc_id, text)
        elif not inside:
            yield Example(one, _read(doc, name, gold.unmarked), document.doc_id, text)


def _marked(document: Document, doc: Doc, gold: GoldSet) -> Iterator[tuple[int, int, int, Classes]]:
    for start, end, kind, *_ in document.gold[gold.field]:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and kind in gold.types:
            yield span.start, span.end, span.root.i, gold.types[kind]


def _read(doc: Doc, name: Name, classes: Classes) -> Classes:
    """Our own conventions where the sets have others: peoples, contests, countries that act, offices by themselves."""
    text = name.text(doc)
    if text in demonyms() and set(classes) & {"PER", "ORG", "LOC", "NORP"}:
        return ("NORP",)
    if classes == OTHER and doc[name.end - 1].lower_ in EVENT_HEADS:
        return ("EVENT",)
    if "ORG" in classes and (place := places().get(text)) is not None and place.kind == "country":
        return ("LOC",)
    if all(token.lower_ in ROLES | TITLES for token in doc[name.start : name.end]):
        return ("NONE",)
    return classes


def train(rows: list[Example]) -> dict[str, np.ndarray]:
    """Weights by feature, by Adam on the whole penalised likelihood; deterministic for the same rows."""
    seen = {(one, row.doc_id) for row in rows for one in row.features}
    counts = Counter(one for one, _ in seen)
    index = {one: number for number, one in enumerate(sorted(one for one in counts if counts[one] >= LEAST_DOCUMENTS))}
    pairs = [
        (number, index[one]) for number, row in enumerate(rows) for one in dict.fromkeys(row.features) if one in index
    ]
    row_of, column_of = (np.array(side) for side in zip(*pairs, strict=True))
    allowed = np.array([[name in row.classes for name in CLASSES] for row in rows], dtype=float)
    counted = _counted(rows)[:, None]
    expected = _expected(index)
    weights = expected.copy()
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS_OF_TRAINING + 1):
        scores = _sum(row_of, weights[column_of], len(rows))
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        wanted = chances * allowed
        wanted /= wanted.sum(axis=1, keepdims=True)
        gradient = _sum(column_of, (counted * (chances - wanted))[row_of], len(index)) + L2 * (weights - expected)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {one: weights[number] for one, number in index.items()}


def _counted(rows: list[Example]) -> np.ndarray:
    """How much each candidate counts."""
    times = Counter((row.doc_id, row.text) for row in rows)
    sizes = Counter(row.doc_id for row in rows)
    return np.array(
        [times[row.doc_id, row.text] ** -REPEATED * (sizes[row.doc_id] / USUAL_NAMES) ** -LONG for row in rows]
    )


# What the lists state is believed until the sets say otherwise: the expected weight of a feature for its class.
EXPECTED = {
    "known=ORG+whole": ("ORG", 2.0),
    "known=PRODUCT+whole": ("PRODUCT", 2.0),
    "known=EVENT+whole": ("EVENT", 2.0),
    "known=LOC+whole": ("LOC", 2.0),
    "known=NONE+whole": ("NONE", 2.0),
    "known=ORG+end": ("ORG", 1.0),
    "known=PRODUCT+begin": ("PRODUCT", 1.0),
    "org_head_last+model=ORG": ("PER", -2.0),
    "event_head_last+single=False": ("EVENT", 2.0),
}


def _expected(index: Mapping[str, int]) -> np.ndarray:
    weights = np.zeros((len(index), len(CLASSES)))
    for one, (name, weight) in EXPECTED.items():
        if one in index:
            weights[index[one], CLASSES.index(name)] = weight
    return weights


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
    for name, gold in SETS.items():
        documents = load(options.gold / name / "dev.jsonl", options.part)
        for document, doc in zip(documents, nlp.pipe(one.text for one in documents), strict=True):
            rows.extend(examples(document, parsed(doc), gold))
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
