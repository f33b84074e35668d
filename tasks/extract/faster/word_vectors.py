"""The embedding of a tok2vec layer, kept per word type.

A tok2vec layer of spaCy's small models looks up a few features of a word (its norm, prefix, suffix, shape) in hash
tables and mixes them with a small dense layer into one vector. That is the same for the same features, so it is
computed once a word type.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tasks.extract.faster.convolution import Floats, Layer, Rows

Features = NDArray[np.uint64]

MOST_TYPES = 100_000
"""Word types kept at most (about 40 MB a layer); then the table starts anew, so memory stays bounded."""
# Multipliers that mix the columns of features into one key; equal keys are checked for equal features.
_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
     0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB],
    dtype=np.uint64,
)  # fmt: skip


class WordVectors:
    """Vectors of word types by their features: computed by the model's own layers when a type is first seen."""

    def __init__(self, embed: Layer) -> None:
        (extract,) = (node for node in embed.walk() if node.name == "extract_features")
        tables = [node for node in embed.walk() if node.name == "hashembed"]
        (self._mix,) = (node for node in embed.walk() if node.name == "maxout>>layernorm")
        self.columns: list[int | str] = list(extract.attrs["columns"])
        self._tables = sorted(tables, key=lambda node: int(node.attrs["column"]))
        self.width = int(self._mix.get_dim("nO") if self._mix.has_dim("nO") else self._mix.layers[0].get_dim("nO"))
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[int, int] = {}
        self._features: Features = np.zeros((1024, len(self.columns)), dtype=np.uint64)
        self._vectors: Floats = np.zeros((1024, self.width), dtype=np.float32)

    def __call__(self, features: Features) -> tuple[Floats, Rows]:
        """Vectors of the types among tokens given as (tokens, columns), and each token's row in them."""
        if len(self._rows) > MOST_TYPES:
            self._forget()
        keys = (features * _MIX[: features.shape[1]]).sum(axis=1, dtype=np.uint64)
        keys ^= keys >> np.uint64(31)
        types, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        rows = self._rows_of(types, features[first])
        if not np.array_equal(self._features[rows[inverse]], features):
            # Two word types with one key: rarer than a hardware fault, and exactness is worth the check.
            return self._compute(features), np.arange(len(features))
        return self._vectors[rows], inverse

    def _rows_of(self, types: Features, features: Features) -> Rows:
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

    def _compute(self, features: Features) -> Floats:
        parts = [table.predict(np.ascontiguousarray(features[:, at])) for at, table in enumerate(self._tables)]
        vectors: Floats = self._mix.predict(np.hstack(parts))
        return vectors
