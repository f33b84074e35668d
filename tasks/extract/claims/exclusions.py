"""Numbers that count nothing: dates, times, names, scores, telephone numbers, addresses. Reads no value."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from tasks.extract.claims.lexicon import CLAIM_RULES
from tasks.extract.claims.numerals import Numeral

# What a stretch must hold for a rule to find anything there, and where a match may begin: a figure, and at a word.
# Without the second, `re` would try all words of a rule at the end of each word too.
FIGURE, AT_A_WORD = r"\d", r"(?<!\w)(?=\w)"
NEEDED = {"not.pronoun": r"(?i:one)", "not.name": "", "not.link": r"(?i:@|://|www\.)"}
BEGINNING = {"not.name": rf"(?:{AT_A_WORD}|(?=\#))", "not.phone": "", "not.link": ""}
PATTERNS = tuple(
    (
        re.compile(NEEDED.get(rule.id, FIGURE)),
        re.compile(f"{BEGINNING.get(rule.id, AT_A_WORD)}(?:{rule.pattern})", rule.regex().flags),
    )
    for rule in CLAIM_RULES.with_prefix("not.")
)

# How far before and behind a number a pattern that excludes it may reach, in characters.
BEHIND, AHEAD = 40, 40


def excluded(text: str, found: Sequence[Numeral]) -> tuple[tuple[int, int], ...]:
    """Spans around the numbers that are no quantities, in order and without overlap."""
    spans = sorted(
        match.span()
        for start, end in _windows(text, found)
        for needed, regex in PATTERNS
        if needed.search(text, start, end)
        for match in regex.finditer(text, start, end)
    )
    return tuple(_merged(spans))


def _windows(text: str, found: Sequence[Numeral]) -> list[tuple[int, int]]:
    """The stretches in which a pattern can touch a number, from a blank on."""
    stretches = ((max(0, numeral.start - BEHIND), min(len(text), numeral.end + AHEAD)) for numeral in found)
    return _merged((max(0, text.rfind(" ", max(0, start - BEHIND), start)), end) for start, end in stretches)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that are in order of their start, joined where they overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def is_excluded(numeral: Numeral, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the spans, which are in order, touches the number."""
    i = bisect_left(spans, (numeral.end, 0)) - 1
    return i >= 0 and numeral.start < spans[i][1]
