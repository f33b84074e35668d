"""Lines and markup are made safe, however they are reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.characters import clean_line, clean_markup

AWKWARD = st.text(st.sampled_from("ab \t\n\x0b\x1c\x85\xa0\u0301\u200b\u2028\u3000\ufeff\x00é") | st.characters())


@given(AWKWARD)
def test_an_invisible_mark_changes_nothing_of_a_line(text: str) -> None:
    """Lines without anything to take out are cleaned by a shorter way, to the same result."""
    assert clean_line(text) == clean_line(f"\u200b{text}")


def test_separators_of_lines_that_are_no_text_part_no_words() -> None:
    assert clean_line("wo\x1crd and wo\u2028rd") == "word and word"


def test_only_a_tag_with_hundreds_of_attributes_loses_them() -> None:
    flood = " ".join(f"a{number}=value-of-{number}" for number in range(400))
    long = f"data-x='{'x' * 6_000}'"
    source = f"<p>5 < 6 {'words ' * 1_000}</p><div {flood}>kept</div><DIV {long}>too</DIV><1 {flood}>"
    assert clean_markup(source).decode() == source.replace(f"<div {flood}>", "<div>", 1)
