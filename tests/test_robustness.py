"""Damaged texts for measuring: the same damage for the same seed, and offsets that lead back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accuracy.documents import Document
from benchmarks.robustness import MARKS, damage, restored

TEXT = '“We won,” Lopez said. “Nobody lost.” She left at noon.\n\n"It is over," said Brandt.'


def document(text: str) -> Document:
    return Document("one", text, None, {})


def test_a_seed_gives_the_same_damage_and_another_one_another() -> None:
    """Whoever runs the command gets the table of the docs."""
    texts = [damage(document(TEXT), 0.5, seed).text for seed in (1, 1, 2, 3, 4)]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1


@given(share=st.floats(0, 1), seed=st.integers(0, 50))
def test_only_marks_go_and_every_offset_leads_back(share: float, seed: int) -> None:
    """What is left is the text without some of its marks, and spans of it name the same words in the whole."""
    damaged = damage(document(TEXT), share, seed)
    assert damaged.text == "".join(TEXT[i] for i in damaged.kept)
    assert {TEXT[i] for i in set(range(len(TEXT))) - set(damaged.kept)} <= MARKS
    start = damaged.text.index("Lopez")
    (row,) = restored({"quotes": [{"content": [[start, start + 5]], "source": [], "rule": "x"}]}, damaged.kept)[
        "quotes"
    ]
    assert [TEXT[s:e] for s, e in row["content"]] == ["Lopez"]


def test_without_a_share_nothing_is_lost() -> None:
    """The intact column of the table is the ordinary score."""
    assert damage(document(TEXT), 0.0, 1).text == TEXT
