"""The faster pipeline gives, token by token, what spaCy's own gives; if it could not, it would not be used."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from string import ascii_letters, ascii_lowercase

import lakes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from tasks import chunks
from tasks import model as module
from tasks.extract.duplicates import sketch
from tasks.extract.faster import (
    CHECK,
    UnknownArchitecture,
    accelerate,
    batches,
    convolution,
    differences,
    kernels,
    layer,
    morphology,
    transitions,
    word_vectors,
)
from tasks.model import Model, compiled, load_model

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


@pytest.fixture(scope="module")
def walked() -> Model:
    """The model on compiled code; numba is among the dependencies of the tests, so it has to be there."""
    loaded = compiled(load_model())
    assert {"morphology_kept", "parser_compiled", "ner_compiled"} <= set(loaded.nlp.pipe_names)
    return loaded


def _residuals(model: Model) -> list[convolution.Layer]:
    (node,) = (node for node in model.nlp.get_pipe("tok2vec").model.walk() if node.has_ref("encode"))
    return [each for each in node.get_ref("encode").walk() if each.name.startswith("residual(expand")]


def _searches_find_nothing(model: Model, text: str) -> None:
    tokenizer = model.nlp.tokenizer
    assert tokenizer.suffix_search(text) is None
    assert not list(tokenizer.infix_finditer(text))
    assert tokenizer.url_match(text) is None


def test_the_default_model_is_the_fast_one(model: Model, stock: Model) -> None:
    assert {"morphology_kept", "parser", "ner"} <= set(model.nlp.pipe_names)
    assert "morphology_kept" not in stock.nlp.pipe_names
    assert model.version == stock.version


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seeds_come_out_token_by_token_the_same(path: Path, model: Model, walked: Model, stock: Model) -> None:
    expected = stock.nlp(path.read_text("utf-8"))
    for faster in (model, walked):
        found = faster.nlp(expected.text)
        assert differences([expected], [found]) == 0
        assert [sentence.start for sentence in found.sents] == [sentence.start for sentence in expected.sents]
        assert [(ent.start, ent.end, ent.label) for ent in found.ents] == [
            (ent.start, ent.end, ent.label) for ent in expected.ents
        ]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), min_size=1, max_size=5))
def test_any_batch_of_words_comes_out_the_same(batch: list[str], model: Model, walked: Model, stock: Model) -> None:
    """Also empty documents, and documents beside others, which must not see one another."""
    expected = list(stock.nlp.pipe(batch))
    assert differences(expected, model.nlp.pipe(batch)) == 0
    assert differences(expected, walked.nlp.pipe(batch)) == 0


def test_documents_longer_than_a_group_come_out_the_same(
    walked: Model, stock: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in ((layer, "MOST_TOKENS"), (batches.Batched, "most_tokens"), (transitions.Walker, "most_tokens")):
        monkeypatch.setattr(place, name, 30)
    assert differences(stock.nlp.pipe(CHECK), walked.nlp.pipe(CHECK)) == 0


@pytest.mark.parametrize("steps", [convolution.Steps(), transitions.STEPS], ids=["numpy", "compiled"])
@pytest.mark.parametrize("count", [4, convolution.BLOCK, 2 * convolution.BLOCK + 8])
def test_fewer_products_make_the_same_convolution(steps: convolution.Steps, count: int, stock: Model) -> None:
    """As spaCy's layers compute it, for tokens of few types (the first one) and for any vectors (the others)."""
    residual = _residuals(stock)[1]
    generator = np.random.default_rng(count)
    vectors = generator.normal(size=(50, kernels.WIDTH)).astype(np.float32)
    types = generator.integers(len(vectors), size=count + 2)
    expected = residual.predict(vectors[types])[1:-1]
    for first in (True, False):
        found = np.zeros((count + 2, kernels.WIDTH), dtype=np.float32)
        if first:
            convolution.FirstConvolution(residual, steps)(vectors, types, found)
        else:
            convolution.Convolution(residual, steps)(vectors[types], found)
        assert np.abs(found[1:-1] - expected).max() < 2e-5
        assert not found[[0, -1]].any()


@pytest.mark.parametrize("finish", [lambda model: model, compiled], ids=["numpy", "compiled"])
def test_a_full_cache_starts_anew_and_changes_nothing(
    finish: Callable[[Model], Model], stock: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "MOST_TYPES", 20)
    monkeypatch.setattr(morphology, "MOST_KEPT", 20)
    small = finish(load_model())
    for _ in range(2):
        assert differences(stock.nlp.pipe(CHECK), small.nlp.pipe(CHECK)) == 0


def test_two_word_types_with_one_key_are_told_apart(stock: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_MIX", np.zeros(16, dtype=np.uint64))
    collided = load_model()
    assert differences(stock.nlp.pipe(CHECK), collided.nlp.pipe(CHECK)) == 0


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(letters=st.text(ascii_letters, min_size=1, max_size=12))
def test_no_affix_is_found_in_letters_alone(letters: str, stock: Model) -> None:
    """That is why the tokenizer need not look for one there: not in `km`, and not in `www`."""
    _searches_find_nothing(stock, letters)


def test_no_affix_is_found_in_the_shortest_words(stock: Model) -> None:
    for letters in product(("", *ascii_letters), ascii_lowercase):
        _searches_find_nothing(stock, "".join(letters))


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


def test_a_transition_model_of_another_shape_is_refused(stock: Model) -> None:
    with pytest.raises(ValueError, match="shapes"):
        transitions.Scorer(stock.nlp.get_pipe("ner"), places=8)


def test_where_the_fast_parts_do_not_fit_spacy_runs_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stock: Model
) -> None:
    """One clear line in the log, and the same rows, slower."""
    monkeypatch.setattr(module, "accelerate", lambda _: (_ for _ in ()).throw(UnknownArchitecture("of the test")))
    with caplog.at_level(logging.WARNING):
        slow = load_model()
    assert [record.message for record in caplog.records] == ["en_core_web_sm runs at spaCy's own speed: of the test"]
    assert differences(stock.nlp.pipe(CHECK), slow.nlp.pipe(CHECK)) == 0
    assert compiled(slow) is slow


def test_without_a_compiler_the_model_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stock: Model
) -> None:
    monkeypatch.setitem(sys.modules, "tasks.extract.faster.transitions", None)
    with caplog.at_level(logging.INFO, logger="tasks.model"):
        model = compiled(load_model())
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "parser" in model.nlp.pipe_names
    assert differences(stock.nlp.pipe(CHECK), model.nlp.pipe(CHECK)) == 0


def test_compiled_code_that_comes_out_differently_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stock: Model
) -> None:
    monkeypatch.setattr(kernels, "entities", lambda parts, *_: (np.full(len(parts), 2), np.zeros(len(parts), int)))
    with caplog.at_level(logging.WARNING):
        model = compiled(load_model())
    assert "come out differently" in caplog.text
    assert differences(stock.nlp.pipe(CHECK), model.nlp.pipe(CHECK)) == 0


def test_a_process_compiles_after_enough_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ENOUGH", 3)
    chunks._worker.cache_clear()
    try:
        found = [
            chunks.annotate_chunk("en_core_web_sm", [lakes.article(text=text)] * 2)
            for text in (CHECK[0], CHECK[0], CHECK[0])
        ]
        assert "ner_compiled" in chunks._worker("en_core_web_sm").model.nlp.pipe_names
    finally:
        chunks._worker.cache_clear()
    assert found[0] == found[2]
    assert [each for _, each in found[0]] == [sketch(lakes.article(text=CHECK[0]))] * 2
