"""Train tasks/extract/data/mark_weights.tsv: `python -m tools.train_marks GOLD_DIR`.

Every quotation of the texts is read once without its opening and once without its closing mark; the model learns which
of the candidates of `beginnings` and `endings` is the place where the mark stood. No annotation is needed, only texts
that may be redistributed: Wikinews and Wikipedia (the texts of four sets of GOLD_DIR, CC BY and CC BY-SA) and the
paragraphs of `tools/quotations.txt`, which were written for this.
"""

from __future__ import annotations

import argparse
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.documents import load
from tasks.extract.parsed import Doc, parsed
from tasks.extract.quotes.beginnings import beginnings
from tasks.extract.quotes.edges import Edge
from tasks.extract.quotes.endings import endings
from tasks.extract.quotes.mended import unclosed, unopened
from tasks.extract.quotes.regions import Region, regions
from tasks.model import load_model

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "tasks" / "extract" / "data" / "mark_weights.tsv"
OWN = ROOT / "tools" / "quotations.txt"
SETS = ("quotes_gum_news", "ner_wikinews", "ner_wikigold", "meantime_news")
MARKS = frozenset('“”"„«»')
STEPS_OF_TRAINING = 300
RATE = 0.05
L2 = 1.0


@dataclass(frozen=True)
class Damaged:
    """A paragraph without one of its marks, and where that stood."""

    text: str
    at: int
    is_closing: bool


@dataclass(frozen=True)
class Example:
    """The candidates for a missing mark, and the index of the right one."""

    edges: tuple[Edge, ...]
    right: int


def paragraphs(gold: Path) -> Iterator[str]:
    """Each paragraph once."""
    texts = [document.text for name in SETS for document in load(gold / name / "dev.jsonl")]
    yield from dict.fromkeys(line for text in (*texts, OWN.read_text("utf-8")) for line in re.findall(r"[^\n]+", text))


def damaged(paragraph: str) -> Iterator[Damaged]:
    """The paragraph without each of the marks of its whole quotations in turn."""
    for region in regions(paragraph):
        sides = (region.outer_start, region.start), (region.end, region.outer_end)
        own = [[offset for offset in range(*side) if paragraph[offset] in MARKS] for side in sides]
        if any(len(each) != 1 for each in own) or region.is_unclosed or region.is_unopened or region.is_continued:
            continue
        for (at,), is_closing in zip(own, (False, True), strict=True):
            yield Damaged(paragraph[:at] + paragraph[at + 1 :], at, is_closing)


def example(case: Damaged, doc: Doc) -> Example | None:
    """The candidates for the mark of a damaged paragraph; None where the place is none of them."""
    right = bisect_left(doc.starts, case.at)
    for region in regions(case.text):
        if case.is_closing and _misses_closing(region, case):
            edges = endings(unclosed(doc, region))
            while right and doc[right - 1].is_space:
                right -= 1
        elif not case.is_closing and region.is_unopened and region.outer_start <= case.at < region.outer_end:
            edges = beginnings(unopened(doc, region))
        else:
            continue
        places = [edge.index for edge in edges]
        return Example(edges, places.index(right)) if right in places else None
    return None


def _misses_closing(region: Region, case: Damaged) -> bool:
    return region.is_unclosed and region.outer_start < case.at <= region.outer_end


def train(examples: Iterable[Example]) -> dict[str, float]:
    """Weights by feature, by Adam on the penalised likelihood of the right candidates; deterministic."""
    kept = list(examples)
    names = sorted({name for one in kept for edge in one.edges for name, _ in edge.names()})
    index = {name: number for number, name in enumerate(names)}
    rows = [_matrix(one, index) for one in kept]
    weights, first, second = (np.zeros(len(names)) for _ in range(3))
    for step in range(1, STEPS_OF_TRAINING + 1):
        gradient = L2 * weights
        for row, one in zip(rows, kept, strict=True):
            scores = row @ weights
            chances = np.exp(scores - scores.max())
            gradient += (chances / chances.sum()) @ row - row[one.right]
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return dict(zip(names, weights.tolist(), strict=True))


def _matrix(one: Example, index: dict[str, int]) -> np.ndarray:
    row = np.zeros((len(one.edges), len(index)))
    for number, edge in enumerate(one.edges):
        for name, value in edge.names():
            row[number, index[name]] = value
    return row


def write(weights: dict[str, float]) -> None:
    """Write the weights that matter, sorted, so that a retraining can be reviewed."""
    lines = ["# feature, then its weight; made by tools/train_marks.py"]
    lines += [f"{name}\t{value:.2f}" for name, value in sorted(weights.items()) if abs(value) >= 0.02]
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Train on the texts and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    options = parser.parse_args()
    cases = [case for paragraph in paragraphs(options.gold) for case in damaged(paragraph)]
    docs = load_model().nlp.pipe(case.text for case in cases)
    found = [example(case, parsed(doc)) for case, doc in zip(cases, docs, strict=True)]
    examples = [one for one in found if one is not None]
    write(train(examples))
    print(f"{len(examples)} missing marks of {len(cases)}")


if __name__ == "__main__":
    main()
