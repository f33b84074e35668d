"""The word lists of rules/mentions.toml do what their `why` claims on their examples, and not on near-misses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.extract.rules import Rule, load_rules
from tasks.model import Model

CONTEXT = Context(published_at=datetime(2021, 7, 18, tzinfo=UTC), model_version="test")
RULES = load_rules("mentions").rules


def goes_before_a_name(rule: Rule, text: str, row: Mention) -> bool:
    before = text[: row.start].split()
    return row.is_name and row.label == "PERSON" and bool(before) and before[-1].lower() in rule.words


def is_in_a_role(rule: Rule, _text: str, row: Mention) -> bool:
    described = row.role or (row.surface if row.is_nominal else "")
    return bool(set(described.lower().split()) & set(rule.words))


def is_in_a_name_of(*labels: str) -> Callable[[Rule, str, Mention], bool]:
    return lambda rule, _text, row: (
        row.is_name and row.label in labels and bool(set(row.surface.lower().split()) & set(rule.words))
    )


def heads_a_description(rule: Rule, _text: str, row: Mention) -> bool:
    return row.is_nominal and row.surface.split()[-1].lower() in rule.words


def is_a_resolved_pronoun(rule: Rule, _text: str, row: Mention) -> bool:
    return row.is_pronoun and row.surface.lower() in rule.words


def is_subject_of_speech(rule: Rule, text: str, row: Mention) -> bool:
    return row.is_name and row.label == "PERSON" and text[row.end :].split()[:1] == ["said"] and "say" in rule.words


def names_a_team(_rule: Rule, _text: str, row: Mention) -> bool:
    return row.rule == "team"


EFFECTS: dict[str, Callable[[Rule, str, Mention], bool]] = {
    "title": goes_before_a_name,
    "role": is_in_a_role,
    "organisation": is_in_a_name_of("ORG"),
    "place": is_in_a_name_of("GPE", "LOC", "FAC"),
    "event": is_in_a_name_of("EVENT"),
    "law": is_in_a_name_of("LAW", "WORK_OF_ART"),
    "nominal": heads_a_description,
    "pronoun": is_a_resolved_pronoun,
    "speech": is_subject_of_speech,
    "sport": names_a_team,
}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id != "false.caption"], ids=lambda rule: rule.id)
def test_a_list_of_words_does_what_it_says_and_no_more(model: Model, rule: Rule) -> None:
    effect = EFFECTS[rule.id.split(".")[0]]
    for text in rule.examples:
        assert any(effect(rule, text, row) for row in mentions(model.nlp(text), CONTEXT)), text
    for text in rule.near_misses:
        assert not any(effect(rule, text, row) for row in mentions(model.nlp(text), CONTEXT)), text


def test_words_of_captions_name_nothing_alone_but_may_be_part_of_a_name(model: Model) -> None:
    (rule,) = (rule for rule in RULES if rule.id == "false.caption")
    for text in rule.examples:
        assert not {row.surface.lower() for row in mentions(model.nlp(text), CONTEXT) if row.is_name} & set(rule.words)
    for text in rule.near_misses:
        names = [row.surface for row in mentions(model.nlp(text), CONTEXT) if row.is_name]
        assert any(set(name.lower().split()) & set(rule.words) for name in names), names
