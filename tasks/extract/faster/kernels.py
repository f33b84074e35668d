"""The loops that Python is too slow for, compiled by numba on first use and kept on disk after that.

Each is a plain function over arrays: what goes in, what comes out, nothing kept between calls. The first four are the
steps of a convolution around its products (`convolution` has the same in NumPy); the other two walk through a document
by the transition systems of spaCy's parser and entity recogniser, taking the best action that the rules allow until
nothing is left.

A token's part in the score of a state does not depend on the state: it is one of a few vectors, one per place where
the token can stand (first of the buffer, top of the stack, ...). They are computed for a whole document by a matrix
product before the walk, so that scoring a state is adding a few rows and one small product.

Sources: spaCy 3.8's `arc_eager.pyx`, `ner.pyx` and `_state.pxd` (MIT licence) for the rules, which are stated there
and restated here; Nivre, Hall, Kahane 2014 and Honnibal, Johnson 2015 for non-monotonic arc-eager parsing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from tasks.extract.faster.batches import Rows
from tasks.extract.faster.convolution import SEEN, TOGETHER, Floats

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
_Function = TypeVar("_Function", bound=Callable[..., Any])

WIDTH = 96
"""Of a token's vector, in the models that are known."""
HIDDEN = 64
"""Units of a transition model's hidden layer; each is the larger of two pieces."""
NONE = -1
SHIFT, REDUCE, LEFT, RIGHT, BREAK = range(5)
BEGIN, IN, LAST, UNIT, OUT, NEVER = range(6)
OUTSIDE, INSIDE, STARTS = 2, 1, 3
"""How spaCy writes a token's place in an entity (`ENT_IOB`)."""
_SMALL = np.float32(1e-8)
_COUNT = np.float32(WIDTH)


def _compiled(*, reorders: bool = False) -> Callable[[_Function], _Function]:
    """Compile a function; `reorders` lets sums be taken in another order, which vector units need."""
    fastmath = {"reassoc", "nsz", "contract"} if reorders else False
    return cast("Callable[[_Function], _Function]", numba.njit(cache=True, nogil=True, fastmath=fastmath))


@_compiled(reorders=True)
def add(parts: Floats, types: Rows, product: Floats) -> None:
    """Sums of three rows: from `parts` (types, 3, m) and the types of n tokens and of one on either side to (n, m)."""
    for token in range(len(product)):
        before, own, after = types[token], types[token + 1], types[token + 2]
        for at in range(product.shape[1]):
            product[token, at] = parts[before, 0, at] + parts[own, 1, at] + parts[after, 2, at]


@_compiled(reorders=True)
def combine(sums: Floats, vectors: Floats, out: Floats) -> None:
    """Sums of the vectors that each TOGETHER tokens see: from (TOGETHER * n + 2, m) to `out` (SEEN, n, m)."""
    for group in range(out.shape[1]):
        start = TOGETHER * group
        for point in range(SEEN):
            for at in range(out.shape[2]):
                value = np.float32(0)
                for seen in range(SEEN):
                    value += sums[point, seen] * vectors[start + seen, at]
                out[point, group, at] = value


@_compiled(reorders=True)
def separate(sums: Floats, products: Floats, out: Floats) -> None:
    """Sums of the products that make the outputs: from (SEEN, n, m) to `out` (TOGETHER * n, m)."""
    for group in range(products.shape[1]):
        for nth in range(TOGETHER):
            for at in range(products.shape[2]):
                value = np.float32(0)
                for point in range(SEEN):
                    value += sums[nth, point] * products[point, group, at]
                out[TOGETHER * group + nth, at] = value


