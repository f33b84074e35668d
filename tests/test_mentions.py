"""Mentions: names, what else stands for them, and which of them are the same."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.model import Model

ROOT = Path(__file__).parent
CASES = tomllib.loads((ROOT / "cases" / "mentions.toml").read_text("utf-8"))["case"]
CONTEXT = Context(published_at=datetime(2021, 7, 18, tzinfo=UTC), model_version="test")


def found(model: Model, text: str) -> tuple[Mention, ...]:
    return mentions(model.nlp(text), CONTEXT)


def at(rows: tuple[Mention, ...], text: str, words: str) -> Mention:
    """The mention with these words; "words#2" is their second occurrence as whole words."""
    words, _, number = words.partition("#")
    places = [match.start() for match in re.finditer(rf"\b{re.escape(words)}(?!\w)", text)]
    starts = [row for row in rows if row.surface == words and (not number or row.start == places[int(number) - 1])]
    assert starts, f"no mention {words!r} among {[row.surface for row in rows]}"
    return starts[0]


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case_comes_out_as_reviewed(model: Model, case: dict) -> None:
    """Every case of tests/cases/mentions.toml has its names, entities and absences."""
    rows = found(model, case["text"])
    for name in case.get("names", []):
        row = at(rows, case["text"], name["words"])
        assert (row.label, row.is_name) == (name["label"], True)
        assert row.role == name.get("role", row.role)
        assert row.country_code == name.get("country", row.country_code)
    for group in case.get("same", []):
        entities = {words: at(rows, case["text"], words).entity_id for words in group}
        assert len(set(entities.values())) == 1, entities
    for one, other in case.get("apart", []):
        assert at(rows, case["text"], one).entity_id != at(rows, case["text"], other).entity_id
    assert not {row.surface for row in rows if row.is_name} & set(case.get("absent", []))


def test_the_users_article_names_whom_it_names(model: Model) -> None:
    """Persons, their roles and entities, the Taliban as one organisation, countries of places and peoples."""
    seed = next((ROOT.parent / "seeds").rglob("*06bf22cdd8765a03*"))
    text = seed.read_text("utf-8").split("\n\n", 1)[1].removesuffix(" Brief News from Washington Newsday.")
    rows = found(model, text)
    names = [row for row in rows if row.is_name]
    persons = {row.canonical_name for row in names if row.label == "PERSON"}
    assert persons == {"Hibatullah Akhundzada", "Abdullah Abdullah", "Mutlaq al-Qahtani", "Ajmal Omar Shinwari"}
    assert at(rows, text, "Abdullah Abdullah").role == "President of the High Council for National Reconciliation"
    assert at(rows, text, "High Council for National Reconciliation").label == "ORG"
    assert at(rows, text, "Mutlaq al-Qahtani").role == "Qatar’s counter-terrorism ambassador"
    leader = at(rows, text, "Hibatullah Akhundzada").entity_id
    for words in ("Akhundzada#2", "the Taliban’s supreme leader", "the group’s supreme leader", "he", "his"):
        row = at(rows, text, words)
        assert (row.label, row.entity_id) == ("PERSON", leader), words
    taliban = [row for row in names if row.surface == "Taliban"]
    assert len(taliban) == text.count("Taliban")
    assert {(row.label, row.entity_id) for row in taliban} == {("ORG", taliban[0].entity_id)}
    countries = {row.surface: (row.label, row.country_code) for row in names if row.country_code}
    assert countries == {
        "Doha": ("GPE", "QA"), "Qatar": ("GPE", "QA"), "Afghanistan": ("GPE", "AF"), "Kabul": ("GPE", "AF"),
        "US": ("GPE", "US"), "Afghan": ("NORP", "AF"), "Qatari": ("NORP", "QA"),
    }  # fmt: skip


WORDS = st.sampled_from(
    [
        *[
            "Ada",
            "Holm",
            "said",
            "he",
            "“",
            "”",
            "the",
            "President",
            "of",
            "al-",
            "’s",
            ",",
            ".",
            "Dr.",
            "I",
            "-",
            "US",
            "(",
            "é",
            "🙂",
            "'",
        ],
        '"',
        "\n\n",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=30))
def test_whatever_the_text_offsets_slice_back_and_entities_have_one_name(model: Model, words: list[str]) -> None:
    """`text[start:end] == surface`, mentions are in order and numbered, an entity has one canonical name."""
    text = " ".join(words)
    rows = found(model, text)
    assert [text[row.start : row.end] for row in rows] == [row.surface for row in rows]
    assert [row.mention_id for row in rows] == list(range(len(rows)))
    assert [row.start for row in rows] == sorted(row.start for row in rows)
    assert len({(row.entity_id, row.canonical_name) for row in rows}) == len({row.entity_id for row in rows})
    assert all(0 <= row.confidence <= 1 and row.is_name + row.is_nominal + row.is_pronoun == 1 for row in rows)


def test_a_text_of_nothing_but_names_and_pronouns_takes_seconds_not_minutes(model: Model) -> None:
    """2,000 persons of one surname, each with a pronoun, in one sentence: the work grows with the text only."""
    words, labels, heads, deps = [], [], [], []
    for number in range(2_000):
        start = len(words)
        words += [f"Ada{number}", "Holm", "said", "he", "left", ","]
        labels += ["B-PERSON", "I-PERSON", "O", "O", "O", "O"]
        heads += [start + 1, start + 2, 2, start + 4, start + 2, start + 2]
        deps += ["compound", "nsubj", "conj", "nsubj", "ccomp", "punct"]
    tags = ["PROPN", "PROPN", "VERB", "PRON", "VERB", "PUNCT"] * 2_000
    deps[2] = "ROOT"
    doc = Doc(model.nlp.vocab, words=words, ents=labels, heads=heads, deps=deps, pos=tags, lemmas=words)
    started = process_time()
    rows = mentions(doc, CONTEXT)
    assert len({row.entity_id for row in rows}) == 2_000
    assert process_time() - started < 20
