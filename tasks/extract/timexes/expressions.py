"""Find the expressions of time of a text: every rule's matches, of overlapping ones the longest.

Most rules begin with something frequent (a number, "the"), so they are tried only near a trigger: a unit, a month,
a figure that may be a year. That is a matter of cost, not of meaning; `trigger.*` of the rule file says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from tasks.extract.rules import Rule, load_rules
from tasks.extract.timexes.guards import is_plausible
from tasks.extract.timexes.units import Groups

RULES = load_rules("timexes")
# Longer than any expression or what a pattern looks at beside it.
_REACH = 90
_TRIGGERS = tuple((rule.regex(), frozenset(rule.value.split())) for rule in RULES.with_prefix("trigger."))
_PATTERNS = tuple(
    (rule, rule.regex(), order, frozenset(i for i, (_, woken) in enumerate(_TRIGGERS) if rule.id in woken))
    for order, rule in enumerate(RULES.rules)
    if rule.pattern and not rule.id.startswith("trigger.")
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A stretch of text that a rule takes for an expression of time, with the pieces it named."""

    start: int
    end: int
    rule: Rule
    groups: Groups
    span: Span


def expressions(doc: Doc) -> tuple[Expression, ...]:
    """The expressions of a document in text order, none overlapping another."""
    text = doc.text
    taken: list[Expression] = []
    occupied = bytearray(len(text))
    for start, end, rule, groups in _longest_first(text):
        span = None if any(occupied[start:end]) else doc.char_span(start, end, alignment_mode="expand")
        if span is not None and is_plausible(rule.id, span, groups):
            occupied[start:end] = b"\1" * (end - start)
            taken.append(Expression(start, end, rule, groups, span))
    return tuple(sorted(taken, key=lambda expression: expression.start))


def _longest_first(text: str) -> list[tuple[int, int, Rule, Groups]]:
    windows = [_windows(trigger, text) for trigger, _ in _TRIGGERS]
    found = [
        (match.start() - match.end(), order, match.start(), match.end(), rule, match.groupdict())
        for rule, pattern, order, triggers in _PATTERNS
        for first, last in _merged([window for trigger in triggers for window in windows[trigger]])
        for match in pattern.finditer(text, first, last)
        if match.end() > match.start()
    ]
    found.sort(key=lambda row: row[:3])
    return [(start, end, rule, groups) for _, _, start, end, rule, groups in found]


def _windows(trigger: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [(max(match.start() - _REACH, 0), match.end() + _REACH) for match in trigger.finditer(text)]


def _merged(windows: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    windows.sort()
    first, last = windows[0] if windows else (0, 0)
    for start, end in windows:
        if start > last:
            yield first, last
            first, last = start, end
        else:
            last = max(last, end)
    if windows:
        yield first, last
