"""Quotations: what was said, by whom, and that no mark, missing or doubled, breaks the reading."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import Quote
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.extract.quotes import quotes
from tasks.extract.rules import Rule, load_rules
from tasks.model import Model

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases" / "quotes.toml").read_text("utf-8"))["case"]
SEED = next((HERE.parent / "seeds").rglob("000_06bf22cdd8765a03.txt"))
RULES = load_rules("quotes").rules


def found(model: Model, text: str, now: datetime) -> tuple[Quote, ...]:
    doc, context = model.nlp(text), Context(published_at=now, model_version=model.version)
    return quotes(doc, context, mentions(doc, context))


def line(row: Quote) -> str:
    return f"{row.kind} | {row.content_text} | {row.speaker or '-'} | {row.cue or '-'}"


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_text_yields_the_quotes_its_case_states(case: dict[str, Any], model: Model, now: datetime) -> None:
    assert [line(row) for row in found(model, case["text"], now)] == case["expect"]


@pytest.fixture(scope="module")
def seed_rows(model: Model) -> tuple[Quote, ...]:
    body = SEED.read_text("utf-8").partition("\n\n")[2].strip()
    return found(model, body.removesuffix("Brief News from Washington Newsday.").strip(), datetime(2021, 7, 18))


@pytest.mark.parametrize(
    ("kind", "words", "speaker", "name"),
    [
        ("mixed", "“strenuously favors”", "the Taliban’s supreme leader", None),
        ("mixed", "“next week” to find a “fair solution.”", "they", None),
        (
            "mixed",
            "“the Islamic Emirate fervently favors a political settlement.”",
            "Hibatullah Akhundzada, the group’s supreme leader",
            "Hibatullah Akhundzada",
        ),
        ("mixed", "“work to avert civilian casualties,”", "the Qatari mediator", None),
        (
            "direct",
            "The two parties agreed to continue high-level conversations until a compromise is found. "
            "They will meet again next week for this purpose",
            "Qatar’s counter-terrorism ambassador Mutlaq al-Qahtani",
            "Mutlaq al-Qahtani",
        ),
        ("mixed", "“wasting time.”", "Taliban chief Akhundzada", "Hibatullah Akhundzada"),
        ("mixed", "Pro-government fighters carried out 244 operations", "an Afghan security spokesman", None),
        ("direct", "So far, we’ve retaken 24 districts", "Ajmal Omar Shinwari", "Ajmal Omar Shinwari"),
        ("direct", "We are ready to protect our homeland.", "Ajmal Omar Shinwari", "Ajmal Omar Shinwari"),
        ("scare", "enemy", None, None),
    ],
)
def test_the_users_article_gives_each_quotation_to_its_speaker(
    seed_rows: tuple[Quote, ...], kind: str, words: str, speaker: str | None, name: str | None
) -> None:
    rows = [row for row in seed_rows if words in row.content_text and row.kind == kind]
    assert rows, [line(row) for row in seed_rows]
    assert rows[0].speaker == speaker
    if name:
        assert rows[0].speaker_name == name


def test_the_quotation_without_a_closing_mark_ends_before_its_attribution(seed_rows: tuple[Quote, ...]) -> None:
    (row,) = (row for row in seed_rows if row.is_unclosed)
    first, second = row.content
    assert row.content_text.index("We are ready") == first.end - first.start + 1
    assert row.content_text[: first.end - first.start].endswith("retake all of the territories…")
    assert second.end - second.start == len("We are ready to protect our homeland.")


ROWS = [rule for rule in RULES if rule.id != "message.noun"]


@pytest.mark.parametrize("rule", ROWS, ids=[rule.id for rule in ROWS])
def test_every_rule_makes_a_row_of_its_examples_and_none_of_its_near_misses(
    rule: Rule, model: Model, now: datetime
) -> None:
    fired = {text: {row.rule for row in found(model, text, now)} for text in (*rule.examples, *rule.near_misses)}
    assert [text for text in rule.examples if rule.id not in fired[text]] == []
    assert [text for text in rule.near_misses if rule.id in fired[text]] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(['"', "“", "”", "'", "‘", "’", "«", "»", "''", " ", "\n\n", "Ana said", "no.", ","]),
        max_size=25,
    )
)
def test_no_arrangement_of_marks_breaks_an_offset(model: Model, now: datetime, pieces: list[str]) -> None:
    text = " ".join(pieces)
    for row in found(model, text, now):
        assert text[row.start : row.end] == row.surface
        assert row.content_text == " ".join(text[span.start : span.end] for span in row.content)
        assert row.content[0].start == row.start
        assert row.content[-1].end == row.end


def test_a_text_of_nothing_but_quotations_is_read_to_a_bound(model: Model, now: datetime) -> None:
    """Regions beyond the 600th are left unread, so that no text takes quadratic time."""
    rows = found(model, "“No,” he said. " * 700, now)
    assert 500 < len(rows) <= 600


@pytest.mark.parametrize("text", ['Ana said "" .', "Ana said “ ” and left."])
def test_marks_around_nothing_quote_nothing(text: str, model: Model, now: datetime) -> None:
    """And break nothing."""
    assert found(model, text, now) == ()


def test_who_sends_a_message_says_what_it_says(model: Model, now: datetime) -> None:
    """Examples of the rule have the sender for a speaker; who merely meets a speaker sends nothing."""
    (rule,) = (rule for rule in RULES if rule.id == "message.noun")
    for text in rule.examples:
        assert {row.speaker for row in found(model, text, now)} == {"Lopez"}, text
    for text in rule.near_misses:
        assert "Lopez" not in {row.speaker for row in found(model, text, now)}, text
