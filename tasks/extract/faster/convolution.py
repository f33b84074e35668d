"""The convolutions of a tok2vec layer, with less than half of the multiplications that they spell out.

A convolution looks at a token and its two neighbours: three vectors of `width` numbers, side by side, times a matrix.
From that product a finish (`settle`) makes one vector again. Nearly all time goes into the product, and two facts
save multiplications; what comes out is the same but for the rounding of the last digits.

- What enters the first convolution are vectors of word types. A product of three vectors side by side is the sum of
  three products, one for each, and a batch has fewer types than tokens: so each type is multiplied once for every
  place it can stand in, and a token is the sum of three of these (`FirstConvolution`).
- In the other convolutions, four tokens that follow each other see six vectors, each of them up to three times: that
  is twelve products. Six do: of six sums of the vectors with six sums of the weights, from which sums again make the
  four outputs (`Convolution`). This is minimal filtering, F(4, 3): Winograd, *Arithmetic Complexity of Computations*,
  1980; Lavin, Gray, *Fast Algorithms for Convolutional Neural Networks*, CVPR 2016.

The steps around the products are there twice, in NumPy here and compiled in `kernels`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tasks.extract.faster.batches import Rows

Floats = NDArray[np.float32]
Layer: TypeAlias = Any
"""A node of a thinc model; its stubs know neither the shapes nor the attributes that are read here."""

TOGETHER = 4
"""Tokens that follow each other and are convolved together."""
SEEN = TOGETHER + 2
"""Vectors that they see: their own, and one on either side."""
BLOCK = 384
"""Tokens convolved at a time, a multiple of TOGETHER: inputs and products of a block fit the second-level cache."""

# Which sums: the outputs are _OF_PRODUCTS @ ((_OF_VECTORS @ vectors) * (_OF_WEIGHTS @ weights)). A row stands for a
# point at which polynomials are evaluated: 0, 1, -1, 1/2, -2 and infinity. With these points the rounding errors are
# about those of the plain product (Barabasz and others, "Error Analysis and Improving the Accuracy of Winograd
# Convolution", 2020).
_OF_VECTORS: Floats = np.array(
    [[1, -1.5, -2, 1.5, 1, 0],
     [0, -1, 0.5, 2.5, 1, 0],
     [0, 1, -2.5, 0.5, 1, 0],
     [0, -2, -1, 2, 1, 0],
     [0, 0.5, -1, -0.5, 1, 0],
     [0, 1, -1.5, -2, 1.5, 1]],
    dtype=np.float32,
)  # fmt: skip
_OF_WEIGHTS = np.array(
    [[1, 0, 0],
     [1 / 3, 1 / 3, 1 / 3],
     [-1 / 3, 1 / 3, -1 / 3],
     [-16 / 15, -8 / 15, -4 / 15],
     [1 / 15, -2 / 15, 4 / 15],
     [0, 0, 1]],
)  # fmt: skip
_OF_PRODUCTS: Floats = np.array(
    [[1, 1, 1, 1, 1, 0],
     [0, 1, -1, 0.5, -2, 0],
     [0, 1, 1, 0.25, 4, 0],
     [0, 1, -1, 0.125, -8, 1]],
    dtype=np.float32,
)  # fmt: skip


def add(parts: Floats, types: Rows, product: Floats) -> None:
    """Sums of three rows: from `parts` (types, 3, m) and the types of n tokens and of one on either side to (n, m)."""
    np.add(parts[types[:-2], 0], parts[types[1:-1], 1], out=product)
    product += parts[types[2:], 2]


def combine(sums: Floats, vectors: Floats, out: Floats) -> None:
    """Sums of the vectors that each TOGETHER tokens see: from (TOGETHER * n + 2, m) to `out` (SEEN, n, m)."""
    count, width = out.shape[1:]
    seen = np.stack([vectors[at : at + TOGETHER * (count - 1) + 1 : TOGETHER] for at in range(SEEN)])
    np.matmul(sums, seen.reshape(SEEN, -1), out=out.reshape(SEEN, count * width))


def separate(sums: Floats, products: Floats, out: Floats) -> None:
    """Sums of the products that make the outputs: from (SEEN, n, m) to `out` (TOGETHER * n, m)."""
    count, width = products.shape[1:]
    outputs = (sums @ products.reshape(SEEN, -1)).reshape(TOGETHER, count, width)
    out.reshape(count, TOGETHER, width)[:] = outputs.transpose(1, 0, 2)


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


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps around the products: these functions, or compiled ones that do the same."""

    add: Callable[[Floats, Rows, Floats], None] = add
    combine: Callable[[Floats, Floats, Floats], None] = combine
    separate: Callable[[Floats, Floats, Floats], None] = separate
    settle: Callable[[Floats, Floats, Floats, Floats, Floats, Floats], None] = settle


