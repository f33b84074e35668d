"""Scores claims against quantity gold: value, value with unit, value with change, as in the shared scorer.

The sets have no offsets, so quantities are paired by value inside a sentence. What is scored is read from the
rows of `claims` alone; the sets' names for units are data in `claims_units.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall
from storage.records import Claim
from tasks.extract.claims import claims

NAME = "claims"
FIELD = "quantities"
SETS = ("quant_newsquant", "quant_rtext")

_NAMES = tomllib.loads(files(__package__).joinpath("claims_units.toml").read_text("utf-8"))
_UNITS: dict[str, str] = _NAMES["unit"]
_SURFACES: dict[str, str] = _NAMES["surface"]
_PREFIXES: dict[str, str] = _NAMES["prefix"]
_COMPARISONS = {"<=": "<", ">=": ">"}
_WEAK = re.compile(
    r"\b(?:of|the|a|an|to|in|and|or|for|on|with|at|by|his|her|its|their|our|my|most|best)\b", re.IGNORECASE
)
# Plurals that the sets do not reduce, and those that lose more than an s.
_IRREGULAR = {"men": "man", "women": "woman", "children": "child", "feet": "foot"}


def predict(parsed: Parsed) -> Prediction:
    """The quantities of one document, from its claims. Who asserts them is not scored, so no quotes are looked for."""
    rows = claims(parsed.doc, parsed.context, parsed.mentions, (), parsed.timexes)
    return {"quantities": [quantity(row) for row in rows]}


def quantity(claim: Claim) -> dict[str, object]:
    """A claim in the terms of the quantity sets."""
    comparison = _COMPARISONS.get(claim.comparison, claim.comparison)
    direction = claim.change if claim.change in ("up", "down") else "="
    return {
        "value": _value(claim),
        "normalized_unit": _unit(claim),
        "change": direction if comparison == "=" else comparison,
        "referred_concepts": claim.counted or "",
        "rule": claim.rule,
        "confidence": claim.confidence,
    }


def _value(claim: Claim) -> float | list[float]:
    if claim.previous_value is not None:
        return [claim.previous_value, claim.value]
    return [claim.lower, claim.upper] if claim.lower < claim.value < claim.upper else claim.value


def _unit(claim: Claim) -> str:
    name = _SURFACES.get(claim.unit_surface or "") or (_named(claim.unit) if claim.unit else _counted_unit(claim))
    return f"{name} per {_named(claim.per)}" if claim.per else name


def _named(code: str) -> str:
    """The sets' name of a unit code: known, or prefix and known unit."""
    base = _UNITS.get(code[1:])
    return _UNITS.get(code) or (_PREFIXES[code[0]] + base if base and code[0] in _PREFIXES else code)


def _counted_unit(claim: Claim) -> str:
    """A count's unit is what it counts."""
    if claim.kind == "multiple":
        return "count"
    return claim.counted_lemma or "-" if claim.kind == "count" else "-"


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """F1 of values, of values with their unit, and of values with their change."""
    golds = [document.gold["quantities"] for document in documents]
    found = [prediction["quantities"] for prediction in predictions]
    pairs = [pair for gold, rows in zip(golds, found, strict=True) for pair in _paired(gold, rows)]
    size, made = sum(map(len, golds)), sum(map(len, found))
    units = sum(_same_unit(gold, row) for gold, row in pairs)
    changes = sum(gold.get("change", "=") == row["change"] for gold, row in pairs)
    return (
        precision_recall(name, "value F1", len(pairs), size, made),
        precision_recall(name, "value+unit F1", units, size, made),
        precision_recall(name, "value+change F1", changes, size, made),
    )


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each claim: right if a gold quantity has its value."""
    for document, prediction in zip(documents, predictions, strict=True):
        paired = {id(row) for _, row in _paired(document.gold["quantities"], prediction["quantities"])}
        for row in prediction["quantities"]:
            yield Judgement(NAME, row["rule"], row["confidence"], id(row) in paired)


def _paired(gold, rows):
    """One-to-one pairs of equal value; equal units and shared concepts first, then the last in order."""
    candidates = sorted(
        (
            (_same_unit(a, b), _shares_concept(a, b), i, j)
            for i, a in enumerate(gold)
            for j, b in enumerate(rows)
            if _same_value(_numbers(a["value"]), _numbers(b["value"]))
        ),
        reverse=True,
    )
    used_gold, used_rows = set(), set()
    for _, _, i, j in candidates:
        if i not in used_gold and j not in used_rows:
            used_gold.add(i)
            used_rows.add(j)
            yield gold[i], rows[j]


def _numbers(value: object) -> tuple[float, ...]:
    """A value of the sets: a number, "low-high", or a pair."""
    if isinstance(value, int | float):
        return (float(value),)
    if isinstance(value, list | tuple):
        return tuple(map(float, value))
    text = str(value).strip()
    number = r"-?[\d.]+(?:[eE][+-]?\d+)?"
    if ends := re.fullmatch(rf"({number})\s*-\s*({number})", text):
        return float(ends[1]), float(ends[2])
    try:
        return (float(text),)
    except ValueError:
        return ()


def _same_value(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) > 0 and all(
        math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-8) for a, b in zip(one, other, strict=True)
    )


def _same_unit(gold, row) -> bool:
    return _folded(gold["normalized_unit"]) == _folded(row["normalized_unit"])


def _folded(unit: str | None) -> str:
    folded = re.sub(r"[\s\-_]+", " ", (unit or "").lower()).strip(" .")
    return "" if folded in ("-", "dimensionless", "none") else re.sub(r"s\b", "", folded)


def _shares_concept(gold, row) -> bool:
    one, other = (set(re.findall(r"\w+", (item.get("referred_concepts") or "").lower())) for item in (gold, row))
    return bool(one & other) or not (one or other)
