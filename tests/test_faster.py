"""The faster pipeline gives, token by token, what spaCy's own gives; if it could not, it would not be used."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks import model as module
from tasks.extract.faster import CHECK, UnknownArchitecture, accelerate, differences, morphology, word_vectors
from tasks.model import Model, load_model

SEEDS = sorted((Path(__file__).resolve().parent.parent / "seeds").rglob("*.txt"))
WORDS = (
    "n't", "ai", "nothin'", "y'", "all", "gon", "na", "got", "ta", "let", "'s", "c'm", "on", "there", "is", "are", "it",
    "that", "to", "be", "been", "'ve", "had", "'d", "do", "not", "Which", "i", "You", "her", "his", "leaves", "better",
    "more", "most", "U.S.", "1,200", "%", "$", "“", "”", "—", "(", "\n\n", "東京", "🚢", "x" * 50, "St.", "Mrs",
    "running", "Prime", "Minister", "Lund", "said", "Tuesday", "the", "a", "of", ",", ".", "?", "as", "well", "United",
    "Nations",
)  # fmt: skip


@pytest.fixture(scope="module")
def stock() -> Model:
    return load_model(is_fast=False)


def test_the_default_model_is_the_fast_one(model: Model, stock: Model) -> None:
    assert "morphology_kept" in model.nlp.pipe_names
    assert "morphology_kept" not in stock.nlp.pipe_names
    assert model.version == stock.version


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seeds_come_out_token_by_token_the_same(path: Path, model: Model, stock: Model) -> None:
    text = path.read_text("utf-8")
    assert differences([stock.nlp(text)], [model.nlp(text)]) == 0


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), min_size=1, max_size=5))
def test_any_batch_of_words_comes_out_the_same(batch: list[str], model: Model, stock: Model) -> None:
    """Also empty documents, and documents beside others, which must not see one another."""
    assert differences(stock.nlp.pipe(batch), model.nlp.pipe(batch)) == 0


def test_a_full_cache_starts_anew_and_changes_nothing(stock: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "MOST_TYPES", 20)
    monkeypatch.setattr(morphology, "MOST_KEPT", 20)
    small = load_model()
    for _ in range(2):
        assert differences(stock.nlp.pipe(CHECK), small.nlp.pipe(CHECK)) == 0


def test_two_word_types_with_one_key_are_told_apart(stock: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "_MIX", np.zeros(6, dtype=np.uint64))
    collided = load_model()
    assert differences(stock.nlp.pipe(CHECK), collided.nlp.pipe(CHECK)) == 0


def test_differences_are_counted_by_token(stock: Model) -> None:
    one, other = stock.nlp("He leaves the hall."), stock.nlp("He leaves the hall.")
    other[1].lemma_ = "leaf"
    assert differences([one], [other]) == 1
    assert differences([one], [Doc(stock.nlp.vocab, words=["He"])]) == len(one)


def test_a_pipeline_of_another_build_is_refused() -> None:
    nlp = load_model(is_fast=False).nlp
    nlp.remove_pipe("attribute_ruler")
    with pytest.raises(UnknownArchitecture, match="components"):
        accelerate(nlp)


def test_where_the_fast_parts_do_not_fit_spacy_runs_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stock: Model
) -> None:
    """One clear line in the log, and the same rows, slower."""
    monkeypatch.setattr(module, "accelerate", lambda _: (_ for _ in ()).throw(UnknownArchitecture("of the test")))
    with caplog.at_level(logging.WARNING):
        slow = load_model()
    assert [record.message for record in caplog.records] == ["en_core_web_sm runs at spaCy's own speed: of the test"]
    assert differences(stock.nlp.pipe(CHECK), slow.nlp.pipe(CHECK)) == 0
