"""Rule files validate, and every pattern fires on its own examples and on none of its near-misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.extract.rules import InvalidRule, Rule, load_rules, parse_rules

FILES = sorted(path.stem for path in (Path(__file__).parent.parent / "tasks/extract/rules").glob("*.toml"))
PATTERNS = [(name, rule) for name in FILES for rule in load_rules(name).rules if rule.pattern]


@pytest.mark.parametrize(("name", "rule"), PATTERNS, ids=[f"{name}:{rule.id}" for name, rule in PATTERNS])
def test_every_pattern_fires_on_its_examples_and_not_on_its_near_misses(name: str, rule: Rule) -> None:
    regex = rule.regex()
    assert [example for example in rule.examples if not regex.search(example)] == []
    assert [text for text in rule.near_misses if regex.search(text)] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'[[rule]]\nid = "a"\nwhy = "b"\nwords = ["c"]\nexamples = ["d"]', "near_misses"),
        (b'[[rule]]\nid = "a"\nwhy = "b"\nexamples = ["d"]\nnear_misses = ["e"]', "either words or a pattern"),
        (b'[[rule]]\nid = "a"\nwhy = "b"\npattern = "("\nexamples = ["d"]\nnear_misses = ["e"]', "does not compile"),
        (b'[[rule]]\nid = "a"\nwhat = "b"\n', "unknown fields"),
    ],
)
def test_a_rule_without_reason_or_examples_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(InvalidRule, match=complaint):
        parse_rules("test", content)
