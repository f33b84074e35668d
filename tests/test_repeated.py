"""What a publisher repeats is learnt from its articles, and cut so that it can be put back."""

from __future__ import annotations

from tasks.extract.reading import Block
from tasks.extract.repeated import Seen, seen_with, without_repeated

BOX = "Get the 7 stories that matter, every morning at 6."


def an_article(number: int, box: str = BOX) -> tuple[Block, ...]:
    names = ("rain", "roads", "schools", "trains", "harvest", "ferries", "courts", "markets")
    return (Block(text=f"The council spoke about {names[number]} on Monday."), Block(text=box))


def test_a_box_is_cut_once_it_stood_in_four_articles_even_if_its_figures_change() -> None:
    seen = seen_with(Seen(), [an_article(0), an_article(1), an_article(2)])
    assert without_repeated(an_article(5), seen).cuts == ()
    seen = seen_with(seen, [an_article(3, "Get the 9 stories that matter, every morning at 5.")])
    trimmed = without_repeated(an_article(5), seen)
    assert [block.text for block in trimmed.blocks] == ["The council spoke about ferries on Monday."]
    assert [(cut.paragraph, cut.surface, cut.rule) for cut in trimmed.cuts] == [(1, BOX, "repeated")]


def test_a_paragraph_twice_in_one_article_counts_once() -> None:
    doubled = (*an_article(0), Block(text=BOX), Block(text=BOX), Block(text=BOX))
    assert without_repeated(an_article(1), seen_with(Seen(), [doubled])).cuts == ()


def test_an_article_that_is_all_repetition_is_left_as_it_is() -> None:
    seen = seen_with(Seen(), [(Block(text=BOX),)] * 6)
    assert without_repeated((Block(text=BOX),), seen).blocks == (Block(text=BOX),)


def test_what_is_rare_among_many_articles_stays() -> None:
    others = [(Block(text=f"Paragraph {letter}"),) for letter in "abcdefghijklmnopqrstuvwxyz"]
    seen = seen_with(Seen(), [*others, *(an_article(number) for number in range(4))])
    assert without_repeated(an_article(6), seen).cuts == ()