@_compiled(reorders=True)
def settle(product: Floats, bias: Floats, gain: Floats, shift: Floats, before: Floats, out: Floats) -> None:
    """Largest of three pieces, layer norm, and the input added: from (n, 3 * WIDTH) to `out` (n, WIDTH)."""
    best = np.empty(WIDTH, dtype=np.float32)
    for row in range(len(product)):
        total = np.float32(0)
        for at in range(WIDTH):
            value = max(product[row, at] + bias[at], product[row, WIDTH + at] + bias[WIDTH + at])
            value = max(value, product[row, 2 * WIDTH + at] + bias[2 * WIDTH + at])
            best[at] = value
            total += value
        mean = total / _COUNT
        squares = np.float32(0)
        for at in range(WIDTH):
            value = best[at] - mean
            best[at] = value
            squares += value * value
        scale = np.float32(1) / np.sqrt(squares / _COUNT + _SMALL)
        for at in range(WIDTH):
            out[row, at] = best[at] * scale * gain[at] + shift[at] + before[row, at]


@_compiled(reorders=True)
def _score(
    parts: Floats, absent: Floats, bias: Floats, upper: Floats, upper_bias: Floats, places: Ints, scores: Floats
) -> None:
    """Scores of all actions in the state whose tokens are `places`; NONE stands for a place without a token."""
    sums = np.zeros(2 * HIDDEN, dtype=np.float32)
    for place in range(len(places)):
        token = places[place]
        if token == NONE:
            for at in range(2 * HIDDEN):
                sums[at] += absent[place, at]
        else:
            for at in range(2 * HIDDEN):
                sums[at] += parts[token, place, at]
    for at in range(2 * HIDDEN):
        sums[at] += bias[at]
    scores[:] = upper_bias
    for unit in range(HIDDEN):
        value = max(sums[unit], sums[HIDDEN + unit])
        for action in range(len(scores)):
            scores[action] += value * upper[unit, action]


@_compiled()
def _best(scores: Floats, moves: Bytes, is_valid: Bytes) -> int:
    """The action with the highest score among those whose move is valid, the first of equals; NONE if none is."""
    best = NONE
    for action in range(len(scores)):
        if is_valid[moves[action]] and (best == NONE or scores[action] > scores[best]):
            best = action
    return best


@_compiled()
def _buffered(nth: int, returned: Ints, waiting: int, following: int, count: int) -> int:
    """The nth token of the buffer: tokens that were put back come first, then those not yet read; NONE past the end."""
    if nth < waiting:
        return int(returned[waiting - 1 - nth])
    token = following + nth - waiting
    return token if token < count else NONE


@_compiled()
def _look(places: Ints, first: int, second: int, stack: Ints, depth: int, left: Ints, right: Ints) -> None:
    """The parser's eight places: two of the buffer, three of the stack, latest children of the first of both."""
    top = stack[depth - 1] if depth else NONE
    places[0], places[1], places[2] = first, second, top
    places[3] = stack[depth - 2] if depth > 1 else NONE
    places[4] = stack[depth - 3] if depth > 2 else NONE
    places[5] = left[first] if first != NONE else NONE
    places[6] = left[top] if top != NONE else NONE
    places[7] = right[top] if top != NONE else NONE


