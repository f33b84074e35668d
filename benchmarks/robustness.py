"""`python -m benchmarks.robustness GOLD_DIR`: what it costs the quotes that quotation marks are missing.

Takes double quotation marks out of the articles at random, with a fixed seed, reads quotes from what is left, and
scores them against the gold of the intact text.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy import quotes
from benchmarks.accuracy.documents import PARTS, UNDATED, BadGold, Document, Parsed, load
from benchmarks.accuracy.figures import Figure, Prediction
from tasks.extract.context import Context
from tasks.model import DEFAULT_MODEL, Model, UnknownModel, load_model

SET = "quotes_polnear"
MARKS = frozenset('“”"„«»')
BATCH = 32


@dataclass(frozen=True, slots=True)
class Damaged:
    """A document whose text lacks marks: `kept[i]` is where the character `i` of `text` stood in the whole one."""

    document: Document
    text: str
    kept: tuple[int, ...]


def damage(document: Document, share: float, seed: int) -> Damaged:
    """Take each quotation mark out with the probability `share`; the same seed and document give the same text."""
    chance = random.Random(f"{seed} {document.doc_id}")
    text = document.text
    kept = tuple(i for i, character in enumerate(text) if character not in MARKS or chance.random() >= share)
    return Damaged(document, "".join(text[i] for i in kept), kept)


def restored(prediction: Prediction, kept: Sequence[int]) -> Prediction:
    """The quotes of a damaged text with the offsets of the whole one."""

    def whole(spans: list[list[int]]) -> list[list[int]]:
        return [[kept[start], kept[end - 1] + 1] for start, end in spans if start < end]

    rows = prediction["quotes"]
    return {"quotes": [row | {"content": whole(row["content"]), "source": whole(row["source"])} for row in rows]}


def predictions(damaged: Sequence[Damaged], model: Model) -> Iterator[Prediction]:
    """The quotes of each text, in its whole document's offsets."""
    for one, doc in zip(damaged, model.nlp.pipe((each.text for each in damaged), batch_size=BATCH), strict=True):
        context = Context(published_at=one.document.published_at or UNDATED, model_version=model.version)
        yield restored(quotes.predict(Parsed(doc, context)), one.kept)


def losses(documents: Sequence[Document], shares: Sequence[float], seed: int, model: Model) -> list[tuple[Figure, ...]]:
    """The figures for each share of marks taken out."""
    found = []
    for share in shares:
        damaged = [damage(document, share, seed) for document in documents]
        found.append(quotes.score(SET, documents, list(predictions(damaged, model))))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table: each measure on intact texts and on damaged ones, and the loss."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__)
    parser.add_argument("gold", type=Path, help=f"directory with {SET}/SPLIT.jsonl")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--part", choices=PARTS, default="all")
    parser.add_argument("--articles", type=int, help="only the first so many (default all)")
    parser.add_argument("--share", type=float, default=0.1, help="of the marks to take out (default 0.1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    options = parser.parse_args(arguments)
    try:
        documents = load(options.gold / SET / f"{options.split}.jsonl", options.part)[: options.articles]
        model = load_model(options.model)
    except (BadGold, UnknownModel) as error:
        print(f"robustness: {error}", file=sys.stderr)
        return 2
    whole, broken = losses(documents, (0.0, options.share), options.seed, model)
    damage_done = f"{options.share:.0%} of the marks taken out, seed {options.seed}"
    print(f"{len(documents)} articles, {damage_done}, {model.version}\n")
    print("| measure | intact | damaged | loss |\n| --- | --- | --- | --- |")
    for before, after in zip(whole, broken, strict=True):
        print(f"| {before.measure} | {before.value:.1f} | {after.value:.1f} | {before.value - after.value:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
