"""Scores of what was read off pages."""

from __future__ import annotations

from benchmarks.page_scores import page_scores

TRUTH = {
    "a": {"title": "Rain in the valley", "date": "2021-07-18", "text": "Rain fell on the valley for a whole night."},
    "b": {"title": "Roads", "date": None, "text": "The road over the hills was closed at noon."},
}


def test_a_page_that_was_not_read_scores_nothing_and_a_field_without_a_truth_is_not_scored() -> None:
    read = {"a": {"title": "RAIN in the valley!", "date": "2021-07-18", "text": TRUTH["a"]["text"]}}
    assert page_scores(TRUTH, read) == ("body F1 0.500 (2), title 0.500 (2), date 1.000 (1), 0 without a date")


def test_a_wrong_day_is_not_right_and_none_is_missing() -> None:
    assert "date 0.000 (1), 0 without" in page_scores(TRUTH, {"a": {"date": "2021-07-19"}})
    assert "date 0.000 (1), 1 without" in page_scores(TRUTH, {"a": {"date": None}})
