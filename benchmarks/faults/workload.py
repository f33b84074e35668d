"""The work that is interrupted: a lake with a past, and two operations on it that touch every kind of write."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.synthetic import DAY, NOW, annotate, article, duplicate, page, rejection, run
from storage.batch import Batch
from storage.commit import store
from storage.files import OnStep
from storage.lake import Lake
from storage.records import Article, Duplicate
from storage.remove import Request, remove
from storage.state import METADATA, Ledger
from tasks.extract.duplicates import sketch

HOUR = timedelta(hours=1)
WORDS = 30
ROWS = {"mentions": 3, "quotes": 2, "claims": 2, "timexes": 1, "events": 1}
"""Annotations of each article."""


def first(seed: int) -> Batch:
    """Articles on two days, before anything happens to them."""
    return _batch([_article(seed, number) for number in range(8)], seed, "first")


def second(seed: int) -> Batch:
    """New articles, changed texts, an old text that comes late, a pair of duplicates, a rejection and a run."""
    chance = random.Random(seed)
    changed = chance.sample(range(8), 3)
    newer = [_article(seed, number, version=1, hours=2) for number in changed[:2]]
    older = [_article(seed, changed[2], version=1, hours=-2)]
    new = [_article(seed, number) for number in range(8, 8 + chance.randint(1, 4))]
    return _batch([*newer, *older, *new], seed, "second", (duplicate(new[0], newer[0]),))


def _article(seed: int, number: int, *, version: int = 0, hours: int = 0) -> Article:
    published = DAY + timedelta(days=number % 2)
    return article(
        number, seed=seed, version=version, words=WORDS, published_at=published + min(hours, 0) * HOUR,
        modified_at=published + hours * HOUR if hours > 0 else None,
    )  # fmt: skip


def _batch(articles: list[Article], seed: int, name: str, duplicates: tuple[Duplicate, ...] = ()) -> Batch:
    return Batch(
        run_id=name,
        pipeline_version="1",
        now=NOW + (HOUR if name == "second" else timedelta()),
        articles=tuple((each, annotate(each, **ROWS)) for each in articles),
        pages=tuple(page(each, size=300) for each in articles),
        duplicates=duplicates,
        sketches=tuple(map(sketch, articles)),
        rejections=(rejection(len(name), seed=seed),),
        runs=(run(name),),
    )


def make(root: Path, seed: int) -> Lake:
    """A lake with a past."""
    lake = Lake.open(root)
    with lake.ledger() as ledger:
        store(lake, ledger, first(seed))
    return lake


def operate(root: Path, operation: str, seed: int, on_step: OnStep = lambda _step: None) -> None:
    """Do one of the two operations, as a run of the program would."""
    lake = Lake.open(root)
    with lake.ledger() as ledger:
        if operation == "ingest":
            store(lake, ledger, second(seed), on_step=on_step)
        else:
            target = _article(seed, random.Random(seed).randrange(8))
            remove(lake, ledger, Request(article_ids=(target.article_id,)), now=NOW + HOUR, on_step=on_step)


def tables(root: Path) -> dict[str, bytes]:
    """The public part of a lake: every file below `tables/`, with its bytes."""
    found = (path for path in sorted((root / "tables").rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def ledger_rows(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """What a ledger knows; who wrote last, and how long the payloads that are kept became, is left out."""
    with ledger.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in METADATA.sorted_tables
            if table.name != "applier"
        }
