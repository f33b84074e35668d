"""Find the expressions of time of a text: every rule's matches, of overlapping ones the longest.

Most rules begin with something frequent (a number, "the"), so they are tried only near a trigger: a unit, a month,
a figure that may be a year; those that cost most only at words that can open them. That is a matter of cost, not of
meaning; `trigger.*` and `opening.*` of the rule file say which.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
_OPENINGS = RULES.with_prefix("opening.")
_CUES = (*_TRIGGERS, *_OPENINGS)
_WAKES = {
    word: tuple(cue.id for cue in _CUES if word in cue.words)
    for word in frozenset(w for cue in _CUES for w in cue.words)
}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A rule's pattern, its place in the file, what it is tried near, and at which words if not everywhere there."""

    rule: Rule
    regex: re.Pattern[str]
    order: int
    triggers: frozenset[str]
    opening: str | None

    @property
    def group(self) -> int | str:
        """What of a match is the expression."""
        return "span" if "span" in self.regex.groupindex else 0


def _naming(rule: Rule, cues: tuple[Rule, ...]) -> Iterator[str]:
    return (cue.id for cue in cues if rule.id in cue.value.split())


_PATTERNS = tuple(
    _Pattern(rule, rule.regex(), order, frozenset(_naming(rule, _TRIGGERS)), next(_naming(rule, _OPENINGS), None))
    for order, rule in enumerate(RULES.rules)
    if rule.pattern
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
    windows = {one.triggers: tuple(_windows(places, one.triggers)) for one in _PATTERNS}
    found = [
        (start - end, one.order, start, end, one.rule, match.groupdict())
        for one in _PATTERNS
        for match in _matches(one, text, windows[one.triggers], places)
        for start, end in (match.span(one.group),)
        if end > start
    ]
    found.sort(key=lambda row: row[:3])
    return [(start, end, rule, groups) for _, _, start, end, rule, groups in found]


def _matches(
    one: _Pattern, text: str, windows: tuple[tuple[int, int], ...], places: dict[str, list[int]]
) -> Iterator[re.Match[str]]:
    """The matches within those windows, in order; none overlaps another."""
    for first, last in windows:
        if one.opening is None:
            yield from one.regex.finditer(text, first, last)
            continue
        openings, free = places.get(one.opening, []), first
        for place in openings[bisect_left(openings, first) : bisect_left(openings, last)]:
            if place >= free and (match := one.regex.match(text, place, last)):
                yield match
                free = match.end()


def _places(text: str) -> dict[str, list[int]]:
    """Where each trigger and each opening stands."""
    places: dict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(text):
        for cue in _woken(match[0]):
            places[cue].append(match.start())
    return places


@lru_cache(maxsize=20_000)
def _woken(word: str) -> tuple[str, ...]:
    """The triggers and openings that a word is; in those figures are written as "d"."""
    word = word.lower()
    return _WAKES.get(word if word.isalpha() else _FIGURE.sub("d", word), ())


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
