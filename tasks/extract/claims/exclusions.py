"""Numbers that count nothing: dates, times, names, scores, addresses. Finds spans, reads no value."""

from __future__ import annotations

from tasks.extract.claims.lexicon import CLAIM_RULES
from tasks.extract.claims.numerals import Numeral

PATTERNS = tuple((rule.id, rule.regex()) for rule in CLAIM_RULES.with_prefix("not."))


def excluded(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the text whose numbers are no quantities, in order of the rules."""
    return tuple(match.span() for _, regex in PATTERNS for match in regex.finditer(text))


def is_excluded(numeral: Numeral, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether one of the spans touches the number."""
    return any(start < numeral.end and numeral.start < end for start, end in spans)
