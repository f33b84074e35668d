"""Expressions of time: what is found, what it is read as, and that nothing is guessed or raised."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.accuracy.documents import Document
from benchmarks.accuracy.timexes import score
from storage.records import Timex
from tasks.extract.context import Context
from tasks.extract.parsed import parsed
from tasks.extract.rules import Rule
from tasks.extract.timexes import timexes
from tasks.extract.timexes.expressions import RULES, expressions
from tasks.extract.timexes.periods import KINDS, period_of, shift
from tasks.extract.timexes.readers import READERS
from tasks.extract.timexes.tense import tense
from tasks.model import Model

ROOT = Path(__file__).parent.parent
CASES = tomllib.loads((ROOT / "tests" / "cases" / "timexes.toml").read_text("utf-8"))["case"]
PATTERNS = [rule for rule in RULES.rules if rule.pattern]
TENSES = RULES.with_prefix("tense.")
TRIGGERS = RULES.with_prefix("trigger.")


def annotated(doc: Doc, published: date) -> tuple[Timex, ...]:
    instant = datetime(published.year, published.month, published.day, tzinfo=UTC)
    return timexes(doc, Context(published_at=instant))


def found(nlp: Language, text: str, published: date) -> tuple[Timex, ...]:
    return annotated(nlp(text), published)


def line(row: Timex) -> str:
    notes = (row.mod, row.resolved_from if row.resolved_from in ("unresolved", "context") else None)
    return " | ".join([row.surface, row.type, row.value or "-", *filter(None, notes)])


@pytest.fixture(scope="module")
def blank() -> Language:
    """A pipeline without a parser: every rule must bear a text that nobody could parse."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


