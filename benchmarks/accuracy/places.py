"""Scores places against geoparsing gold: recognition, and resolution within 161 km (100 miles).

The measures are those of the field (Leidner 2007; Gritta et al. 2019): accuracy over the gold toponyms that were
found and given a point, and end to end, where what was not found or not given a point counts as missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall

NAME = "places"
FIELD = "toponyms"
NEAR_KM = 161.0
_RECOGNISED = frozenset(("GPE", "LOC", "FAC"))
# GeoWebNews also annotates what is no toponym ("school", "people"): such spans neither ask for a row nor forbid one.
_TOPONYMS = frozenset((
    "Literal", "Mixed", "Coercion", "Embedded_Literal", "Literal_Modifier", "Metonymic", "Non_Literal_Modifier",
    "Demonym", "Homonym", "Language", "Embedded_Non_Lit",
))  # fmt: skip
SETS = ("geo_lgl", "geo_trnews", "geo_geowebnews")

# A gold or predicted toponym as its set writes it: start, end, latitude, longitude, and more.
Row = Sequence[Any]


def predict(parsed: Parsed) -> Prediction:
    """Places as [start, end, latitude, longitude, relation, confidence]; the scorers read the first four."""
    rows = []
    for row in parsed.mentions:
        if row.place_start is not None:
            rows.append([
                row.place_start, row.place_end, row.latitude, row.longitude, row.place_relation, row.place_confidence
            ])  # fmt: skip
        elif row.is_name and row.label in _RECOGNISED:
            rows.append([row.start, row.end, None, None, None, None])
    return {"toponyms": rows}


@dataclass(frozen=True)
class _Scored:
    """One document: gold toponyms, predictions that count, and which of them belong together."""

    gold: list[Row]
    found: list[Row]
    pairs: dict[int, int]

    def located(self) -> Iterator[tuple[Row, bool]]:
        """Predictions paired with a gold point, and whether they lie within reach of it."""
        for one, other in self.pairs.items():
            gold, found = self.gold[one], self.found[other]
            if gold[2] is not None and found[2] is not None:
                yield found, _kilometres(gold, found) <= NEAR_KM

    def pointed(self) -> int:
        """Predictions with a point, without those that touch a gold toponym that has none."""
        back = {other: one for one, other in self.pairs.items()}
        return sum(
            row[2] is not None and not (number in back and self.gold[back[number]][2] is None)
            for number, row in enumerate(self.found)
        )


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Accuracy within 161 km of what was found, end-to-end F1, recognition F1 where spans touch."""
    scored = [_scored(document, prediction) for document, prediction in zip(documents, predictions, strict=True)]
    located = [is_near for one in scored for _, is_near in one.located()]
    right = sum(located)
    with_point = sum(row[2] is not None for one in scored for row in one.gold)
    share = Figure(
        name,
        "accuracy within 161 km, of the found",
        round(100 * right / len(located), 1) if located else 0.0,
        f"{right} of {len(located)}",
    )
    return (
        share,
        precision_recall(name, "end to end F1, 161 km", right, with_point, sum(one.pointed() for one in scored)),
        precision_recall(
            name,
            "recognition F1",
            sum(len(one.pairs) for one in scored),
            sum(len(one.gold) for one in scored),
            sum(len(one.found) for one in scored),
        ),
    )


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each row whose gold has a point: right if it lies within 161 km."""
    for document, prediction in zip(documents, predictions, strict=True):
        for row, is_near in _scored(document, prediction).located():
            yield Judgement(NAME, row[4], row[5], is_near)


def _scored(document: Document, prediction: Prediction) -> _Scored:
    gold = [row for row in document.gold["toponyms"] if _is_toponym(row)]
    ignored = [row for row in document.gold["toponyms"] if not _is_toponym(row)]
    found = [
        row
        for row in prediction["toponyms"]
        if any(_touch(row, one) for one in gold) or not any(_touch(row, one) for one in ignored)
    ]
    return _Scored(gold, found, _pairs(gold, found))


def _is_toponym(row: Row) -> bool:
    """Sets without a seventh column annotate nothing else."""
    return len(row) < 7 or row[6] in _TOPONYMS


def _pairs(gold: Sequence[Row], found: Sequence[Row]) -> dict[int, int]:
    """For each gold toponym the prediction that touches it and fits best, one to one."""
    used: dict[int, int] = {}
    for number, one in enumerate(gold):
        touching = [
            (abs(row[0] - one[0]) + abs(row[1] - one[1]), other)
            for other, row in enumerate(found)
            if other not in used.values() and _touch(row, one)
        ]
        if touching:
            used[number] = min(touching)[1]
    return used


def _touch(one: Row, other: Row) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _kilometres(one: Row, other: Row) -> float:
    """Great-circle distance (haversine)."""
    a, b, c, d = (radians(value) for value in (*one[2:4], *other[2:4]))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 12742 * asin(min(1.0, sqrt(half)))
