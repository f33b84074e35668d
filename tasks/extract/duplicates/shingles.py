"""A text as the hashes of its runs of words, the same in every process, so that they can be kept.

Words are hashed once and for all (BLAKE2b), runs of them by a polynomial in the words' hashes that a final mixing
(splitmix64, Steele et al. 2014) makes look random: both are needed by what takes the least of several hashes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]

# Scripts without spaces between words count by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_BASE = 0x9E3779B97F4A7C15
MOST_WORDS = 50_000
"""Of a longer text only so many words are looked at."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order."""

    hashes: Hashes
    lines: npt.NDArray[np.int64]
    """The number of the line that each stands in; a paragraph is a line too."""


def words(text: str) -> Words:
    """The words of a text, without case, punctuation and apostrophes."""
    plain = text.casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    lines = [_WORD.findall(line) for line in plain.split("\n")]
    found = [word for line in lines for word in line][:MOST_WORDS]
    numbers = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return Words(np.fromiter(map(_hash, found), np.uint64, len(found)), numbers[:MOST_WORDS])


def runs(hashes: Hashes, size: int) -> Hashes:
    """The hash of each run of `size` words in order; of a shorter text, one for the whole. None of no words."""
    size = min(size, len(hashes))
    if size == 0:
        return hashes
    count = len(hashes) - size + 1
    return folded([hashes[at : at + count] for at in range(size)])


def shingles(words: Words, size: int) -> Hashes:
    """The hash of each run of `size` words that stands in one line; of a shorter line, one for the whole.

    A line in another place has the same ones, so that a table or a list may be put in another order.
    """
    return within_lines(words, runs(words.hashes, size), size)


def within_lines(words: Words, found_runs: Hashes, size: int) -> Hashes:
    """Of all runs of `size` words those that stand in one line, and the shorter lines."""
    hashes, lines = words.hashes, words.lines
    if not len(hashes):
        return hashes
    starts = np.flatnonzero(np.concatenate(([True], lines[1:] != lines[:-1])))
    lengths = np.diff(starts, append=len(lines))
    found = []
    for length in np.unique(lengths[lengths < size]).tolist():
        whole = starts[lengths == length]
        found.append(folded([hashes[whole + at] for at in range(length)]))
    if len(hashes) >= size:
        found.append(found_runs[lines[size - 1 :] == lines[: len(lines) - size + 1]])
    return np.concatenate(found)


def folded(columns: Sequence[Hashes]) -> Hashes:
    """One hash of each row of numbers that stand side by side."""
    values = np.zeros_like(columns[0])
    for column in columns:
        values = values * np.uint64(_BASE) + column
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


@lru_cache(maxsize=1 << 15)  # some 200 bytes each; the words that matter are the frequent ones
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
