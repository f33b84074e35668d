"""The embedding of a tok2vec layer, kept per word type.

A tok2vec layer of spaCy's small models looks up a few features of a word (its norm, prefix, suffix, shape) in hash
tables and mixes them with a small dense layer into one vector. That is the same for the same features, so it is
computed once a word type.
"""

from __future__ import annotations

import numpy as np

from tasks.extract.faster.batches import Numbers, Rows, keys
from tasks.extract.faster.convolution import Floats, Layer, Mixture, Steps

MOST_TYPES = 100_000
"""Word types kept at most (about 40 MB a layer); then the table starts anew, so memory stays bounded."""


class WordVectors:
    """Vectors of word types by their features: computed by the model's own layers when a type is first seen."""

    def __init__(self, embed: Layer, steps: Steps) -> None:
        (extract,) = (node for node in embed.walk() if node.name == "extract_features")
        (mix,) = (node for node in embed.walk() if node.name == "maxout>>layernorm")
        tables = [node for node in embed.walk() if node.name == "hashembed"]
        self.columns: list[int | str] = list(extract.attrs["columns"])
        self._tables = sorted(tables, key=lambda node: int(node.attrs["column"]))
        self._mixture, self._settle = Mixture(mix), steps.settle
        self.width = self._mixture.width
        if not len(self._mixture.by_place) == len(self._tables) == len(self.columns):
            raise ValueError(f"{len(self._tables)} tables for {len(self.columns)} features")
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[int, int] = {}
        self._features: Numbers = np.zeros((1024, len(self.columns)), dtype=np.uint64)
        self._vectors: Floats = np.zeros((1024, self.width), dtype=np.float32)

    def __call__(self, features: Numbers) -> tuple[Floats, Rows]:
        """Vectors of the types among tokens given as (tokens, columns), and each token's row in them."""
        if len(self._rows) > MOST_TYPES:
            self._forget()
        types, first, inverse = np.unique(keys(features), return_index=True, return_inverse=True)
        rows = self._rows_of(types, features[first])
        if not np.array_equal(self._features[rows[inverse]], features):
            # Two word types with one key: rarer than a hardware fault, and exactness is worth the check.
            return self._compute(features), np.arange(len(features))
        return self._vectors[rows], inverse

    def _rows_of(self, types: Numbers, features: Numbers) -> Rows:
        """The row of each type, new ones added at the end."""
        known = self._rows
        start = len(known)
        rows = np.fromiter((known.get(key, -1) for key in types.tolist()), dtype=np.int64, count=len(types))
        new = np.flatnonzero(rows < 0)
        if len(new):
            end = start + len(new)
            while end > len(self._vectors):
                self._features = np.vstack([self._features, np.zeros_like(self._features)])
                self._vectors = np.vstack([self._vectors, np.zeros_like(self._vectors)])
            self._features[start:end] = features[new]
            self._vectors[start:end] = self._compute(features[new])
            rows[new] = np.arange(start, end)
            known.update(zip(types[new].tolist(), range(start, end), strict=True))
        return rows

    def _compute(self, features: Numbers) -> Floats:
        """The product of a type's vectors side by side is a sum of products, and types share prefixes and shapes."""
        product = np.zeros((len(features), self._mixture.by_place.shape[2]), dtype=np.float32)
        for at, (table, weights) in enumerate(zip(self._tables, self._mixture.by_place, strict=True)):
            values, inverse = np.unique(features[:, at], return_inverse=True)
            product += (table.predict(values) @ weights)[inverse]
        vectors = np.zeros((len(features), self.width), dtype=np.float32)
        self._settle(product, *self._mixture.finish, vectors, vectors)
        return vectors
