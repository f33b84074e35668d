"""Numbers that count nothing: dates, times, names, scores, telephone numbers, addresses. Reads no value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tasks.extract.claims.lexicon import CLAIM_RULES
from tasks.extract.claims.numerals import Numeral

PATTERNS = tuple((rule.id, rule.regex()) for rule in CLAIM_RULES.with_prefix("not."))


def excluded(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the text whose numbers are no quantities, in order and without overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(match.span() for _, regex in PATTERNS for match in regex.finditer(text)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def is_excluded(numeral: Numeral, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the spans, which are in order, touches the number."""
    i = bisect_left(spans, (numeral.end, 0)) - 1
    return i >= 0 and numeral.start < spans[i][1]
