"""Scores expressions of time against human TimeML, as TempEval-3 does (UzZaman et al., SemEval-2013 Task 1).

A match is relaxed: extents overlap, one to one, the greatest overlap first. The main figure is the F1 of the
matches whose TIMEX3 value is the same, where twelve months are a year and a final Z does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall

NAME = "timexes"
FIELD = "timexes"
SETS = ("timex_te3_platinum", "meantime_news", "timex_timebank_aquaint")

Expression = Mapping[str, Any]
Pair = tuple[Expression, Expression]


def predict(parsed: Parsed) -> Prediction:
    """Expressions as {"start", "end", "type", "value"}, with rule and confidence, which the scorers do not read."""
    fields = ("start", "end", "type", "value", "rule", "confidence")
    return {"timexes": [{field: getattr(row, field) for field in fields} for row in parsed.timexes]}


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """F1 of value (the main figure), of type, of relaxed and of strict extent."""
    both = [(_gold(document), _found(line)) for document, line in zip(documents, predictions, strict=True)]
    gold, found = sum(len(ours) for ours, _ in both), sum(len(theirs) for _, theirs in both)
    pairs = [pair for ours, theirs in both for pair in paired(ours, theirs)]
    strict = sum(len({_extent(row) for row in ours} & {_extent(row) for row in theirs}) for ours, theirs in both)
    return (
        precision_recall(name, "value F1", sum(is_same_value(pair) for pair in pairs), gold, found),
        precision_recall(name, "type F1", sum(one["type"] == other["type"] for one, other in pairs), gold, found),
        precision_recall(name, "relaxed F1", len(pairs), gold, found),
        precision_recall(name, "strict F1", strict, gold, found),
    )


def judge(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each expression: right if it is paired with a gold one of the same value."""
    del name
    for document, line in zip(documents, predictions, strict=True):
        found = _found(line)
        right = {_extent(pair[1]) for pair in paired(_gold(document), found) if is_same_value(pair)}
        for row in found:
            yield Judgement(NAME, row["rule"], row["confidence"], _extent(row) in right)


def paired(gold: Sequence[Expression], found: Sequence[Expression]) -> list[Pair]:
    """Overlapping expressions, one to one: the greatest overlap first, then the same value."""
    candidates = sorted(
        (
            (min(one["end"], other["end"]) - max(one["start"], other["start"]), is_same_value((one, other)), i, j)
            for i, one in enumerate(gold)
            for j, other in enumerate(found)
            if one["start"] < other["end"] and other["start"] < one["end"]
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for _, _, i, j in candidates:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(gold[i], found[j]) for i, j in pairs.items()]


def is_same_value(pair: Pair) -> bool:
    """Whether the two have the same TIMEX3 value."""
    one, other = (_normal(row["value"]) for row in pair)
    return one == other


def _normal(value: str | None) -> str:
    return (value or "").strip().upper().replace("P12M", "P1Y").rstrip("Z")


def _gold(document: Document) -> list[Expression]:
    rows: list[Expression] = document.gold["timexes"]  # type: ignore[assignment]  # the set's own shape
    return [row for row in rows if row["end"] > row["start"]]


def _found(prediction: Prediction) -> list[Expression]:
    rows: list[Expression] = prediction["timexes"]  # type: ignore[assignment]  # as `predict` made it
    return rows


def _extent(row: Expression) -> tuple[int, int]:
    return row["start"], row["end"]
