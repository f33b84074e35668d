"""Scores in-document entities against gold coreference of persons: aliases and pronouns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall

NAME = "mentions"
FIELD = "mentions"
SETS = ("coref_gum_news",)


@dataclass(frozen=True)
class GoldMention:
    """A gold mention of a person, and the label of the predicted cluster that covers it."""

    start: int
    end: int
    cluster: str
    kind: str
    predicted: tuple[object, ...]


def predict(parsed: Parsed) -> Prediction:
    """Mentions by in-document entity, and each pronoun's rule and confidence."""
    clusters: dict[int, list[list[int]]] = defaultdict(list)
    for row in parsed.mentions:
        clusters[row.entity_id].append([row.start, row.end])
    pronouns = [[row.start, row.end, row.rule, row.confidence] for row in parsed.mentions if row.is_pronoun]
    return {"clusters": list(clusters.values()), "pronouns": pronouns}


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """Aliases as links and B-cubed; pronouns in a cluster that names their entity and no other; all as B-cubed."""
    aligned = [_aligned(document, prediction) for document, prediction in zip(documents, predictions, strict=True)]
    names = [[row for row in rows if row.kind == "name"] for rows in aligned]
    repeated = [[row for row in rows if _size(rows, row) > 1] for rows in aligned]
    pairs = [pair for rows in names for pair in combinations(rows, 2)]
    gold = [a.cluster == b.cluster for a, b in pairs]
    found = [a.predicted == b.predicted for a, b in pairs]
    right = sum(a and b for a, b in zip(gold, found, strict=True))
    return (
        _b_cubed(name, "person aliases B3", names),
        precision_recall(name, "person alias links F1", right, sum(gold), sum(found)),
        _pronouns(name, aligned),
        _b_cubed(name, "all person mentions B3", repeated),
    )


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each pronoun that gold holds for a person with a name: right if its cluster names that person alone."""
    for document, prediction in zip(documents, predictions, strict=True):
        rows = _aligned(document, prediction)
        made = {(start, end): (rule, confidence) for start, end, rule, confidence in prediction["pronouns"]}
        for row in _named_pronouns(rows):
            if (row.start, row.end) in made:
                rule, confidence = made[row.start, row.end]
                yield Judgement(NAME, rule, confidence, _names(rows).get(row.predicted) == {row.cluster})


def _aligned(document: Document, prediction: Prediction) -> list[GoldMention]:
    found = [(start, end, number) for number, cluster in enumerate(prediction["clusters"]) for start, end in cluster]
    rows = []
    for index, (start, end, kind_of_entity, cluster, kind, *_) in enumerate(
        row for row in document.gold["mentions"] if row[2] == "person"
    ):
        del kind_of_entity
        number = _covering(found, start, end, kind)
        predicted = ("none", index) if number is None else ("cluster", number)
        rows.append(GoldMention(start, end, cluster, kind, predicted))
    return rows


def _covering(found: Sequence[tuple[int, int, int]], start: int, end: int, kind: str) -> int | None:
    """The cluster of the mention that shares most with a gold one; half of the longer, or the same end, is enough."""
    best, chosen = 0.0, None
    for left, right, number in found:
        shared, longer = min(right, end) - max(left, start), max(right - left, end - start)
        enough = shared >= longer / 2 or right == end or (left == start and kind == "name")
        if shared > 0 and enough and shared / longer > best:
            best, chosen = shared / longer, number
    return chosen


def _size(rows: Sequence[GoldMention], row: GoldMention) -> int:
    return sum(other.cluster == row.cluster for other in rows)


def _names(rows: Sequence[GoldMention]) -> dict[tuple[object, ...], set[str]]:
    """Predicted cluster -> gold entities named in it."""
    names: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for row in rows:
        if row.kind == "name":
            names[row.predicted].add(row.cluster)
    return names


def _named_pronouns(rows: Sequence[GoldMention]) -> list[GoldMention]:
    named = {row.cluster for row in rows if row.kind == "name"}
    return [row for row in rows if row.kind == "pronoun" and row.cluster in named]


def _pronouns(name: str, aligned: Sequence[Sequence[GoldMention]]) -> Figure:
    total = attempted = right = 0
    for rows in aligned:
        names = _names(rows)
        for row in _named_pronouns(rows):
            total += 1
            attempted += row.predicted in names
            right += names.get(row.predicted) == {row.cluster}
    value = round(100 * right / total, 1) if total else 0.0
    detail = f"{right} of {total}, attempted {attempted}"
    return Figure(name, "pronouns to the named person", value, detail)


def _b_cubed(name: str, measure: str, documents: Sequence[Sequence[GoldMention]]) -> Figure:
    """B-cubed (Bagga and Baldwin, 1998) over all mentions of all documents."""
    precision = recall = 0.0
    total = 0
    for rows in documents:
        gold = Counter(row.cluster for row in rows)
        predicted = Counter(row.predicted for row in rows)
        both = Counter((row.cluster, row.predicted) for row in rows)
        precision += sum(both[row.cluster, row.predicted] / predicted[row.predicted] for row in rows)
        recall += sum(both[row.cluster, row.predicted] / gold[row.cluster] for row in rows)
        total += len(rows)
    p, r = (precision / total, recall / total) if total else (0.0, 0.0)
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return Figure(name, measure, round(100 * f1, 1), f"P {100 * p:.1f} R {100 * r:.1f} ({total} mentions)")