@pytest.fixture(scope="module")
def read(model: Model) -> dict[str, tuple[Timex, ...]]:
    """The rows of every case, by its reason."""
    docs = model.nlp.pipe(case["text"] for case in CASES)
    return {case["why"]: annotated(doc, case["published"]) for case, doc in zip(CASES, docs, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_text_yields_exactly_the_expressions_its_case_states(
    case: dict[str, Any], read: dict[str, tuple[Timex, ...]]
) -> None:
    assert [line(row) for row in read[case["why"]]] == case["expect"]


def test_every_rule_fires_in_a_case(read: dict[str, tuple[Timex, ...]]) -> None:
    fired = {row.rule for rows in read.values() for row in rows}
    assert {rule.id for rule in PATTERNS} - fired == set()


def test_the_seed_article_has_every_date_right(model: Model) -> None:
    """The day of publication, the ISO week after it, and what has no date, in the order of the text."""
    seed = next((ROOT / "seeds").glob("000_*.txt")).read_text("utf-8").partition("\n")[2]
    rows = found(model.nlp, seed, date(2021, 7, 18))
    assert [(row.surface, row.value) for row in rows] == [
        ("Sunday", "2021-07-18"),
        ("two days", "P2D"),
        ("next week", "2021-W29"),
        ("the second day", "XXXX-XX-XX"),
        ("two-day", "P2D"),
        ("next week", "2021-W29"),
        ("months", "PXM"),
        ("now", "PRESENT_REF"),
    ]
    week = rows[2]
    assert (week.resolved_start, week.resolved_end) == (
        datetime(2021, 7, 19, tzinfo=UTC),
        datetime(2021, 7, 26, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("It closed in Q3 2020.", "2020-07-01T00:00", "2020-10-01T00:00"),
        ("It struck at 5 p.m. EST on Nov. 5, 2023.", "2023-11-05T22:00", "2023-11-05T23:00"),
        ("It struck at 16:08 UTC on Nov. 5, 2023.", "2023-11-05T16:08", "2023-11-05T16:09"),
        ("Over the past two months it rained.", "2024-01-13T00:00", "2024-03-13T00:00"),
        ("It rained last weekend.", "2024-03-09T00:00", "2024-03-11T00:00"),
        ("In the 1990s it rained.", "1990-01-01T00:00", "2000-01-01T00:00"),
        ("It rained in the summer of 2016.", "2016-06-01T00:00", "2016-09-01T00:00"),
    ],
)
def test_an_interval_is_in_utc_and_ends_where_the_next_begins(text: str, start: str, end: str, model: Model) -> None:
    row = found(model.nlp, text, date(2024, 3, 13))[0]
    assert (row.resolved_start, row.resolved_end) == tuple(
        datetime.fromisoformat(instant).replace(tzinfo=UTC) for instant in (start, end)
    )


def test_an_ambiguous_order_of_figures_costs_confidence(model: Model) -> None:
    """3/4/2023 alone may be March or April; beside 25/12/2022 it stays doubted, beside none of its kind too."""
    sure = found(model.nlp, "Opened on 25/12/2022.", date(2024, 3, 13))[0]
    unsure = found(model.nlp, "Opened on 3/4/2023.", date(2024, 3, 13))[0]
    assert unsure.confidence < sure.confidence


@pytest.mark.parametrize("rule", TENSES, ids=[rule.id for rule in TENSES])
def test_words_that_place_a_clause_turn_its_side(rule: Rule, model: Model) -> None:
    """The clause of each example lies on another side than that of its near-miss."""

    def side(text: str) -> str:
        return tense(expressions(parsed(model.nlp(text)))[0].span)

    assert {side(text) for text in rule.examples}.isdisjoint(side(text) for text in rule.near_misses)


@pytest.mark.parametrize("rule", PATTERNS, ids=[rule.id for rule in PATTERNS])
def test_a_trigger_wakes_every_rule_in_its_own_examples(rule: Rule) -> None:
    """Triggers save time only: no example of a rule lacks a word that has it tried."""
    words = {word for trigger in TRIGGERS if rule.id in trigger.value.split() for word in trigger.words}
    assert words, f"no trigger names {rule.id}"
    for example in rule.examples:
        parts = set("".join(c if c.isalnum() else " " for c in example.lower()).split())
        shapes = parts | {"".join("d" if c.isdigit() else c for c in part) for part in parts}
        assert shapes & words, example


def test_triggers_and_rules_and_readers_name_each_other() -> None:
    woken = {name for trigger in TRIGGERS for name in trigger.value.split()}
    assert woken == {rule.id for rule in PATTERNS}
    assert {rule.value for rule in PATTERNS} == set(READERS)


OPENINGS = {name: frozenset(rule.words) for rule in RULES.with_prefix("opening.") for name in rule.value.split()}
OPENED = [rule for rule in PATTERNS if rule.id in OPENINGS]


@pytest.mark.parametrize("rule", OPENED, ids=[rule.id for rule in OPENED])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_rule_opens_with_its_opening_words_only(rule: Rule, data: st.DataObject) -> None:
    """Openings save time only: of texts made from a rule's own pattern, every match begins with one of them."""
    own = re.compile(rule.pattern.replace("(?-i:(?=[A-Z]))", ""), re.VERBOSE)
    made = f"He was in {data.draw(st.from_regex(own))} or so"
    for match in rule.regex().finditer(made):
        first = re.match(r"\w+", made[match.start() :])
        assert first, match
        assert "".join("d" if c.isdecimal() else c for c in first[0].lower()) in OPENINGS[rule.id], match


def test_openings_name_rules() -> None:
    assert set(OPENINGS) == {rule.id for rule in OPENED}


WORDS = """
the a last next this past two 12 99999999999 2021 1998-99 0000-00-00 31/02/21 13/13/13 30 february Feb. May 29 Monday
tuesdays day days week quarter Q3 century centuries millennia years year half ago later earlier before in of to and
every each first second 20th 0th early mid- end beginning 5 p.m. 25:61 24:00 noon midnight EST yesterday tomorrow night
morning today Easter Thanksgiving Election Day AD BC 44 fiscal FY decade 1990s '87 ' – - , . ended now recent future
soon billion hundred dozen a half several few per ﬁ İ ٣ \u200b
"""
PIECES = st.sampled_from([*WORDS.split(), "\n\n"])
PUBLISHED = st.sampled_from(
    [date(1, 1, 1), date(1900, 2, 28), date(2021, 7, 18), date(2024, 2, 29), date(9998, 12, 31)]
)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=14), published=PUBLISHED)
def test_whatever_the_words_rows_slice_back_and_never_overlap(
    pieces: list[str], published: date, blank: Language
) -> None:
    text = " ".join(pieces)
    rows = found(blank, text, published)
    assert all(text[row.start : row.end] == row.surface and row.surface for row in rows)
    assert all(before.end <= after.start for before, after in pairwise(rows))
    assert [row.timex_id for row in rows] == list(range(len(rows)))


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=14), published=PUBLISHED)
def test_whatever_the_words_a_row_is_resolved_with_a_value_or_says_that_it_is_not(
    pieces: list[str], published: date, blank: Language
) -> None:
    for row in found(blank, " ".join(pieces), published):
        assert (row.resolved_start is None) == (row.resolved_end is None)
        assert row.value or row.resolved_from == "unresolved"
        if row.resolved_start and row.resolved_end:
            assert row.resolved_from != "unresolved"
            assert row.resolved_start < row.resolved_end
        assert 0 < row.confidence < 1


