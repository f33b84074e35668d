"""When an event happens: the expression of time that stands in its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storage.records import Timex
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import DEEPEST, VERBAL, Tree

DATED = frozenset({"DATE", "TIME"})


def timing(tree: Tree, predicates: Mapping[int, Predicate], timexes: Sequence[Timex]) -> dict[int, Timex]:
    """For each predicate, by index of token, the first resolved expression of time that is tied to it.

    An expression belongs to the words above it as far as the verb of its clause, and to the noun that verb carries.
    """
    carried = {one.carrier.i: index for index, one in predicates.items() if one.carrier is not None}
    found: dict[int, Timex] = {}
    for timex in timexes:
        index = tree.doc.at_start.get(timex.start)
        if index is None or timex.type not in DATED or timex.resolved_start is None:
            continue
        current = tree.tokens[index]
        for _ in range(DEEPEST):
            if current.head.i == current.i:
                break
            current = current.head
            for tied in (current.i, carried.get(current.i)):
                if tied is not None and tied in predicates:
                    found.setdefault(tied, timex)
            if current.pos_ in VERBAL:
                break
    return found
