"""Find the expressions of time of a text: every rule's matches, of overlapping ones the longest.

Most rules begin with something frequent (a number, "the"), so they are tried only near a trigger: a unit, a month,
a figure that may be a year. That is a matter of cost, not of meaning; `trigger.*` of the rule file says which.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.extract.parsed import Doc, Span
from tasks.extract.rules import Rule, load_rules
from tasks.extract.timexes.guards import is_plausible
from tasks.extract.timexes.units import Groups

RULES = load_rules("timexes")
# Longer than any expression or what a pattern looks at beside it, in characters.
_REACH = 90
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d")
_TRIGGERS = RULES.with_prefix("trigger.")
_PATTERNS = tuple(
    (rule, rule.regex(), order, frozenset(trigger.id for trigger in _TRIGGERS if rule.id in trigger.value.split()))
    for order, rule in enumerate(RULES.rules)
    if rule.pattern
)
_WAKES = {
    word: frozenset(trigger.id for trigger in _TRIGGERS if word in trigger.words)
    for trigger in _TRIGGERS
    for word in trigger.words
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A stretch of text that a rule takes for an expression of time, with the pieces it named."""

    start: int
    end: int
    rule: Rule
    groups: Groups
    span: Span


def expressions(doc: Doc) -> tuple[Expression, ...]:
    """The expressions of a document in text order; none overlaps another."""
    taken: list[Expression] = []
    occupied = bytearray(len(doc.text))
    for start, end, rule, groups in _longest_first(doc.text):
        span = None if any(occupied[start:end]) else doc.char_span(start, end, alignment_mode="expand")
        if span is not None and is_plausible(rule.id, span, groups):
            occupied[start:end] = b"\1" * (end - start)
            taken.append(Expression(start, end, rule, groups, span))
    return tuple(sorted(taken, key=lambda expression: expression.start))


def _longest_first(text: str) -> list[tuple[int, int, Rule, Groups]]:
    places = _places(text)
    windows = {triggers: tuple(_windows(places, triggers)) for _, _, _, triggers in _PATTERNS}
    found = [
        (start - end, order, start, end, rule, match.groupdict())
        for rule, pattern, order, triggers in _PATTERNS
        for first, last in windows[triggers]
        for match in pattern.finditer(text, first, last)
        for start, end in (match.span("span" if "span" in pattern.groupindex else 0),)
        if end > start
    ]
    found.sort(key=lambda row: row[:3])
    return [(start, end, rule, groups) for _, _, start, end, rule, groups in found]


def _places(text: str) -> dict[str, list[int]]:
    """Where each trigger stands."""
    places: dict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(text):
        word = match[0].lower()
        woken = _WAKES.get(word if word.isalpha() else _FIGURE.sub("d", word))
        if woken:
            for trigger in woken:
                places[trigger].append(match.start())
    return places


def _windows(places: dict[str, list[int]], triggers: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The stretches of text around those triggers, merged where they touch."""
    first = last = 0
    for place in sorted(place for trigger in triggers for place in places.get(trigger, ())):
        if place - _REACH > last:
            if last:
                yield first, last
            first = place - _REACH
        last = place + _REACH
    if last:
        yield max(first, 0), last
