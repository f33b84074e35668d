"""How likely each place is for a missing mark: a log-linear model over what stands around it.

The weights are trained by `tools/train_marks.py` on texts that may be redistributed and are data like the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from tasks.extract.parsed import Doc


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a mark is missing, in tokens: anywhere from `start` to `end`, within a paragraph."""

    doc: Doc
    paragraph_start: int
    start: int
    end: int
    paragraph_end: int


@dataclass(slots=True)
class Edge:
    """A place before the token `index`. `kind` says what the mark that is left tells; weights differ by it."""

    index: int
    kind: str
    features: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, name: str, value: float = 1.0) -> None:
        """Count a feature."""
        if value:
            self.features[name] += value

    def names(self) -> Iterator[tuple[str, float]]:
        """Each feature twice: for all edges of its side, and for its kind alone."""
        side = self.kind.partition(".")[0]
        for name, value in self.features.items():
            yield f"{side}:{name}", value
            yield f"{self.kind}:{name}", value


@cache
def weights() -> Mapping[str, float]:
    """The weight of each feature; those unknown weigh nothing."""
    text = files("tasks.extract").joinpath("data", "mark_weights.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {name: float(value) for name, value in rows}


def likeliest(edges: Sequence[Edge]) -> Edge | None:
    """The edge with the highest score, the first of equals."""
    known = weights()
    return max(edges, key=lambda edge: sum(known.get(name, 0.0) * value for name, value in edge.names()), default=None)