class Mixture:
    """What makes one vector of several side by side: a product → maxout of three pieces → layer norm."""

    def __init__(self, layer: Layer) -> None:
        (maxout,) = (node for node in layer.walk() if node.name == "maxout")
        (norm,) = (node for node in layer.walk() if node.name == "layernorm")
        weights = maxout.get_param("W")
        self.width, pieces, inputs = weights.shape
        if pieces != 3 or inputs % self.width:
            raise ValueError(f"a mixture of the shape {weights.shape}")
        self.by_place: Floats = np.ascontiguousarray(
            weights.transpose(2, 1, 0).reshape(inputs // self.width, self.width, pieces * self.width)
        )
        """(places, inputs, outputs): a matrix for each of the vectors side by side."""
        self.finish: tuple[Floats, Floats, Floats] = (
            np.ascontiguousarray(maxout.get_param("b").T.reshape(-1)),
            norm.get_param("G"),
            norm.get_param("b"),
        )
        """Bias, gain and shift, as `settle` takes them."""


def _of_window(residual: Layer) -> Mixture:
    """The mixture of a vector and its two neighbours, in a layer that adds it to the vector."""
    mixture = Mixture(residual)
    (window,) = (node for node in residual.walk() if node.name == "expand_window")
    if len(mixture.by_place) != 3 or window.attrs["window_size"] != 1:
        raise ValueError(f"a convolution of {len(mixture.by_place)} vectors")
    return mixture


class FirstConvolution:
    """The convolution of tokens whose vectors depend on their types alone."""

    def __init__(self, residual: Layer, steps: Steps) -> None:
        own = _of_window(residual)
        self._steps, self._finish = steps, own.finish
        self._weights: Floats = np.ascontiguousarray(own.by_place.transpose(1, 0, 2).reshape(own.width, -1))

    def __call__(self, vectors: Floats, types: Rows, out: Floats) -> None:
        """Write the output for tokens of the `types` (n,), rows of `vectors` (types, width), to `out` (n, width).

        The first and the last token are padding and left out.
        """
        parts = (vectors @ self._weights).reshape(len(vectors), 3, -1)
        last = len(types) - 1
        for start in range(1, last, BLOCK):
            end = min(start + BLOCK, last)
            product = np.empty((end - start, parts.shape[2]), dtype=np.float32)
            self._steps.add(parts, types[start - 1 : end + 1], product)
            self._steps.settle(product, *self._finish, vectors[types[start:end]], out[start:end])


class Convolution:
    """The convolution of tokens whose vectors may be any."""

    def __init__(self, residual: Layer, steps: Steps) -> None:
        own = _of_window(residual)
        self._steps, self._finish = steps, own.finish
        weights = np.tensordot(_OF_WEIGHTS, own.by_place.astype(np.float64), axes=1)
        self._weights: Floats = weights.astype(np.float32)

    def __call__(self, rows: Floats, out: Floats) -> None:
        """Write the output for `rows` (n, width) to `out`, but for the first and the last, which are padding.

        What lies between these has to be a multiple of TOGETHER.
        """
        last, width = len(rows) - 1, rows.shape[1]
        for start in range(1, last, BLOCK):
            end = min(start + BLOCK, last)
            sums = np.empty((SEEN, (end - start) // TOGETHER, width), dtype=np.float32)
            self._steps.combine(_OF_VECTORS, rows[start - 1 : end + 1], sums)
            product = np.empty((end - start, self._weights.shape[2]), dtype=np.float32)
            self._steps.separate(_OF_PRODUCTS, sums @ self._weights, product)
            self._steps.settle(product, *self._finish, rows[start:end], out[start:end])
