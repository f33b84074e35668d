"""Every word list that claims are read with fires on its examples and on none of its near-misses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.records import Claim
from tasks.extract.claims.amounts import amounts
from tasks.extract.claims.exclusions import PATTERNS
from tasks.extract.claims.numerals import numerals
from tasks.extract.rules import Rule, load_rules
from tasks.model import Model
from tests.test_claims import rows

NUMBERS = [rule for rule in load_rules("numbers").rules if rule.words]
UNITS = load_rules("units").rules
COMPARISONS = load_rules("claims").with_prefix("compare.")
PARSED = [rule for rule in load_rules("claims").rules if rule.words and not rule.id.startswith("compare.")]


@pytest.mark.parametrize("rule", NUMBERS, ids=lambda rule: rule.id)
def test_number_words_are_numbers(rule: Rule) -> None:
    assert [text for text in rule.examples if not has_number(text)] == []
    assert [text for text in rule.near_misses if has_number(text)] == []


def has_number(text: str) -> bool:
    return bool(amounts(text)) and bool(numerals(text))


@pytest.mark.parametrize("rule", UNITS, ids=lambda rule: rule.id)
def test_units_are_read_behind_or_before_a_number(rule: Rule) -> None:
    assert [text for text in rule.examples if not has_unit(text, rule)] == []
    assert [text for text in rule.near_misses if has_unit(text, rule)] == []


def has_unit(text: str, rule: Rule) -> bool:
    wanted = "unit.metric" if rule.id.startswith("metric.") else rule.id
    found = [unit.rule for amount in amounts(text) for unit in (amount.unit, amount.per) if unit]
    return wanted in found


def test_numbers_that_count_nothing_are_looked_for_where_a_rule_can_match_and_nowhere_else() -> None:
    """What `excluded` skips holds no match of the rule: on all examples and near-misses, whichever rule they are of."""
    rules = load_rules("claims").with_prefix("not.")
    texts = [text for rule in rules for text in (*rule.examples, *rule.near_misses)]
    for rule, (needed, regex) in zip(rules, PATTERNS, strict=True):
        for text in texts:
            found = [match.span() for match in regex.finditer(text)] if needed.search(text) else []
            assert found == [match.span() for match in rule.regex().finditer(text)], (rule.id, text)


@pytest.mark.parametrize("rule", COMPARISONS, ids=lambda rule: rule.id)
def test_approximators_bound_the_number_they_stand_by(rule: Rule) -> None:
    assert [text for text in rule.examples if not is_compared(text, rule)] == []
    assert [text for text in rule.near_misses if is_compared(text, rule)] == []


def is_compared(text: str, rule: Rule) -> bool:
    if rule.id == "compare.exact":
        return any(amount.comparison == "=" for amount in amounts(text))
    return any(amount.rule == rule.id and amount.comparison == rule.value for amount in amounts(text))


# What a rule of this prefix makes of a claim.
EFFECTS: dict[str, Callable[[Claim, Rule], bool]] = {
    "change.not": lambda row, _: row.change is None,
    "change.": lambda row, rule: row.change == rule.value,
    "hedge.": lambda row, _: row.is_hedged,
    "negation": lambda row, _: row.is_negated,
    "attribution.": lambda row, _: row.speaker is not None,
    "container": lambda row, _: " of " in (row.counted or ""),
    "collective": lambda row, _: row.kind == "count",
    "measured.verb": lambda row, _: row.counted is not None,
}


@pytest.mark.parametrize("rule", PARSED, ids=lambda rule: rule.id)
def test_words_about_a_claim_have_their_effect(model: Model, rule: Rule) -> None:
    effect = next(effect for prefix, effect in EFFECTS.items() if rule.id.startswith(prefix))
    assert [text for text in rule.examples if not any(effect(row, rule) for row in rows(model, text))] == []
    assert [text for text in rule.near_misses if any(effect(row, rule) for row in rows(model, text))] == []
