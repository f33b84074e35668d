"""Documents by the group instead of one by one, which is what array operations are fast at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Component: TypeAlias = Any
"""A compiled part of spaCy, whose stubs are missing or lag behind it: a pipe, a Doc, a token."""
Rows = NDArray[np.int64]
Numbers = NDArray[np.uint64]
"""What spaCy's attributes are: hashes of strings, or small numbers."""

# Multipliers that mix the columns of a row into one key: powers of an odd number.
_MIX: Numbers = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, 17, dtype=np.uint64)


class Batched:
    """A pipeline component that annotates a group of documents at once."""

    most_tokens = 16_000
    """Tokens of a group, unless a single document has more."""

    def __call__(self, doc: Component) -> Component:
        """Annotate a document and return it."""
        if len(doc):
            self._annotate([doc])
        return doc

    def pipe(self, docs: Iterable[Component], *, batch_size: int) -> Iterator[Component]:
        """Annotate a stream of documents, in their order."""
        remaining = iter(docs)
        while batch := list(islice(remaining, batch_size)):
            for group in groups([doc for doc in batch if len(doc)], self.most_tokens):
                self._annotate(group)
            yield from batch

    def _annotate(self, docs: Sequence[Component]) -> None:
        """Annotate documents of which each has a token."""
        raise NotImplementedError


def groups(docs: Sequence[Component], most: int) -> Iterator[list[Component]]:
    """Documents one after the other, as many as have `most` tokens together; a longer one alone."""
    group: list[Component] = []
    tokens = 0
    for doc in docs:
        if group and tokens + len(doc) > most:
            yield group
            group, tokens = [], 0
        group.append(doc)
        tokens += len(doc)
    if group:
        yield group


def keys(rows: Numbers) -> Numbers:
    """One number a row (n, columns), the same for equal rows and hardly ever for others."""
    mixed: Numbers = (rows * _MIX[: rows.shape[1]]).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def distinct(rows: Numbers) -> tuple[Rows, Rows]:
    """Where each different row (n, columns) stands first, and which of these each row is."""
    _, first, inverse = np.unique(keys(rows), return_index=True, return_inverse=True)
    if not np.array_equal(rows[first[inverse]], rows):
        # Two rows with one key: rarer than a hardware fault, and exactness is worth the check.
        _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)
