"""Claims: which number, of what, said by whom."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.records import Claim
from tasks.extract.claims import claims
from tasks.extract.claims.amounts import amounts
from tasks.extract.context import Context
from tasks.model import Model

CASES = Path(__file__).parent / "cases"
CONTEXT = Context(published_at=datetime(2021, 7, 18, tzinfo=UTC))


def rows(model: Model, text: str) -> tuple[Claim, ...]:
    return claims(model.nlp(text), CONTEXT, (), (), ())


def only(model: Model, text: str) -> Claim:
    (row,) = rows(model, text)
    return row


def test_the_seed_articles_figures_are_claims_of_the_security_spokesman(model: Model) -> None:
    """244 operations and 967 killed are what an Afghan security spokesman says."""
    text = (
        "Pro-government fighters carried out 244 operations, killing 967 “enemy” combatants, including key leaders, "
        "according to an Afghan security spokesman."
    )
    found = [(row.value, row.counted, row.change, row.speaker) for row in rows(model, text)]
    assert found == [
        (244.0, "operations", "carry out", "an Afghan security spokesman"),
        (967.0, "enemy combatants", "killed", "an Afghan security spokesman"),
    ]


def test_almost_half_of_the_districts_is_a_hedged_share(model: Model) -> None:
    share, whole = rows(model, "The group is thought to now control almost half of the country’s 400 districts.")
    assert (share.value, share.approximator, share.comparison) == (0.5, "almost", "~")
    assert (share.fraction_of, share.is_fraction, share.is_hedged) == ("the country’s 400 districts", True, True)
    assert (whole.value, whole.counted, whole.is_fraction) == (400, "districts", False)


HOSTILE = (
    "1e400 apples", "9" * 10_000 + " men", "million " * 5_000, "-" * 50_000 + "5", "1,000" * 20_000, "five " * 5_000,
    "$" * 20_000 + "5", "1/0 of them", "and a half " * 2_000, "½" * 5_000, "to 5 " * 5_000, "over " * 10_000 + "5",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_numbers_are_read_in_bounded_time_and_never_raise(text: str) -> None:
    for amount in amounts(text):
        assert math.isfinite(amount.value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"0123456789.,-–/$€%×e+ abmk½", " million", " to ", " and ", "half"])).map("".join))
def test_every_amount_lies_in_the_text_and_has_ordered_bounds(text: str) -> None:
    end = 0
    for amount in amounts(text):
        assert end <= amount.core_start < amount.core_end <= len(text)
        assert amount.lower <= amount.upper
        end = amount.core_end


def case_score(model: Model, cases: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Right, expected and found (value, counted, speaker) triples."""
    right = expected = made = 0
    for case in cases:
        gold = [(float(row["value"]), row["counted"].lower(), folded(row["by"])) for row in case["claims"]]
        found = rows(model, case["text"])
        expected += len(gold)
        made += len(found)
        for row in found:
            names = {folded(row.speaker), folded(row.speaker_name)} if row.speaker else {""}
            hits = [
                item
                for item in gold
                if math.isclose(item[0], row.value) and item[1] == (row.counted or "").lower() and item[2] in names
            ]
            if hits:
                gold.remove(hits[0])
                right += 1
    return right, expected, made


def folded(speaker: str | None) -> str:
    return (speaker or "").lower().removeprefix("the ")
