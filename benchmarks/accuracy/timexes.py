"""Accuracy of `timexes` on human TimeML: predictions in the evaluators' format, and TempEval-3's measure.

A match is relaxed (extents overlap, one to one, the greatest overlap first); the main figure is the F1 of matches
whose value is the same. Reference: UzZaman et al., SemEval-2013 Task 1 (TempEval-3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tasks.extract.context import Context
from tasks.extract.timexes import timexes
from tasks.model import Model

SETS = ("timex_te3_platinum", "meantime_news", "timex_timebank_aquaint")


def predict(documents: Sequence[Mapping[str, Any]], model: Model) -> Iterator[dict[str, Any]]:
    """One row a document: {"doc_id", "timexes": [{"start", "end", "type", "value"}]}."""
    docs = model.nlp.pipe(document["text"] for document in documents)
    for document, doc in zip(documents, docs, strict=True):
        published = datetime.fromisoformat(document["dct"][:10]).replace(tzinfo=UTC)
        found = timexes(doc, Context(published_at=published, model_version=model.version))
        rows = [{"start": one.start, "end": one.end, "type": one.type, "value": one.value or ""} for one in found]
        yield {"doc_id": document["doc_id"], "timexes": rows}


@dataclass
class Counts:
    """What was counted over a set."""

    gold: int = 0
    predicted: int = 0
    strict: int = 0
    relaxed: int = 0
    type: int = 0
    value: int = 0
    pairs: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]] = field(default_factory=list)

    def f1(self, hits: int) -> float:
        """F1 in percent of so many hits."""
        return round(200 * hits / (self.gold + self.predicted), 1) if self.gold + self.predicted else 0.0


def score(documents: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """F1 in percent: strict extent, relaxed extent, relaxed with type, relaxed with value (the main figure)."""
    counts = count(documents, predictions)
    return {name: counts.f1(getattr(counts, name)) for name in ("strict", "relaxed", "type", "value")}


def count(documents: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]]) -> Counts:
    """Match gold and predicted expressions of each document; a document without prediction counts as empty."""
    by_id = {row["doc_id"]: row["timexes"] for row in predictions}
    counts = Counts()
    for document in documents:
        gold = [one for one in document["timexes"] if one["end"] > one["start"]]
        found = by_id.get(document["doc_id"], [])
        counts.gold += len(gold)
        counts.predicted += len(found)
        counts.strict += len({(g["start"], g["end"]) for g in gold} & {(f["start"], f["end"]) for f in found})
        pairs = _pair(gold, found)
        for i, j in pairs:
            counts.relaxed += 1
            counts.type += gold[i]["type"] == found[j]["type"]
            counts.value += _normal(gold[i]["value"]) == _normal(found[j]["value"])
        left, right = {i for i, _ in pairs}, {j for _, j in pairs}
        counts.pairs += [(document["doc_id"], gold[i], found[j]) for i, j in pairs]
        counts.pairs += [(document["doc_id"], one, None) for i, one in enumerate(gold) if i not in left]
        counts.pairs += [(document["doc_id"], None, one) for j, one in enumerate(found) if j not in right]
    return counts


def _pair(gold: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    candidates = sorted(
        (
            (min(g["end"], f["end"]) - max(g["start"], f["start"]), _normal(g["value"]) == _normal(f["value"]), i, j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if g["start"] < f["end"] and f["start"] < g["end"]
        ),
        reverse=True,
    )
    pairs: list[tuple[int, int]] = []
    for _, _, i, j in candidates:
        if all(i != left and j != right for left, right in pairs):
            pairs.append((i, j))
    return pairs


def _normal(value: str | None) -> str:
    return (value or "").strip().upper().replace("P12M", "P1Y").rstrip("Z")
