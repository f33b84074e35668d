"""Precision and recall on generated reprints, through the ledger as a run goes through it."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.duplicates.reprints import Made, boilerplate_alone, made
from benchmarks.synthetic import made as record
from benchmarks.synthetic import sha256
from storage.records import Article, Duplicate
from storage.sketches import write
from storage.state import Ledger
from tasks.deduplicate import duplicates_of
from tasks.extract.duplicates import sketch

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 200


@dataclass
class Figures:
    """What was found of what is there."""

    there: Counter[str] = field(default_factory=Counter)
    """Reprints, by how they were made."""
    found: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: list[tuple[Made, Made, Duplicate]] = field(default_factory=list)
    missed: list[Made] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found.total() / self.there.total()

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))


def measure(texts: Sequence[str], *, seed: int = 0) -> Figures:
    """Send originals, reprints and look-alikes through the index in a random order, then count pairs.

    Two texts of the same original are right to be paired, and only a reprint that is not paired with its original,
    nor with any other text of it, is missed.
    """
    half = len(texts) // 2
    items = [*made(texts[:half], seed=seed), *_alone(texts[half:], half, seed)]
    random.Random(seed).shuffle(items)
    rows = run([item.text for item in items])
    figures = Figures()
    paired: set[int] = set()
    for row in rows:
        if row.kind == "shared_boilerplate":
            continue
        one, other = int(row.article_id, 16), int(row.original_id, 16)
        if items[one].original == items[other].original:
            figures.right += 1
            paired |= {one, other}
        else:
            figures.wrong.append((items[one], items[other], row))
    for number, item in enumerate(items):
        if item.how not in ("original", "boilerplate alone"):
            figures.there[item.how] += 1
            if number in paired:
                figures.found[item.how] += 1
            else:
                figures.missed.append(item)
    return figures


def _alone(texts: Sequence[str], offset: int, seed: int) -> list[Made]:
    return [Made(each.text, (each.original or 0) + offset, each.how) for each in boilerplate_alone(texts, seed=seed)]


def run(texts: Sequence[str]) -> list[Duplicate]:
    """All rows that come of texts which arrive one after the other; the ids of the articles are their numbers."""
    rows: list[Duplicate] = []
    with tempfile.TemporaryDirectory() as folder, Ledger.open(f"sqlite:///{Path(folder) / 'ledger.sqlite'}") as ledger:
        ledger.create()
        for start in range(0, len(texts), BATCH):
            some = range(start, min(start + BATCH, len(texts)))
            sketches = [sketch(numbered_article(number, texts[number])) for number in some]
            rows += duplicates_of(sketches, ledger, START)
            with ledger.writing() as connection:
                write(connection, sketches)
    return rows


def numbered_article(number: int, text: str) -> Article:
    """An article whose id is its number."""
    return record(
        Article,
        article_id=f"{number:032x}",
        url=f"https://paper-{number % 97}.example/{number}",
        source_id="made",
        published_at=START + timedelta(seconds=number),
        published_precision="second",
        fetched_at=START + timedelta(days=36_500),
        text=text,
        text_sha256=sha256(text),
    )
