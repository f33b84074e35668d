"""Scores quotes against human attributions: content, content with source, and the speech in each pair of marks.

Contents are paired one to one by the letters they share (IoU at least 0.5); a source is right if it touches the gold
one. Only letters and digits count, so that marks and punctuation at an edge make no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.accuracy.attributions import Unit, matched, region_counts, units
from benchmarks.accuracy.documents import Document, Parsed
from benchmarks.accuracy.figures import Figure, Judgement, Prediction, precision_recall
from storage.records import Quote
from tasks.extract.quotes import quotes

NAME = "quotes"
FIELD = "quotes"
SETS = ("quotes_polnear", "probe_seed")


def predict(parsed: Parsed) -> Prediction:
    """The attributions of one document: all quotes but marked words that nobody said."""
    return {"quotes": [attribution(row) for row in rows(parsed)]}


def rows(parsed: Parsed) -> tuple[Quote, ...]:
    """The quotes of one document that attribute something."""
    found = quotes(parsed.doc, parsed.context, parsed.mentions)
    return tuple(row for row in found if row.kind != "scare")


def attribution(row: Quote) -> dict[str, object]:
    """A quote in the terms of the attribution sets."""
    return {
        "content": [[span.start, span.end] for span in row.content],
        "source": [] if row.speaker_start is None else [[row.speaker_start, row.speaker_end]],
        "rule": row.rule,
        "confidence": row.confidence,
    }


def score(name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> tuple[Figure, ...]:
    """F1 of content characters, contents, contents with their source, both of quoted ones, and of marked regions."""
    pairs = [
        (document.text, units(document.text, document.gold["quotes"]), units(document.text, prediction["quotes"]))
        for document, prediction in zip(documents, predictions, strict=True)
    ]
    every = [(gold, found) for _, gold, found in pairs]
    quoted = [([u for u in gold if u.is_quoted], [u for u in found if u.is_quoted]) for gold, found in every]
    regions = [region_counts(text, gold, found) for text, gold, found in pairs]
    return (
        _characters(name, every),
        *_pairs(name, "", every),
        *_pairs(name, "direct+mixed ", quoted),
        precision_recall(name, "region F1", *_sums(counts.speech for counts in regions)),
        precision_recall(name, "region+speaker F1", *_sums(counts.speaker for counts in regions)),
    )


def judge(_name: str, documents: Sequence[Document], predictions: Sequence[Prediction]) -> Iterator[Judgement]:
    """Each quote: right if its content matches a gold one and its source touches that one's, where it has one."""
    for document, prediction in zip(documents, predictions, strict=True):
        gold, found = units(document.text, document.gold["quotes"]), units(document.text, prediction["quotes"])
        partner = {number: unit for unit, number in _partners(gold, found)}
        for number, unit in enumerate(found):
            right = number in partner and (not partner[number].source or bool(partner[number].source & unit.source))
            row = prediction["quotes"][unit.row]
            yield Judgement(NAME, row["rule"], row["confidence"], right)


Documents = Sequence[tuple[list[Unit], list[Unit]]]


def _partners(gold: list[Unit], found: list[Unit]) -> Iterator[tuple[Unit, int]]:
    for i, j in matched(gold, found):
        yield gold[i], j


def _characters(name: str, documents: Documents) -> Figure:
    right = size = made = 0
    for gold, found in documents:
        wanted = set().union(*(unit.content for unit in gold))
        given = set().union(*(unit.content for unit in found))
        right, size, made = right + len(wanted & given), size + len(wanted), made + len(given)
    return precision_recall(name, "content characters F1", right, size, made)


def _pairs(name: str, prefix: str, documents: Documents) -> tuple[Figure, Figure]:
    """Contents; and contents with source, where matches to a gold one without a source count for nothing."""
    content = [0, 0, 0]
    speaker = [0, 0, 0]
    for gold, found in documents:
        pairs = matched(gold, found)
        sourced = [(i, j) for i, j in pairs if gold[i].source]
        content = _add(content, (len(pairs), len(gold), len(found)))
        right = sum(bool(gold[i].source & found[j].source) for i, j in sourced)
        named = sum(bool(unit.source) for unit in gold)
        speaker = _add(speaker, (right, named, len(found) - (len(pairs) - len(sourced))))
    return (
        precision_recall(name, f"{prefix}content F1", *content),
        precision_recall(name, f"{prefix}end to end F1", *speaker),
    )


def _add(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _sums(counts: Iterator[tuple[int, int, int]]) -> list[int]:
    total = [0, 0, 0]
    for each in counts:
        total = _add(total, each)
    return total
