"""Dates as feeds write them: read right, or not read; never a day for a month."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.rules import load_rules
from tasks.extract.sources.feed_date import EARLIEST, feed_date

CASES = tomllib.loads((Path(__file__).parent / "cases/feed_date.toml").read_text("utf-8"))
MONTHS = load_rules("feed_date").with_prefix("month.")


@pytest.mark.parametrize(("raw", "expected"), CASES["read"].items())
def test_a_date_is_read_as_its_case_says(raw: str, expected: str, now: datetime) -> None:
    instant = feed_date(raw, now)
    assert instant is not None
    assert instant.isoformat() == expected


@pytest.mark.parametrize("raw", CASES["not_read"])
def test_what_has_no_single_reading_is_not_read(raw: str, now: datetime) -> None:
    assert feed_date(raw, now) is None


@pytest.mark.parametrize("rule", MONTHS, ids=[rule.id for rule in MONTHS])
def test_a_month_is_read_in_its_examples_and_not_in_its_near_misses(rule: object, now: datetime) -> None:
    assert {read.month for example in rule.examples if (read := feed_date(example, now))} == {int(rule.value)}
    assert [feed_date(text, now) for text in rule.near_misses] == [None] * len(rule.near_misses)


def test_a_date_more_than_two_days_ahead_is_not_read(now: datetime) -> None:
    assert feed_date((now + timedelta(hours=47)).isoformat(), now) == now + timedelta(hours=47)
    assert feed_date((now + timedelta(hours=49)).isoformat(), now) is None


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2025, 12, 31)),
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%SZ",
            "%a, %d %b %Y %H:%M:%S GMT",
            "%Y/%m/%d %H:%M:%S",
            "%d.%m.%Y %H:%M:%S",
            "%B %d, %Y %H:%M:%S UTC",
        ]
    ),
)
def test_every_common_form_is_read_back(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    read = feed_date(moment.strftime(form), datetime.fromisoformat("2026-01-02T00:00:00+00:00"))
    assert read is not None
    assert read.replace(tzinfo=None) == moment


@given(st.text(max_size=120) | st.from_regex(r"[0-9/:.,+TZ -]{1,40}", fullmatch=True))
def test_any_text_is_read_within_bounds_or_not_at_all(text: str) -> None:
    now = datetime.fromisoformat("2026-01-02T00:00:00+00:00")
    read = feed_date(text, now)
    assert read is None or EARLIEST <= read <= now + timedelta(hours=48)