@_compiled()
def parse(
    parts: Floats, absent: Floats, bias: Floats, upper: Floats, upper_bias: Floats, moves: Bytes, starts: Bytes
) -> tuple[Ints, Ints]:
    """Heads and the actions that made them, by the arc-eager system with unshifting and sentence breaks.

    `parts` (tokens, 8, 2 * HIDDEN) are the tokens' parts in scores, `absent` those of a missing token. `moves` gives
    each action's move, `starts` is 1 where a sentence is known to start and is changed. Both results are NONE for a
    token that no arc points to.
    """
    count = len(parts)
    heads = np.full(count, NONE, dtype=np.int32)
    actions = np.full(count, NONE, dtype=np.int32)
    # A token's latest child on each side, and what was the latest before that child.
    left, right = np.full(count, NONE, dtype=np.int32), np.full(count, NONE, dtype=np.int32)
    left_before, right_before = np.full(count, NONE, dtype=np.int32), np.full(count, NONE, dtype=np.int32)
    is_unshiftable = np.zeros(count, dtype=np.uint8)
    stack, returned = np.empty(count + 1, dtype=np.int32), np.empty(count + 1, dtype=np.int32)
    depth, waiting, following = 0, 0, 0
    places = np.empty(8, dtype=np.int32)
    is_valid = np.zeros(5, dtype=np.uint8)
    scores = np.empty(len(moves), dtype=np.float32)
    while depth or waiting or following < count:
        ahead = count - following + waiting
        first = _buffered(0, returned, waiting, following, count)
        second = _buffered(1, returned, waiting, following, count)
        top = stack[depth - 1] if depth else NONE
        _look(places, first, second, stack, depth, left, right)
        _score(parts, absent, bias, upper, upper_bias, places, scores)
        is_start = first != NONE and starts[first] != 0
        is_valid[SHIFT] = depth == 0 or (ahead >= 2 and not is_start and not is_unshiftable[first])
        is_valid[REDUCE] = depth != 0
        is_valid[LEFT] = is_valid[RIGHT] = depth != 0 and ahead != 0 and not is_start
        is_valid[BREAK] = ahead >= 2 and second == first + 1 and starts[second] == 0
        action = _best(scores, moves, is_valid)
        if action == NONE:
            break
        move = moves[action]
        if move == BREAK:
            starts[second] = 1
            continue
        if move == REDUCE:
            if heads[top] == NONE and depth > 1:
                is_unshiftable[top] = 1
                returned[waiting] = top
                waiting += 1
            depth -= 1
            continue
        if move == LEFT:
            old = heads[top]
            if old != NONE and right[old] == top:
                right[old] = right_before[top]
            heads[top], actions[top] = first, action
            left_before[top] = left[first]
            left[first] = top
            is_unshiftable[first] = 0
            depth -= 1
            continue
        if move == RIGHT:
            heads[first], actions[first] = top, action
            right_before[first] = right[top]
            right[top] = first
        if waiting:
            waiting -= 1
        else:
            following += 1
        stack[depth] = first
        depth += 1
    return heads, actions


@_compiled()
def entities(
    parts: Floats,
    absent: Floats,
    bias: Floats,
    upper: Floats,
    upper_bias: Floats,
    moves: Bytes,
    labels: Ints,
    starts: Bytes,
    spaces: Bytes,
) -> tuple[Bytes, Ints]:
    """Where entities stand, as ENT_IOB values, and their labels (0: none), by the system of begin, in, last and unit.

    `parts` (tokens, 3, 2 * HIDDEN) as for `parse`; `labels` gives each action's label as a small number, `starts` is 1
    where a sentence starts, `spaces` where a token is white space.
    """
    count = len(parts)
    inside = np.full(count, OUTSIDE, dtype=np.uint8)
    found = np.zeros(count, dtype=np.int32)
    places = np.empty(3, dtype=np.int32)
    scores = np.empty(len(moves), dtype=np.float32)
    is_valid = np.zeros(6, dtype=np.uint8)
    start, label = NONE, 0
    for token in range(count):
        places[0], places[1] = token, start
        places[2] = token - 1 if start != NONE else NONE
        _score(parts, absent, bias, upper, upper_bias, places, scores)
        can_go_on = token + 1 < count and starts[token + 1] == 0
        is_open = start != NONE
        is_valid[BEGIN] = not is_open and can_go_on and not spaces[token]
        is_valid[IN] = is_open and can_go_on
        is_valid[LAST] = is_open
        is_valid[UNIT] = not is_open and not spaces[token]
        is_valid[OUT] = not is_open
        best = NONE
        for action in range(len(moves)):
            move = moves[action]
            if not is_valid[move] or (move in (IN, LAST) and labels[action] != label):
                continue
            if best == NONE or scores[action] > scores[best]:
                best = action
        move = moves[best]
        if move == BEGIN:
            start, label = token, labels[best]
        elif move == UNIT:
            inside[token], found[token] = STARTS, labels[best]
        elif move == LAST:
            inside[start : token + 1] = INSIDE
            inside[start] = STARTS
            found[start : token + 1] = label
            start, label = NONE, 0
    return inside, found
