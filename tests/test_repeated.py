"""What a publisher repeats is learnt from its articles, and cut so that it can be put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lakes import NOW, article, page, put

from storage.boilerplate import MOST, Repeated, leave_in, remember, remembered, repeated_paragraphs
from storage.lake import Lake
from storage.records import Article, Cut
from storage.remove import Request, remove
from tasks.chunks import clean_chunk
from tasks.extract.reading import Block
from tasks.extract.repeated import Seen, paragraph_key, repeated, seen_with, without_repeated
from tasks.maintain import learn

BOX = "Get the 7 stories that matter, every morning at 6."
NAMES = ("rain", "roads", "schools", "trains", "harvest", "ferries", "courts", "markets")


def an_article(number: int, box: str = BOX) -> tuple[str, ...]:
    return box, f"The council spoke about {NAMES[number]} on Monday, and will speak about it again."


def blocks(texts: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(Block(text=text) for text in texts)


def test_a_box_is_cut_once_it_stood_in_four_articles_even_if_its_figures_change() -> None:
    seen = seen_with(Seen(), [an_article(0), an_article(1), an_article(2)])
    assert repeated(seen) == {}
    other = an_article(3, "Get the 9 stories that matter, every morning at 5.")
    seen = seen_with(Seen(), [an_article(0), an_article(1), an_article(2), other])
    assert repeated(seen) == {paragraph_key(BOX): 4}
    trimmed = without_repeated(blocks(an_article(5)), repeated(seen))
    assert [block.text for block in trimmed.blocks] == [an_article(5)[1]]
    assert [(cut.paragraph, cut.surface, cut.rule) for cut in trimmed.cuts] == [(0, BOX, "repeated")]


def test_a_paragraph_twice_in_one_article_counts_once() -> None:
    assert repeated(seen_with(Seen(), [(*an_article(0), BOX, BOX, BOX)])) == {}


def test_versions_of_one_article_count_once() -> None:
    """A text that came again with another ending repeats nothing but itself."""
    versions = [
        ("The river rose in the night, as it had not for years.", f"Then {name} fell.", "No one was hurt.")
        for name in NAMES
    ]
    assert repeated(seen_with(Seen(), versions)) == {}


def test_rows_of_figures_are_no_boilerplate() -> None:
    assert repeated(
        seen_with(
            Seen(), [(f"On {name} we report at length, as we do it every Monday:", "12 - 7", BOX) for name in NAMES]
        )
    ) == {paragraph_key(BOX): len(NAMES)}


def test_an_article_that_is_all_repetition_is_left_as_it_is() -> None:
    assert without_repeated((Block(text=BOX),), {paragraph_key(BOX)}).blocks == (Block(text=BOX),)


def test_what_is_rare_among_many_articles_stays() -> None:
    others = [(f"Paragraph {letter}",) for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert repeated(seen_with(Seen(), [*others, *(an_article(number) for number in range(4))])) == {}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Eight articles of a source, all with the same box."""
    opened = Lake.open(tmp_path / "lake")
    for number, name in enumerate(NAMES):
        put(opened, article(name, "\n\n".join(an_article(number))))
    return opened


def cleaned(lake: Lake, *, at: timedelta = timedelta(days=1)) -> Article:
    """A new page with the box, cleaned by what is known at an instant."""
    body = f"<p>The mayor left at noon, and nobody knows why.</p><p>{BOX}</p>".encode()
    new = replace(page("new", body=body), format="html_fragment")
    with lake.ledger() as ledger:
        [result] = clean_chunk(repeated_paragraphs(ledger, NOW + at), [new])
    assert isinstance(result, Article)
    return result


def test_maintenance_learns_what_a_source_repeats_and_runs_after_it_cut_it(lake: Lake) -> None:
    with lake.ledger() as ledger:
        assert learn.fn(lake, ledger, NOW) == 1
    found = cleaned(lake)
    assert (found.text, found.boilerplate) == ("The mayor left at noon, and nobody knows why.", (BOX,))
    assert [cut.rule for cut in found.cuts] == ["repeated"]


def test_what_was_learned_later_changes_nothing_of_an_earlier_run(lake: Lake) -> None:
    """A run takes what was known when it began, so it gives the same however long it takes, and however often."""
    with lake.ledger() as ledger:
        learn.fn(lake, ledger, NOW)
    assert cleaned(lake, at=-timedelta(seconds=1)).text.endswith(BOX)
    assert cleaned(lake) == cleaned(lake)


def test_learning_again_changes_nothing_even_when_the_box_is_cut_everywhere(lake: Lake) -> None:
    with lake.ledger() as ledger:
        learn.fn(lake, ledger, NOW)
        before = remembered(ledger)
        assert learn.fn(lake, ledger, NOW + timedelta(days=1)) == 0
        assert remembered(ledger) == before


def test_a_paragraph_that_is_left_in_is_cut_no_more_and_not_learned_again(lake: Lake) -> None:
    with lake.ledger() as ledger:
        learn.fn(lake, ledger, NOW)
        assert leave_in(ledger, "elsewhere") == 0
        assert leave_in(ledger, "here", paragraph_key(BOX)) == 1
        assert learn.fn(lake, ledger, NOW) == 0
    assert cleaned(lake).text.endswith(BOX)


def test_a_ledger_that_was_lost_learns_the_same_from_what_was_cut(lake: Lake) -> None:
    texts = [an_article(number)[1] for number in range(len(NAMES))]
    cut = cleaned_cut()
    other = Lake.open(Path(lake.uri).parent / "other")
    for name, text in zip(NAMES, texts, strict=True):
        put(other, replace(article(name, text), cuts=cut))
    with other.ledger() as ledger:
        learn.fn(other, ledger, NOW)
        assert repeated_paragraphs(ledger, NOW) == {"here": frozenset({paragraph_key(BOX)})}


def cleaned_cut() -> tuple[Cut, ...]:
    return without_repeated(blocks(an_article(0)), {paragraph_key(BOX)}).cuts


def test_a_source_that_is_taken_down_is_forgotten(lake: Lake) -> None:
    with lake.ledger() as ledger:
        learn.fn(lake, ledger, NOW)
        assert remove(lake, ledger, Request(source_ids=("here",)), now=NOW).left == ()
        assert remembered(ledger) == []


def test_of_one_source_a_bounded_number_is_remembered(lake: Lake) -> None:
    many = [Repeated(source_id="here", paragraph=f"{n:05}", articles=9, of_articles=9) for n in range(MOST + 9)]
    with lake.ledger() as ledger:
        assert remember(ledger, many, NOW) == MOST
        assert remember(ledger, many, NOW) == 0
