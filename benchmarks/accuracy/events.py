"""Scores event mentions and who takes part in them against MEANTIME (Minard et al., LREC 2016).

A trigger is found if a row overlaps it, one to one in order of text; an argument if its trigger is found and one of
the row's phrases in that role touches one of the gold's. MEANTIME's Arg0 are the actors of a row, its Arg1 the theme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall
from storage.records import Event
from tasks.extract.events import events

NAME = "events"
FIELD = "events"
SETS = ("meantime_news",)

Mention = Mapping[str, Any]
Extent = tuple[int, int]
ROLES = ("Arg0", "Arg1")


def rows_of(parsed: Parsed) -> tuple[Event, ...]:
    """The events of a parsed document; no set of ours judges who reports them, so that no quotes are looked for."""
    return events(parsed.doc, parsed.context, parsed.mentions, (), parsed.timexes)


def predict(parsed: Parsed) -> Prediction:
    """Every row as {"start", "end", "args": [[role, start, end], ...]}, with rule and confidence."""
    return {"events": [_prediction(row) for row in rows_of(parsed)]}


def _prediction(row: Event) -> dict[str, object]:
    arguments: list[list[object]] = [["Arg0", actor.start, actor.end] for actor in row.actors]
    if row.theme is not None:
        arguments.append(["Arg1", row.theme_start, row.theme_end])
    return {"start": row.start, "end": row.end, "args": arguments, "rule": row.rule, "confidence": row.confidence}


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """F1 of triggers, and of triggers with each role right."""
    count: Counter[str] = Counter()
    for document, prediction in zip(documents, predictions, strict=True):
        gold, found = _gold(document), _found(prediction)
        pairs = paired(gold, found)
        count.update({"gold": len(gold), "found": len(found), "right": len(pairs)})
        for role in ROLES:
            count[f"gold {role}"] += sum(bool(spans(one, role)) for one in gold)
            count[f"found {role}"] += sum(bool(spans(one, role)) for one in found)
            count[f"right {role}"] += sum(
                any(overlap(ours, theirs) for ours in spans(one, role) for theirs in spans(other, role))
                for one, other in pairs
            )
    of_roles = (
        precision_recall(
            name, f"trigger+{role} F1", count[f"right {role}"], count[f"gold {role}"], count[f"found {role}"]
        )
        for role in ROLES
    )
    return precision_recall(name, "trigger F1", count["right"], count["gold"], count["found"]), *of_roles


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each row: right if gold has an event there."""
    for document, prediction in zip(documents, predictions, strict=True):
        found = _found(prediction)
        right = {id(other) for _, other in paired(_gold(document), found)}
        for row in found:
            yield Judgement(NAME, row["rule"], row["confidence"], id(row) in right)


def paired(gold: Sequence[Mention], found: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Each gold event with the first row that overlaps it and is not taken."""
    taken: set[int] = set()
    pairs = []
    for one in gold:
        for index, other in enumerate(found):
            if index not in taken and overlap((one["start"], one["end"]), (other["start"], other["end"])):
                taken.add(index)
                pairs.append((one, other))
                break
    return pairs


def spans(event: Mention, role: str) -> list[Extent]:
    """The extents of the arguments of an event in one role."""
    return [(start, end) for name, start, end in event["args"] if name == role]


def overlap(one: Extent, other: Extent) -> bool:
    """Whether two extents share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _gold(document: Document) -> list[Mention]:
    rows: list[Mention] = document.gold["events"]  # type: ignore[assignment]  # the set's own shape
    return rows


def _found(prediction: Prediction) -> list[Mention]:
    rows: list[Mention] = prediction["events"]  # type: ignore[assignment]  # as `predict` made it
    return rows
