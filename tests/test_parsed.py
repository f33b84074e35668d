"""The plain form of a document says what spaCy says, token by token."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from tasks.extract.parsed import Span, parsed
from tasks.model import Model

VALUES = (
    "i", "idx", "text", "lower_", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "whitespace_", "is_alpha", "is_space",
    "is_punct", "is_quote", "like_num", "is_sent_end",
)  # fmt: skip
TOKENS = ("head", "left_edge", "right_edge")
SEQUENCES = ("children", "lefts", "rights", "subtree", "ancestors")
TEXTS = (
    "",
    "Holm.",
    "OSLO — “We won't pay $3,000 for it,” Ada Holm, 61, said.\n\nShe left at 5 p.m. on Tuesday.  Nobody else did…",
    "A rise was, the minister who took office in May said, expected that nobody had asked for.\n \n\tThree (3) times!",
)
WORDS = ["Holm", "said", "“", "”", "the", "council", ",", ".", "that", "3", "\n\n", " ", "who", "won’t", "U.S.", "🎈"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_document_is_the_same_in_plain_python(text: str, model: Model) -> None:
    """Every attribute that annotators read, of tokens, sentences and entities."""
    assert_same(model, text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), max_size=40))
def test_so_are_words_in_any_order(words: list[str], model: Model) -> None:
    """Among them trees whose branches cross."""
    assert_same(model, " ".join(words))


def assert_same(model: Model, text: str) -> None:
    """Compare all that annotators read."""
    theirs = model.nlp(text)
    ours = parsed(theirs)
    assert ours.text == theirs.text == text
    for token, plain in zip(theirs, ours, strict=True):
        assert [getattr(plain, name) for name in VALUES] == [getattr(token, name) for name in VALUES]
        assert plain.is_sent_start == bool(token.is_sent_start)
        assert [getattr(plain, name).i for name in TOKENS] == [getattr(token, name).i for name in TOKENS]
        for name in SEQUENCES:
            assert [one.i for one in getattr(plain, name)] == [one.i for one in getattr(token, name)], name
        assert (plain.sent.start, plain.sent.end) == (token.sent.start, token.sent.end)
    assert [(one.start, one.end, one.text) for one in ours.sents] == [
        (one.start, one.end, one.text) for one in theirs.sents
    ]
    assert [(one.start, one.end, one.label_) for one in ours.ents] == [
        (one.start, one.end, one.label_) for one in theirs.ents
    ]
    for start in range(-3, len(theirs) + 2):
        for end in range(start, start + 9):
            one, other = ours[start:end], theirs[start:end]
            assert (one.start, one.end, one.text) == (other.start, other.end, other.text)
            assert (one.start_char, one.end_char) == (other.start_char, other.end_char)
            assert not len(other) or one.root.i == other.root.i


@pytest.mark.parametrize("alignment_mode", ["expand", "contract"])
def test_characters_are_the_same_tokens(alignment_mode: Literal["expand", "contract"], model: Model) -> None:
    """Any stretch of characters, inside the text and beyond it, touches or holds the same tokens."""
    theirs = model.nlp(TEXTS[2])
    ours = parsed(theirs)
    for start in range(-2, len(ours.text) + 2):
        for end in range(start, start + 12):
            one = ours.char_span(start, end, alignment_mode)
            other = theirs.char_span(start, end, alignment_mode=alignment_mode)
            assert ends(one) == ends(other), (start, end)


def ends(span: Span | SpacySpan | None) -> tuple[int, int] | None:
    """The tokens between which a span lies."""
    return None if span is None else (span.start, span.end)


def test_a_document_is_read_once(model: Model) -> None:
    """Annotators share what is made of it."""
    doc = model.nlp(TEXTS[1])
    assert parsed(doc) is parsed(doc)


def test_a_neighbour_outside_the_document_is_an_error(model: Model) -> None:
    """And not the last token of it."""
    doc = parsed(model.nlp(TEXTS[1]))
    with pytest.raises(IndexError):
        doc[0].nbor(-1)
    with pytest.raises(IndexError):
        doc[len(doc) - 1].nbor()


def test_a_tree_of_any_depth_is_walked(model: Model) -> None:
    """A chain of thousands of words exceeds no recursion."""
    heads = [0, *range(2_999)]
    doc = parsed(Doc(model.nlp.vocab, words=["so"] * 3_000, heads=heads, deps=["dep"] * 3_000))
    assert doc.depths == list(range(3_000))
    assert [token.i for token in doc[0].subtree] == list(range(3_000))
