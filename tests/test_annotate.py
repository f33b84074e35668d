"""All annotators together: offsets hold on any text, languages and lengths are bounded, and nothing raises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import lakes
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import Annotations, Article
from tasks.annotate import side_by_side
from tasks.extract import annotate as module
from tasks.extract.annotate import annotate
from tasks.extract.tokens import LONGEST_RUN, tokens
from tasks.model import Model

PIECES = (
    "“We will not stop,” said Ana Petrov, the mayor of Lund, on Tuesday.", "At least 40 people were hurt, police said.",
    "“The bridge", "closed”", "according to the ministry", "£3.5 million", "last week", "Dr. O’Neill", "he said", "“",
    "”", '"', "'", "\n\n", "…", "\u00a0", "\u200b", "—", "🚢🚢", "İstanbul", "东京", "1e400", "10,000,000,000,000,000",
    "half", "between 5 and 7 per cent", "the 31st of February", "24:61", "(", "]", ".", ",", "Reuters)", "not", "may",
    "e\u0301",
)  # fmt: skip


def article(text: str, language: str | None = "en") -> Article:
    return replace(lakes.article(text=text, published_at=datetime(2024, 5, 6, tzinfo=UTC)), language=language)


def annotated(model: Model, text: str, language: str | None = "en") -> Annotations:
    return next(annotate(model.nlp, model.version, [article(text, language)]))


def rows(found: Annotations) -> list:
    return [*found.mentions, *found.quotes, *found.claims, *found.timexes, *found.events]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), glue=st.sampled_from([" ", "", "\n\n"]))
def test_every_annotation_is_the_text_at_its_offsets(model: Model, pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    found = annotated(model, text)
    for row in rows(found):
        assert 0 <= row.start < row.end <= len(text)
        assert text[row.start : row.end] == row.surface
        assert 0.0 <= row.confidence <= 1.0
        assert row.rule
        assert row.annotator_version.endswith(model.version)
    for quote in found.quotes:
        assert quote.content_text == " ".join(text[span.start : span.end] for span in quote.content)
        if quote.speaker_start is not None:
            assert text[quote.speaker_start : quote.speaker_end] == quote.speaker


def test_rows_of_a_table_have_numbers_of_their_own(model: Model) -> None:
    found = annotated(model, " ".join(PIECES[:12]))
    assert [row.mention_id for row in found.mentions] == list(range(len(found.mentions)))
    assert [row.quote_id for row in found.quotes] == list(range(len(found.quotes)))
    assert [row.claim_id for row in found.claims] == list(range(len(found.claims)))
    assert [row.timex_id for row in found.timexes] == list(range(len(found.timexes)))
    assert [row.event_mention_id for row in found.events] == list(range(len(found.events)))


def test_annotating_twice_gives_the_same_rows(model: Model) -> None:
    text = "\n\n".join(PIECES[:4])
    assert annotated(model, text) == annotated(model, text)


def test_a_text_that_articles_share_is_parsed_once_and_read_for_each(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last is of another day; an article between has its own rows, and an empty text is one like others."""
    reprint = replace(article(PIECES[0]), published_at=datetime(2024, 5, 14, tzinfo=UTC))
    articles = [article(PIECES[0]), article(""), article(PIECES[1]), article(PIECES[0], "de"), article(""), reprint]
    alone = [next(annotate(model.nlp, model.version, [each])) for each in articles]
    parsed: list[str] = []
    document = module._document
    monkeypatch.setattr(module, "_document", lambda nlp, text: parsed.append(text) or document(nlp, text))
    assert list(annotate(model.nlp, model.version, articles)) == alone
    assert parsed == [PIECES[0], "", PIECES[1]]
    assert [[row.value for row in each.timexes] for each in alone] == [["2024-04-30"], [], [], [], [], ["2024-05-14"]]


def test_the_same_texts_come_to_the_same_worker() -> None:
    """The first of them decides where they stand."""
    texts = ("b", "a", "b", "c", "a")
    assert [each.text for each in side_by_side([article(text) for text in texts])] == ["b", "b", "a", "a", "c"]


def test_an_article_in_another_language_is_kept_without_annotations(model: Model) -> None:
    found = annotated(model, "„Wir bleiben“, sagte Anna Petrow am Dienstag.", "de")
    assert (found.status, rows(found), found.annotated_end) == ("unsupported_language", [], 0)


def test_of_a_very_long_article_the_beginning_is_annotated(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHARACTERS", 120)
    text = "\n\n".join(["Ana Petrov said on Tuesday that 40 people had come to the bridge."] * 4)
    found = annotated(model, text)
    assert found.status == "truncated"
    assert found.annotated_end == text.index("\n\n")
    assert all(row.end <= found.annotated_end for row in rows(found))


def test_a_text_of_very_many_tokens_is_cut_as_well(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOKENS", 30)
    found = annotated(model, "a b c d e f g h i j\n\n" * 8)
    assert found.status == "truncated"
    assert 0 < found.annotated_end <= 63


@pytest.mark.parametrize("hostile", ["🚢" * 3000, "(" * 3000, "a-" * 1500, "x" * 5000, "=" * 999 + " end"])
def test_a_run_without_spaces_is_cut_before_it_is_tokenized(model: Model, hostile: str) -> None:
    doc = tokens(model.nlp.tokenizer, model.nlp.vocab, f"before {hostile} after")
    assert doc.text == f"before {hostile} after"
    assert max(len(token) for token in doc) <= LONGEST_RUN


def test_real_text_is_tokenized_as_spacy_does_it(model: Model) -> None:
    text = " ".join(PIECES)
    doc = tokens(model.nlp.tokenizer, model.nlp.vocab, text)
    assert [token.text for token in doc] == [token.text for token in model.nlp.make_doc(text)]


def test_articles_come_back_in_their_order(model: Model) -> None:
    batch = [replace(article(PIECES[0], lang), article_id=str(i)) for i, lang in enumerate(["en", "sv", "en", None])]
    found = list(annotate(model.nlp, model.version, batch))
    assert [each.article_id for each in found] == ["0", "1", "2", "3"]
    assert [each.status for each in found] == ["complete", "unsupported_language", "complete", "complete"]
