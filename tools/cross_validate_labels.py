"""Score names as labelled by weights that never saw their document: `python -m tools.cross_validate_labels GOLD_DIR`.

The documents that `tools/train_labels.py` learns from are dealt into parts by a hash of their id; each part is
predicted with weights trained on the others. What it prints is what to expect of other articles, where the figures
of the development halves, with the weights as shipped, are too high.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from spacy.language import Language

from benchmarks.accuracy import mentions, states
from benchmarks.accuracy.documents import UNDATED, Document, Parsed, load
from benchmarks.accuracy.figures import Prediction
from tasks.extract.context import Context
from tasks.extract.mentions.labelled import CLASSES, labelled
from tasks.extract.parsed import parsed
from tasks.model import load_model
from tools.train_labels import SETS, Example, examples, train

SCORED = {"ner_wikinews": states, "ner_wikigold": mentions}


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--parts", type=int, default=4)
    options = parser.parse_args()
    nlp = load_model().nlp
    learnt = [one for name in SETS for one in _examples(options.gold, name, nlp)]
    read = {name: list(_read(options.gold, name, nlp)) for name in SCORED}
    found: dict[str, dict[str, Prediction]] = {name: {} for name in SCORED}
    for number in range(options.parts):
        others = [one for one in learnt if _part(one.doc_id, options.parts) != number]
        with _weights(train(others)):
            for name, room in SCORED.items():
                for document, page in read[name]:
                    if _part(document.doc_id, options.parts) == number:
                        found[name][document.doc_id] = room.predict(page)
    for name, room in SCORED.items():
        documents = [document for document, _ in read[name]]
        for figure in room.score(name, documents, [found[name][document.doc_id] for document in documents]):
            print(f"{name}: {figure.measure} {figure.value}, {figure.detail}")


def _examples(gold: Path, name: str, nlp: Language) -> Iterator[Example]:
    documents = load(gold / name / "dev.jsonl")
    for document, doc in zip(documents, nlp.pipe(one.text for one in documents), strict=True):
        yield from examples(document, parsed(doc), SETS[name])


def _read(gold: Path, name: str, nlp: Language) -> Iterator[tuple[Document, Parsed]]:
    documents = load(gold / name / "dev.jsonl")
    for document, doc in zip(documents, nlp.pipe(one.text for one in documents), strict=True):
        yield document, Parsed(doc, Context(published_at=document.published_at or UNDATED))


def _part(doc_id: str, parts: int) -> int:
    return int(hashlib.sha256(f"fold {doc_id}".encode()).hexdigest(), 16) % parts


@contextmanager
def _weights(trained: Mapping[str, np.ndarray]) -> Iterator[None]:
    """These weights, to two decimals as they would be written, in place of those of the data file."""
    module = sys.modules[labelled.__module__]
    shipped = module.__dict__["weights"]
    rows = np.array([*(np.round(row, 2) for row in trained.values()), [0.0] * len(CLASSES)])
    table = ({one: number for number, one in enumerate(trained)}, rows)
    module.__dict__["weights"] = lambda: table
    try:
        yield
    finally:
        module.__dict__["weights"] = shipped


if __name__ == "__main__":
    main()
