"""Articles per second that are looked up in an index of many and added to it, beside datasketch used plainly.

The known articles are filled in with random keys, which is what hashes look like; the articles that are timed have
texts, and a fifth of them are reprints of one another.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH

from benchmarks.duplicates.accuracy import START, numbered_article
from storage.operations import Sketch
from storage.records import Article
from storage.sketches import write
from storage.state import Ledger
from tasks.deduplicate import duplicates_of
from tasks.extract.duplicates import sketch
from tasks.extract.duplicates.packed import pack

BATCH, TIMED = 250, 2_000
KEYS, SHINGLES, WORDS = 44, 540, 540
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Speed:
    """What looking up and adding came to; all in one process."""

    known: int
    articles_per_second: float
    cpu_seconds_per_article: float
    """Without the waiting for the disk and for others who use the machine."""
    found: int
    """Reprints among the timed articles that were found."""
    bytes_kept: int
    """On disk, of an index that is kept."""
    peak_memory_bytes: int


def ours(known: int) -> Speed:
    """Sketch, look up, compare and write, batch by batch, in SQLite with full durability."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        with Ledger.open(f"sqlite:///{path}") as ledger:
            ledger.create()
            for some in _filling(known):
                with ledger.writing() as connection:
                    write(connection, some)
            articles = list(_timed())
            found = 0
            started, begun = time.perf_counter(), time.process_time()
            for first in range(0, len(articles), BATCH):
                sketches = [sketch(article) for article in articles[first : first + BATCH]]
                found += len({row.article_id for row in duplicates_of(sketches, ledger, START)})
                with ledger.writing() as connection:
                    write(connection, sketches)
            seconds, cpu = time.perf_counter() - started, time.process_time() - begun
        count = len(articles)
        return Speed(known, count / seconds, cpu / count, found, path.stat().st_size, _peak())


def datasketch_plainly(known: int) -> Speed:
    """As its documentation shows: MinHash of 128 permutations over five-word runs, LSH in memory, threshold 0.5."""
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    chance = np.random.default_rng(1)
    for number in range(known):
        values = chance.integers(0, 2**32, 128, dtype=np.uint64)
        lsh.insert(f"known {number}", MinHash(hashvalues=values, scheme="affine32"))
    found = 0
    articles = list(_timed())
    started, begun = time.perf_counter(), time.process_time()
    for number, article in enumerate(articles):
        words = article.text.split()
        signature = MinHash(num_perm=128)
        for run in {" ".join(words[at : at + 5]) for at in range(len(words) - 4)}:
            signature.update(run.encode())
        found += bool(lsh.query(signature))
        lsh.insert(str(number), signature)
    seconds, cpu = time.perf_counter() - started, time.process_time() - begun
    return Speed(known, len(articles) / seconds, cpu / len(articles), found, 0, _peak())


def _filling(known: int) -> Iterator[list[Sketch]]:
    chance = np.random.default_rng(0)
    for first in range(0, known, AT_ONCE):
        some = range(first, min(first + AT_ONCE, known))
        keys = chance.integers(-(2**63), 2**63, (len(some), KEYS), dtype=np.int64)
        yield [
            Sketch(
                article_id=f"{chance.integers(2**63):032x}",
                number=int(keys[row, 0]) ^ 1,
                text_sha256=f"{number:064x}",
                appeared_at=START,
                publisher="filled.example",
                keys=tuple(keys[row].tolist()),
                shingles=pack(chance.integers(0, 2**63, SHINGLES, dtype=np.uint64)),
                version=1,
            )
            for row, number in enumerate(some)
        ]


def _timed() -> Iterator[Article]:
    """Texts of words as frequent as words are; every fifth is four fifths of one before."""
    chance = random.Random(5)
    vocabulary = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    texts: list[str] = []
    for number in range(TIMED):
        if number % 5 == 4:
            words = chance.choice(texts).split()[: WORDS * 4 // 5]
        else:
            words = chance.choices(vocabulary, weights, k=WORDS)
        texts.append(" ".join(words))
        yield numbered_article(10**9 + number, texts[-1])


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
