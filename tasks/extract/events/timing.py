"""When an event happens: the expression of time that stands in its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storage.records import Timex
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import DEEPEST, Tree

# An expression of time is of the clause of the nearest of these above it.
DATED = frozenset({"DATE", "TIME"})


def timing(tree: Tree, predicates: Mapping[int, Predicate], timexes: Sequence[Timex]) -> dict[int, Timex]:
    """For each predicate, by index of token, the first resolved expression of time that is tied to it."""
    starts = {token.idx: token.i for token in tree.tokens}
    carried = {one.carrier.i: index for index, one in predicates.items() if one.carrier is not None}
    found: dict[int, Timex] = {}
    for timex in timexes:
        index = starts.get(timex.start)
        if index is None or timex.type not in DATED or timex.resolved_start is None:
            continue
        current = tree.tokens[index]
        for _ in range(DEEPEST):
            if current.head.i == current.i:
                break
            current = current.head
            if current.i in predicates:
                found.setdefault(current.i, timex)
                break
            if current.i in carried:
                found.setdefault(carried[current.i], timex)
                break
    return found
