"""Scores PLOVER types, actors and recipients against the PLOVER gold standard records: one event a sentence.

Every coded row counts as a prediction; a sentence is right if one of them has its category, and right in full if that
one also has its source and target. An actor is right if one text holds the other or they share a capitalised word.

The records are of PLOVER 0.5, our types of the present PLOVER: `category` says one in the words of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.events import rows_of
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall
from storage.records import Event, EventActor

NAME = "events"
FIELD = "source"
SETS = ("events_plover_gsr",)

Row = Mapping[str, Any]
# The same category under its former name.
SAME = {"ACCUSE": "DISAPPROVE", "REQUEST": "DEMAND"}
ARMED = frozenset({"MIL", "REB", "UAF"})


def predict(parsed: Parsed) -> Prediction:
    """Coded rows as {"event", "source": [text, ...], "target": [...]}, with rule and confidence."""
    return {"events": [_prediction(row) for row in rows_of(parsed) if row.type is not None]}


def _prediction(row: Event) -> dict[str, object]:
    return {
        "event": category(row),
        "source": _texts(row.actors),
        "target": _texts(row.recipients),
        "rule": row.rule,
        "confidence": row.confidence,
    }


def category(row: Event) -> str:
    """The type in PLOVER 0.5, which set inquiries, fights of armed forces and the taking of territory apart."""
    sectors = {actor.sector for actor in row.actors}
    if row.type == "ACCUSE" and row.mode == "investigate":
        return "INVESTIGATE"
    if row.type == "ASSAULT" and row.mode == "destroy":
        return "COERCE"
    if row.type == "ASSAULT" and (row.mode == "heavy-weapons" or row.rule == "assault.clash" or "MIL" in sectors):
        return "FIGHT"
    if row.type == "COERCE" and row.mode == "seize" and sectors & ARMED:
        return "FIGHT"
    return row.type or ""


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """F1 of categories, and of categories with source and target."""
    pairs = [(document.gold, _found(line)) for document, line in zip(documents, predictions, strict=True)]
    found = sum(len(rows) for _, rows in pairs)
    right = sum(any(_is_category(gold, row) for row in rows) for gold, rows in pairs)
    whole = sum(any(_is_whole(gold, row) for row in rows) for gold, rows in pairs)
    return (
        precision_recall(name, "category F1", right, len(pairs), found),
        precision_recall(name, "who did what to whom F1", whole, len(pairs), found),
    )


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each coded row: right if its category is the sentence's. A true second event of the sentence counts as wrong."""
    for document, line in zip(documents, predictions, strict=True):
        for row in _found(line):
            yield Judgement(NAME, row["rule"], row["confidence"], _is_category(document.gold, row))


def _is_category(gold: Row, row: Row) -> bool:
    return bool(SAME.get(row["event"], row["event"]) == gold["event"])


def _is_whole(gold: Row, row: Row) -> bool:
    roles = ("source", "target")
    return _is_category(gold, row) and all(not gold[role] or is_same_actor(gold[role], row[role]) for role in roles)


def is_same_actor(gold: Sequence[Row], found: Sequence[str]) -> bool:
    """One of the texts holds one of the others, or they share a capitalised word."""
    for one in (actor.get("actorText") or "" for actor in gold):
        for other in found:
            ours, theirs = one.lower().strip(), other.lower().strip()
            if ours and theirs and (ours in theirs or theirs in ours or _capitals(one) & _capitals(other)):
                return True
    return False


def _capitals(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]\w+", text))


def _texts(actors: Sequence[EventActor]) -> list[str]:
    return [actor.name or actor.surface for actor in actors]


def _found(prediction: Prediction) -> list[Row]:
    rows: list[Row] = prediction["events"]  # type: ignore[assignment]  # as `predict` made it
    return rows
