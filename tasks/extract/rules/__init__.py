"""Recognition rules as data: one TOML file per annotator, read and validated once.

A rule file is a list of `[[rule]]` tables:

    [[rule]]
    id = "cue.report_verb"            # unique in its file; rows carry it in the column `rule`
    why = "Verbs of saying that take the speech as their complement"
    words = ["say", "tell"]           # either words (lemmas or forms, the annotator says which) ...
    pattern = '''about\\s+$number'''   # ... or a verbose, case-insensitive regular expression
    value = "report"                  # what the rule means to the annotator, optional
    examples = ["He said it was over."]
    near_misses = ["He is said to be rich."]

`[fragments]` names pieces of pattern that `$name` inserts. Reading these files is the only input that
`tasks.extract` has besides its arguments; it happens once, at import.
"""

from __future__ import annotations

import hashlib
import re
import string
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """One recognition rule. Exactly one of `words` and `pattern` is given; both directions have examples."""

    id: str
    why: str
    words: tuple[str, ...]
    pattern: str
    value: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]

    def regex(self) -> re.Pattern[str]:
        """The compiled pattern: verbose and case-insensitive."""
        return re.compile(self.pattern, re.VERBOSE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A validated rule file. `digest` changes with every change of the file, comments included."""

    name: str
    rules: tuple[Rule, ...]
    digest: str

    def with_prefix(self, prefix: str) -> tuple[Rule, ...]:
        """The rules whose id begins with `prefix`, in file order."""
        return tuple(rule for rule in self.rules if rule.id.startswith(prefix))


class InvalidRule(ValueError):
    """A rule file breaks its own format; the message names the file, the rule and the remedy."""


_FIELDS = {"id", "why", "words", "pattern", "value", "examples", "near_misses"}


@cache
def load_rules(name: str) -> RuleFile:
    """Read and validate `rules/<name>.toml`; raises InvalidRule."""
    content = files(__package__).joinpath(f"{name}.toml").read_bytes()
    return parse_rules(name, content)


def parse_rules(name: str, content: bytes) -> RuleFile:
    """Validate a rule file given as bytes; raises InvalidRule."""
    document = tomllib.loads(content.decode())
    fragments = {key: str(value) for key, value in document.get("fragments", {}).items()}
    rules = tuple(_rule(name, table, fragments) for table in document.get("rule", []))
    ids = [rule.id for rule in rules]
    for repeated in sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1}):
        raise InvalidRule(f"{name}.toml: the id {repeated!r} is used twice; give each rule its own id")
    return RuleFile(name=name, rules=rules, digest=hashlib.sha256(content).hexdigest()[:8])


def _rule(name: str, table: dict[str, object], fragments: dict[str, str]) -> Rule:
    rule_id = str(table.get("id", "(no id)"))
    if unknown := sorted(set(table) - _FIELDS):
        raise InvalidRule(f"{name}.toml: rule {rule_id} has unknown fields {unknown}; known are {sorted(_FIELDS)}")
    for required in ("id", "why", "examples", "near_misses"):
        if not table.get(required):
            raise InvalidRule(f"{name}.toml: rule {rule_id} has no {required}; every rule needs one")
    if bool(table.get("words")) == bool(table.get("pattern")):
        raise InvalidRule(f"{name}.toml: rule {rule_id} needs either words or a pattern, not both")
    rule = Rule(
        id=rule_id,
        why=str(table["why"]),
        words=_strings(table.get("words", [])),
        pattern=_expand(str(table.get("pattern", "")), fragments),
        value=str(table.get("value", "")),
        examples=_strings(table["examples"]),
        near_misses=_strings(table["near_misses"]),
    )
    try:
        rule.regex()
    except re.error as error:
        raise InvalidRule(f"{name}.toml: rule {rule_id} has a pattern that does not compile: {error}") from error
    return rule


def _expand(pattern: str, fragments: dict[str, str]) -> str:
    """Insert `$name` fragments, also inside fragments; a lone `$` keeps its meaning of end of line."""
    for _ in range(5):
        expanded = string.Template(pattern).safe_substitute({key: f"(?:{value})" for key, value in fragments.items()})
        if expanded == pattern:
            break
        pattern = expanded
    return pattern


def _strings(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise InvalidRule(f"expected a list of strings, got {values!r}")
    return tuple(str(value) for value in values)
