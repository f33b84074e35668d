"""Events: who did what to whom, where and when, and which reports tell of the same happening."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from storage.records import Event
from tasks.extract.context import Context
from tasks.extract.events import events
from tasks.extract.mentions import mentions
from tasks.extract.quotes import quotes
from tasks.extract.timexes import timexes
from tasks.model import Model

CONTEXT = Context(published_at=datetime(2021, 7, 18, tzinfo=UTC))
CASES = tomllib.loads((Path(__file__).parent / "cases" / "events.toml").read_text("utf-8"))["case"]


def read(doc: Doc, context: Context = CONTEXT) -> tuple[Event, ...]:
    """Events as the pipeline makes them."""
    named, timed = mentions(doc, context), timexes(doc, context)
    return events(doc, context, named, quotes(doc, context, named), timed)


def coded(model: Model, text: str, context: Context = CONTEXT) -> list[Event]:
    return [row for row in read(model.nlp(text), context) if row.type]


def only(model: Model, text: str) -> Event:
    (row,) = coded(model, text)
    return row


def shown(row: Event) -> dict[str, object]:
    """An event as a case writes it: what is absent or false is left out."""
    told = [word for word in ("negated", "future", "hypothetical") if getattr(row, f"is_{word}")]
    written = {
        "type": row.type,
        "mode": row.mode,
        "about": row.about,
        "trigger": row.surface,
        "actors": [actor.name or actor.surface for actor in row.actors],
        "recipients": [actor.name or actor.surface for actor in row.recipients],
        "place": row.place,
        "date": row.event_date.isoformat() if row.event_date else None,
        "by": row.speaker,
        "told": told,
    }
    return {name: value for name, value in written.items() if value}


@pytest.fixture(scope="module")
def parsed(model: Model) -> list[Doc]:
    """The texts of the cases, parsed once."""
    return list(model.nlp.pipe(case["text"] for case in CASES))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["text"][:50] for case in CASES])
def test_every_written_case_is_read_as_a_person_reads_it(parsed: list[Doc], number: int) -> None:
    assert [shown(row) for row in read(parsed[number]) if row.type] == CASES[number].get("events", [])


PIECES = (
    "Rebels", "attacked", "the army of Chad", "in N'Djamena", "on Friday", ",", "and", "who", "that", "to", "agreed",
    "meet", "was killed by", "talks between", "Iran", "said", "will not", "withdrew", "the killing of", "if", "“", "”",
    ".", "\n\n", "its", "by", "of", "protest", "must", "", "🚢", "held", "an", "which", "he",
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=24).map(" ".join))
def test_every_span_of_an_event_is_the_text_at_its_offsets(model: Model, text: str) -> None:
    """Also in word salad: trigger, actors, recipients, theme and place slice back, numbers are in order."""
    doc = model.nlp(text)
    rows = events(doc, CONTEXT, mentions(doc, CONTEXT), (), timexes(doc, CONTEXT))
    assert [row.event_mention_id for row in rows] == list(range(len(rows)))
    for row in rows:
        assert text[row.start : row.end] == row.surface
        assert all(text[actor.start : actor.end] == actor.surface for actor in (*row.actors, *row.recipients))
        assert row.theme is None or text[row.theme_start : row.theme_end] == row.theme
        assert row.place is None or text[row.place_start : row.place_end] == row.place
        assert len(row.event_id) == 16


@pytest.mark.parametrize(
    "text",
    [
        "agreed to " * 300,
        "rebels and " * 300,
        "the killing of " * 300,
        "who said that " * 300,
        "(" * 1000,
        "talks " * 500,
    ],
)
def test_endless_clauses_are_read_in_bounded_time(model: Model, text: str) -> None:
    doc = model.nlp(text)
    started = process_time()
    events(doc, CONTEXT, (), (), ())
    assert process_time() - started < 5


FIRST = "Ethiopian troops attacked the rebels in Mekelle on Friday, the mayor said."
SECOND = "On Friday, the rebels were attacked in Mekelle by Ethiopian troops."


def test_two_reports_of_one_attack_have_one_id(model: Model) -> None:
    """In articles of other words, from other days, the actors, the place and the day are the same."""
    later = Context(published_at=datetime(2021, 7, 20, tzinfo=UTC))
    (one,), (other,) = coded(model, FIRST), coded(model, SECOND, later)
    assert one.event_date == other.event_date == date(2021, 7, 16)
    assert one.event_id == other.event_id


@pytest.mark.parametrize(
    "text",
    [
        "Ethiopian troops attacked the rebels in Mekelle on Thursday.",
        "Ethiopian troops attacked the rebels in Lalibela on Friday.",
        "Eritrean troops attacked the rebels in Mekelle on Friday.",
        "Ethiopian troops met the rebels in Mekelle on Friday.",
        "Ethiopian troops did not attack the rebels in Mekelle on Friday.",
        "If Ethiopian troops attacked the rebels in Mekelle on Friday, nobody saw it.",
    ],
)
def test_another_day_place_actor_act_or_a_denied_one_has_another_id(model: Model, text: str) -> None:
    assert coded(model, FIRST)[0].event_id not in {row.event_id for row in coded(model, text)}


def test_what_is_too_vague_is_the_same_event_only_in_the_same_sentence(model: Model) -> None:
    """Without a day an attack could be any; a reprinted sentence still tells of the same one."""
    vague = "Rebels attacked a convoy near the border."
    (one,), (other,) = coded(model, vague), coded(model, f"It was a calm week. {vague}")
    assert one.event_id == other.event_id
    assert one.event_id != coded(model, "Rebels attacked a convoy in the hills.")[0].event_id


def test_a_second_mention_within_an_article_joins_the_first(model: Model) -> None:
    rows = coded(model, f"{FIRST} Ethiopian troops attacked the rebels with drones.")
    assert len({row.event_id for row in rows if row.type == "ASSAULT"}) == 1


def test_what_plover_has_no_type_for_is_kept_without_one(model: Model) -> None:
    (row,) = read(model.nlp("Airbus won a large order from Kenya Airways."))[:1]
    assert (row.type, row.mode, row.predicate, row.actors[0].name) == (None, None, "win", "Airbus")


def test_a_country_and_a_sector_follow_a_person_through_the_article(model: Model) -> None:
    text = "Chilean President Ana Rojas met the miners on Monday. A day later Rojas visited Bolivia."
    met, visited = coded(model, text)
    assert [(actor.country_code, actor.sector) for actor in (*met.actors, *visited.actors)] == [("CL", "GOV")] * 2


def test_every_flag_is_false_of_a_plain_fact(model: Model) -> None:
    row = only(model, "Police arrested five men in Antwerp.")
    assert not any(getattr(row, field.name) for field in fields(row) if field.name.startswith("is_"))
