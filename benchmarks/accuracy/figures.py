"""What a scorer says: figures to set beside the peers', and each row judged right or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Prediction = dict[str, object]


@dataclass(frozen=True)
class Figure:
    """One measured value, in percent. `measure` is the name that `peers.toml` uses."""

    set: str
    measure: str
    value: float
    detail: str = ""


@dataclass(frozen=True)
class Judgement:
    """One row an annotator made: what rule made it, how sure it was, and whether the gold agrees."""

    annotator: str
    rule: str
    confidence: float
    is_right: bool


def precision_recall(name: str, measure: str, right: float, gold: float, predicted: float) -> Figure:
    """An F1 in percent, with precision, recall and the counts in its detail."""
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    detail = f"P {100 * precision:.1f} R {100 * recall:.1f} (gold {gold:g}, predicted {predicted:g})"
    return Figure(name, measure, round(100 * f1, 1), detail)


@dataclass(frozen=True)
class Bin:
    """Rows of like confidence, or of one rule: how many, how sure on average, how often right."""

    annotator: str
    name: str
    rows: int
    confidence: float
    precision: float


def reliability(judgements: Iterable[Judgement]) -> list[Bin]:
    """Rows by tenths of confidence: calibrated means confidence and precision agree in every bin."""
    return _bins(judgements, lambda row: f"{min(int(row.confidence * 10), 9) / 10:.1f}")


def by_rule(judgements: Iterable[Judgement]) -> list[Bin]:
    """Rows by the rule that made them: which rule fires wrongly."""
    return _bins(judgements, lambda row: row.rule)


def _bins(judgements: Iterable[Judgement], name) -> list[Bin]:
    groups: dict[tuple[str, str], list[Judgement]] = {}
    for row in judgements:
        groups.setdefault((row.annotator, name(row)), []).append(row)
    return [
        Bin(
            annotator=annotator,
            name=label,
            rows=len(rows),
            confidence=sum(row.confidence for row in rows) / len(rows),
            precision=sum(row.is_right for row in rows) / len(rows),
        )
        for (annotator, label), rows in sorted(groups.items())
    ]
