"""Every rule of events and actors fires on its own examples and on none of its near-misses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.records import Event
from tasks.extract.context import Context
from tasks.extract.events import events
from tasks.extract.events.coding import SETS
from tasks.extract.events.lexicon import ACTOR_RULES, RULES
from tasks.extract.mentions import mentions
from tasks.extract.rules import Rule
from tasks.extract.timexes import timexes
from tasks.model import Model

CONTEXT = Context(published_at=datetime(2021, 7, 18, tzinfo=UTC))
CODED = [rule for rule in RULES.rules if rule.value not in ("", "NONE")]
FLAGS = {"negation": "is_negated", "future": "is_future", "hypothetical": "is_hypothetical"}


def read(model: Model, text: str) -> tuple[Event, ...]:
    doc = model.nlp(text)
    return events(doc, CONTEXT, mentions(doc, CONTEXT), (), timexes(doc, CONTEXT))


@pytest.mark.parametrize("rule", CODED, ids=lambda rule: rule.id)
def test_every_type_is_coded_from_its_examples_and_not_from_its_near_misses(model: Model, rule: Rule) -> None:
    made = {text: {row.rule for row in read(model, text)} for text in (*rule.examples, *rule.near_misses)}
    assert [text for text in rule.examples if rule.id not in made[text]] == []
    assert [text for text in rule.near_misses if rule.id in made[text]] == []


def test_every_type_is_one_of_plover() -> None:
    assert {rule.value.split()[0] for rule in CODED} == SETS["ANY"]


def test_idioms_are_no_events_of_plover(model: Model) -> None:
    (rule,) = (rule for rule in RULES.rules if rule.value == "NONE")
    assert [text for text in rule.examples if any(row.type for row in read(model, text))] == []
    assert [text for text in rule.near_misses if not any(row.type for row in read(model, text))] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if not rule.value], ids=lambda rule: rule.id)
def test_words_of_grammar_change_how_an_event_is_told(model: Model, rule: Rule) -> None:
    flag = FLAGS.get(rule.id.split(".")[0])
    for texts, is_told in ((rule.examples, True), (rule.near_misses, False)):
        for text in texts:
            rows = [row for row in read(model, text) if row.type]
            if flag is None:
                assert any(row.rule == "request.must" for row in rows) is is_told, text
            else:
                assert any(getattr(row, flag) for row in rows) is is_told, text


@pytest.mark.parametrize("rule", ACTOR_RULES.rules, ids=lambda rule: rule.id)
def test_every_sector_is_told_by_its_words_and_not_by_others(model: Model, rule: Rule) -> None:
    for texts, is_told in ((rule.examples, True), (rule.near_misses, False)):
        for text in texts:
            rows = read(model, text)
            found = {actor.sector for row in rows for actor in (*row.actors, *row.recipients)}
            assert (rule.value in found) is is_told, (text, found)
