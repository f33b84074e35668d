"""The words that events are read with: word classes, and the patterns of the rules by the word they begin with."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from tasks.extract.rules import Rule, load_rules

RULES = load_rules("events")
ACTOR_RULES = load_rules("actors")
_TSV = files("tasks.extract").joinpath("data", "event_words.tsv").read_bytes()
DIGEST = hashlib.sha256((RULES.digest + ACTOR_RULES.digest).encode() + _TSV).hexdigest()[:8]

CLASSES: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split(";"))
    for name, words in (
        line.split("\t") for line in _TSV.decode().splitlines() if line.strip() and not line.startswith("#")
    )
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A demand on one place of a predicate: its object, its complement, what follows a preposition."""

    names: tuple[str, ...]
    """obj, subj, comp, mod, self, or prepositions; one of them has to fit"""
    words: frozenset[str]
    marks: frozenset[str]
    """`*` anything, `#actor`, `#place`; of clauses a PLOVER type or set of types, and `%must`, `%will`, `%not`"""
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of a rule: a word, and what has to stand in its places."""

    rule: str
    type: str
    mode: str | None
    slots: tuple[Slot, ...]

    @property
    def weight(self) -> int:
        """How much it demands: a slot that takes anything less than one that takes certain words."""
        demands = (slot for slot in self.slots if not slot.is_excluded)
        return sum(3 if slot.names == ("self",) else 1 if "*" in slot.marks else 2 for slot in demands)


def _alternatives(text: str) -> tuple[frozenset[str], frozenset[str]]:
    words: set[str] = set()
    marks: set[str] = set()
    for one in text.split("|"):
        if one.startswith("@"):
            words |= CLASSES[one[1:]]
        elif one[0] in "*#%" or one.isupper() or "%" in one:
            marks.add(one)
        else:
            words.add(one)
    return frozenset(words), frozenset(marks)


def _slot(text: str) -> Slot:
    names, _, alternatives = text.removeprefix("!").partition("=")
    words, marks = _alternatives(alternatives)
    return Slot(tuple(names.split("|")), words, marks, text.startswith("!"))


def _patterns() -> dict[str, tuple[Pattern, ...]]:
    """Patterns by head, the most demanding first, then in the order of the file."""
    found: dict[str, list[Pattern]] = defaultdict(list)
    for rule in RULES.rules:
        if not rule.value:
            continue
        for entry in rule.words:
            head, *slots = entry.split()
            for word in _heads(head):
                found[word].append(_pattern(rule, slots))
    return {word: tuple(sorted(all_of, key=lambda each: -each.weight)) for word, all_of in found.items()}


def _pattern(rule: Rule, slots: list[str]) -> Pattern:
    type_, _, mode = rule.value.partition(" ")
    return Pattern(rule.id, type_, mode or None, tuple(map(_slot, slots)))


def _heads(head: str) -> list[str]:
    kind, _, word = head.rpartition(":")
    prefix = f"{kind}:" if kind else ""
    return [prefix + one for one in CLASSES[word[1:]]] if word.startswith("@") else [head]


PATTERNS: Mapping[str, tuple[Pattern, ...]] = _patterns()
CONTAINERS = CLASSES["container"]
LIGHT_VERBS = CLASSES["light"]
PURE_LIGHT_VERBS = CLASSES["pure_light"]
ASPECTUAL = CLASSES["aspectual"]
NOT_EVENTS = CLASSES["not_event"]
INCHOATIVE = CLASSES["inchoative"]
OBJECT_CONTROL = CLASSES["object_control"]
AGENT_OF = CLASSES["agent_of"]
THEME_OF = CLASSES["theme_of"]
EVENT_NOUNS = CLASSES["event_noun"] | {head[2:] for head in PATTERNS if head.startswith("n:")}
ABSTRACT = CLASSES["abstract"]
ADJECTIVES = frozenset(head[2:] for head in PATTERNS if head.startswith("a:"))
PARTICLE_VERBS = frozenset(word for words in (*CLASSES.values(), frozenset(PATTERNS)) for word in words if "_" in word)


def words(rule_id: str) -> frozenset[str]:
    """The words of one rule that has no value: a list for grammar."""
    (rule,) = (one for one in RULES.rules if one.id == rule_id)
    return frozenset(rule.words)
