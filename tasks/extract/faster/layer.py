"""A whole tok2vec layer: documents in, a vector a token out.

A tok2vec layer of spaCy's small models makes one vector a word from a few of its features (`embed`, here
`word_vectors`), and then lets neighbouring vectors mix in four convolutions (`encode`, here `convolution`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc

from tasks.extract.faster.batches import Numbers, groups
from tasks.extract.faster.convolution import TOGETHER, Convolution, FirstConvolution, Floats, Layer, Steps
from tasks.extract.faster.word_vectors import WordVectors

MOST_TOKENS = 16_000
"""Tokens that go through the layer together: 12 MB of vectors, and some 15 for their types, 55 if all differ."""


class WordTypesToVectors:
    """Features of documents in, one array (tokens, width) a document out."""

    def __init__(self, layer: Layer, steps: Steps) -> None:
        embed, encode = layer.get_ref("embed"), layer.get_ref("encode")
        residuals = [
            node for node in encode.walk() if node.name.startswith("residual(") and ">>residual" not in node.name
        ]
        self._vectors = WordVectors(embed, steps)
        self._first = FirstConvolution(residuals[0], steps)
        self._others = tuple(Convolution(residual, steps) for residual in residuals[1:])
        self._pad = int(encode.attrs["pad"])
        if self._pad < len(residuals):
            raise ValueError(f"padding of {self._pad} rows for {len(residuals)} convolutions")

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The layer's output; a document never sees another."""
        return [vectors for group in groups(docs, MOST_TOKENS) for vectors in self._group(group)]

    def _group(self, docs: Sequence[Doc]) -> list[Floats]:
        """Documents side by side, with padding between: tokens of a type of their own, whose vector is zero."""
        lengths = [len(doc) for doc in docs]
        tokens = sum(lengths)
        if not tokens:
            return [np.zeros((0, self._vectors.width), dtype=np.float32) for _ in docs]
        vectors, found = self._vectors(np.vstack([_features(doc, self._vectors.columns) for doc in docs if len(doc)]))
        padding = len(vectors)
        vectors = np.vstack([vectors, np.zeros_like(vectors[:1])])
        inner = tokens + self._pad * (len(docs) + 1)
        types = np.full(inner + -inner % TOGETHER + 2, padding, dtype=np.int64)
        places: list[slice] = []
        at, taken = self._pad + 1, 0
        for length in lengths:
            places.append(slice(at, at + length))
            types[places[-1]] = found[taken : taken + length]
            at, taken = at + length + self._pad, taken + length
        rows, other = (np.zeros((len(types), self._vectors.width), dtype=np.float32) for _ in range(2))
        self._first(vectors, types, rows)
        for layer in self._others:
            layer(rows, other)
            rows, other = other, rows
        return [rows[place] for place in places]


def replace_forward(layer: Layer, steps: Steps) -> None:
    """Let a tok2vec layer compute its output by WordTypesToVectors; raises ValueError if it is built otherwise."""
    faster = WordTypesToVectors(layer, steps)

    def forward(_: Layer, docs: Sequence[Doc], is_train: bool) -> tuple[list[Floats], Callable[[object], object]]:
        if is_train:
            raise NotImplementedError("an accelerated layer cannot be trained")
        return faster(docs), lambda gradient: gradient

    layer._func = forward


def _features(doc: Doc, columns: list[int | str]) -> Numbers:
    array: Any = doc.to_array(columns)
    features: Numbers = array.reshape(len(doc), len(columns))
    return features