@pytest.mark.parametrize("piece", ["one day ", "the last ", "1999-", "May ", "12: ", "two " + " " * 80 + "day ", "1,1"])
def test_a_hundred_kilobytes_of_one_piece_are_read_in_bounded_time(piece: str, blank: Language) -> None:
    """No pattern backtracks beyond the neighbourhood of a trigger: the suite's time limit is far off."""
    text = (piece * 100_000)[:100_000]
    rows = expressions(parsed(blank.make_doc(text)))
    assert all(one.end - one.start < 200 for one in rows)


@given(day=st.dates(date(101, 1, 1), date(9000, 1, 1)), kind=st.sampled_from(KINDS), steps=st.integers(-9, 9))
def test_a_period_holds_its_day_and_stepping_there_and_back_is_nothing(day: date, kind: str, steps: int) -> None:
    here = period_of(day, kind)
    start, end = here.interval
    week = timedelta(days=7 if kind == "weekend" else 0)
    assert start - week <= datetime(day.year, day.month, day.day, tzinfo=UTC) < end + week
    there = shift(here, steps)
    assert there is None or shift(there, -steps) == here


def test_the_scorer_counts_as_tempeval_3_does() -> None:
    """Overlap pairs, the value decides, twelve months are a year and a final Z is nothing."""
    gold = [
        {"start": 0, "end": 9, "type": "DURATION", "value": "P12M"},
        {"start": 20, "end": 30, "type": "TIME", "value": "2021-07-18T16:08Z"},
        {"start": 40, "end": 45, "type": "DATE", "value": "2021"},
        {"start": 50, "end": 50, "type": "DATE", "value": "2020"},
    ]
    ours = [
        {"start": 0, "end": 5, "type": "DURATION", "value": "P1Y"},
        {"start": 20, "end": 30, "type": "TIME", "value": "2021-07-18T16:08"},
        {"start": 41, "end": 45, "type": "SET", "value": "2022"},
        {"start": 60, "end": 65, "type": "DATE", "value": "2023"},
    ]
    document = Document(doc_id="1", text="", published_at=None, gold={"timexes": gold})
    figures = score("a set", [document], [{"timexes": ours}])
    assert {figure.measure: figure.value for figure in figures} == {
        "value F1": 57.1,
        "type F1": 57.1,
        "relaxed F1": 85.7,
        "strict F1": 28.6,
    }
