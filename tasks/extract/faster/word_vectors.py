"""The embedding and the convolution of a tok2vec layer, with the embedding kept per word type.

A tok2vec layer of spaCy's small models looks up a few features of a word (its norm, prefix, suffix, shape) in hash
tables, mixes them with a small dense layer into one vector (`embed`), and then lets neighbouring vectors mix in
four convolutions (`encode`). What comes before the convolutions is the same for the same features, so it is
computed once a word type. The convolutions are plain matrix products over all documents of a batch at once; numpy's
BLAS does them faster than the blis that thinc uses. What follows each product (`settle`) is there twice, in NumPy
here and compiled in `kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

Floats = NDArray[np.float32]
Features = NDArray[np.uint64]
Layer: TypeAlias = Any
"""A node of a thinc model; its stubs know neither the shapes nor the attributes that are read here."""

MOST_TYPES = 100_000
"""Word types kept at most (about 40 MB a layer); then the table starts anew, so memory stays bounded."""
BLOCK = 384
"""Rows convolved at a time: input, product and maxima of a block fit the second-level cache."""
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

    def __call__(self, features: Features) -> Floats:
        """Vectors of tokens given as (tokens, columns): an array (tokens, width)."""
        if len(self._rows) > MOST_TYPES:
            self._forget()
        keys = (features * _MIX[: features.shape[1]]).sum(axis=1, dtype=np.uint64)
        keys ^= keys >> np.uint64(31)
        types, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        rows = self._rows_of(types, features[first])
        found = rows[inverse]
        if not np.array_equal(self._features[found], features):
            # Two word types with one key: rarer than a hardware fault, and exactness is worth the check.
            return self._compute(features)
        return self._vectors[found]

    def _rows_of(self, types: Features, features: Features) -> NDArray[np.int64]:
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


Settle: TypeAlias = Callable[[Floats, Floats, Floats, Floats, Floats, Floats], None]
"""Finishes a convolution: product, bias, gain, shift, input, and where the output goes."""


def settle(product: Floats, bias: Floats, gain: Floats, shift: Floats, before: Floats, out: Floats) -> None:
    """Largest of three pieces, layer norm, and the input added: from (n, 3 * width) to `out` (n, width)."""
    width = out.shape[1]
    product += bias
    best = np.maximum(product[:, :width], product[:, width : 2 * width])
    np.maximum(best, product[:, 2 * width :], out=best)
    best -= best.mean(axis=1, keepdims=True)
    # thinc's layer norm: the variance of the row, plus 1e-8, under the root.
    variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + np.float32(1e-8)
    best *= (1 / np.sqrt(variance))[:, None]
    best *= gain
    best += shift
    np.add(best, before, out=out)


class Convolution:
    """One residual layer: a window of three vectors → maxout of three pieces → layer norm → added to the input."""

    def __init__(self, residual: Layer, finish: Settle) -> None:
        self._settle = finish
        (maxout,) = (node for node in residual.walk() if node.name == "maxout")
        (norm,) = (node for node in residual.walk() if node.name == "layernorm")
        (window,) = (node for node in residual.walk() if node.name == "expand_window")
        weights = maxout.get_param("W")
        self.out, self.pieces, self.inputs = weights.shape
        if self.inputs != 3 * self.out or self.pieces != 3 or window.attrs["window_size"] != 1:
            raise ValueError(f"a convolution of shape {weights.shape}")
        self._weights: Floats = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(self.inputs, -1))
        self._bias: Floats = np.ascontiguousarray(maxout.get_param("b").T.reshape(-1))
        self._gain: Floats = norm.get_param("G")
        self._shift: Floats = norm.get_param("b")

    def __call__(self, rows: Floats, out: Floats) -> None:
        """Write the layer's output for `rows` (n, width) to `out`; the first and the last row are padding."""
        width, last = self.out, len(rows) - 1
        windows = np.lib.stride_tricks.sliding_window_view(rows.reshape(-1), 3 * width)[::width]
        for start in range(1, last, BLOCK):
            end = min(start + BLOCK, last)
            product = np.ascontiguousarray(windows[start - 1 : end - 1]) @ self._weights
            self._settle(product, self._bias, self._gain, self._shift, rows[start:end], out[start:end])


class WordTypesToVectors:
    """A whole tok2vec layer: features of documents in, one array (tokens, width) a document out."""

    def __init__(self, layer: Layer, finish: Settle = settle) -> None:
        embed, encode = layer.get_ref("embed"), layer.get_ref("encode")
        residuals = [
            node for node in encode.walk() if node.name.startswith("residual(") and ">>residual" not in node.name
        ]
        self._vectors = WordVectors(embed)
        self._layers = tuple(Convolution(residual, finish) for residual in residuals)
        self._pad = int(encode.attrs["pad"])
        if self._pad < len(self._layers):
            raise ValueError(f"padding of {self._pad} rows for {len(self._layers)} convolutions")

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The layer's output. Documents lie side by side with padding between, so that none sees another."""
        width, pad = self._vectors.width, self._pad
        lengths = [len(doc) for doc in docs]
        if not sum(lengths):
            return [np.zeros((0, width), dtype=np.float32) for _ in docs]
        features = np.vstack([_features(doc, self._vectors.columns) for doc in docs if len(doc)])
        vectors = self._vectors(features)
        rows = np.zeros((sum(lengths) + pad * (len(docs) + 1) + 2, width), dtype=np.float32)
        places: list[slice] = []
        at, taken = pad + 1, 0
        for length in lengths:
            places.append(slice(at, at + length))
            rows[places[-1]] = vectors[taken : taken + length]
            at, taken = at + length + pad, taken + length
        other = np.zeros_like(rows)
        for layer in self._layers:
            layer(rows, other)
            rows, other = other, rows
        return [rows[place] for place in places]


def replace_forward(layer: Layer, finish: Settle = settle) -> None:
    """Let a tok2vec layer compute its output by WordTypesToVectors; raises ValueError if it is built otherwise."""
    faster = WordTypesToVectors(layer, finish)

    def forward(_: Layer, docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[[object], object]]:
        if is_train:
            raise NotImplementedError("an accelerated layer cannot be trained")
        return faster(docs), lambda gradient: gradient

    layer._func = forward


def _features(doc: Doc, columns: list[int | str]) -> Features:
    array: Any = doc.to_array(columns)
    features: Features = array.reshape(len(doc), len(columns))
    return features
