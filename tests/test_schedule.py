"""When to ask whom again, and what an answer means: decisions without a server, the clock given."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.operations import FeedState, Header
from tasks.extract.http.mining_reserved import mining_reserved
from tasks.extract.http.redirect import redacted
from tasks.extract.http.robots import RobotsFile, robots
from tasks.extract.schedule.after_poll import after_poll, conditional, due
from tasks.extract.schedule.hints import hints, retry_after
from tasks.extract.schedule.outcome import Failed, Gone, Outcome, Read, Unchanged

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = FeedState(source_id="a", url="https://a.example/rss")
RETRY_AFTER = tomllib.loads((Path(__file__).parent / "cases/retry_after.toml").read_text("utf-8"))


def read(etag: str | None = '"1"', body: str = "b", keys: tuple[str, ...] = ("k",), **options: object) -> Read:
    given = {"published": ()} | options
    return Read(etag=etag, last_modified=None, body_sha256=body, entry_keys=keys, **given)


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER.items())
def test_retry_after_is_read_as_its_case_says(value: str, seconds: int) -> None:
    wait = retry_after(value, NOW)
    assert (-1 if wait is None else wait.total_seconds()) == seconds


def test_failures_wait_ever_longer_and_at_most_about_a_week() -> None:
    state, now, waits = NEW, NOW, []
    for _ in range(20):
        state = after_poll(state, Failed(reason="timeout"), now)
        assert state.due_at is not None
        waits.append(state.due_at - now)
        now = state.due_at
    assert waits[0] >= 2 * HOUR
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(days=7, minutes=10)
    assert (state.failures, state.last_error) == (20, "timeout")


def test_one_success_ends_all_failures() -> None:
    failed = after_poll(NEW, Failed(reason="timeout"), NOW)
    well = after_poll(failed, read(), NOW + DAY)
    assert (well.failures, well.failing_since, well.last_error, well.read_at) == (0, None, None, NOW + DAY)


def test_a_server_that_asks_to_wait_is_given_what_it_asks() -> None:
    state = after_poll(NEW, Failed(reason="http_429", retry_after=30 * HOUR), NOW)
    assert state.due_at is not None
    assert state.due_at >= NOW + 30 * HOUR


def test_a_feed_that_is_gone_is_asked_once_a_month_and_can_come_back() -> None:
    gone = after_poll(NEW, Gone(), NOW)
    assert (gone.disabled_because, gone.due_at) == ("gone", NOW + 30 * DAY)
    still = after_poll(gone, Failed(reason="timeout"), NOW + 30 * DAY)
    assert still.due_at is not None
    assert still.due_at >= NOW + 60 * DAY
    assert after_poll(still, read(), NOW + 61 * DAY).disabled_because is None


def test_what_an_operator_disabled_is_never_due() -> None:
    assert due((replace(NEW, disabled_because="operator", disabled_at=NOW),), NOW + 365 * DAY) == ()


def test_an_etag_that_is_repeated_after_a_change_is_trusted_no_more() -> None:
    first = after_poll(NEW, read('"1"', "old"), NOW)
    assert conditional(first, NOW) == ('"1"', None)
    second = after_poll(first, read('"1"', "new"), NOW + HOUR)
    assert second.is_etag_unreliable
    assert conditional(second, NOW + HOUR) == (None, None)


def test_validators_of_a_body_that_was_cut_off_are_not_kept() -> None:
    assert after_poll(NEW, read(is_sound=False), NOW).etag is None


def test_a_long_silence_is_checked_once_a_fortnight_without_validators() -> None:
    state, unconditional = replace(after_poll(NEW, read(), NOW), interval=HOUR), 0
    for number in range(1, 61):
        now = NOW + number * DAY
        unconditional += conditional(state, now) == (None, None)
        state = replace(after_poll(state, Unchanged(), now), interval=HOUR)
    assert unconditional == 4


@pytest.mark.parametrize(("days", "polls", "is_moved"), [(2, 3, True), (0.5, 9, False), (2, 2, False)])
def test_a_permanent_move_is_believed_after_three_polls_over_a_day(days: float, polls: int, is_moved: bool) -> None:
    state = replace(NEW, etag='"1"')
    for number in range(polls):
        now = NOW + days * DAY * number / (polls - 1)
        state = after_poll(state, Failed(reason="timeout", moved_to="https://b.example/rss"), now)
    assert (state.url == "https://b.example/rss") == is_moved
    assert (state.etag is None) == is_moved


def test_a_move_that_is_taken_back_is_forgotten() -> None:
    state = after_poll(NEW, Failed(reason="x", moved_to="https://b.example/rss"), NOW)
    state = after_poll(state, Failed(reason="x"), NOW + DAY)
    assert (state.moved_to, state.moved_polls) == (None, 0)


def test_the_longest_overdue_are_asked_first_and_the_new_before_them() -> None:
    late, later = replace(NEW, source_id="b", due_at=NOW - HOUR), replace(NEW, source_id="c", due_at=NOW - DAY)
    assert [state.source_id for state in due((late, later, NEW, replace(NEW, due_at=NOW + HOUR)), NOW)] == [
        "a",
        "c",
        "b",
    ]


outcomes = st.one_of(
    st.builds(Failed, reason=st.just("x"), retry_after=st.none() | st.timedeltas(timedelta(), 9 * DAY)),
    st.just(Unchanged()),
    st.just(Gone()),
    st.builds(
        read,
        body=st.text(max_size=2),
        published=st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))).map(tuple),
    ),
)


@given(st.lists(outcomes, max_size=12))
def test_whatever_happens_a_feed_is_asked_again_neither_too_soon_nor_never(history: list[Outcome]) -> None:
    state, now = NEW, NOW
    for outcome in history:
        state = after_poll(state, outcome, now)
        assert state.due_at is not None
        assert HOUR <= state.due_at - now <= timedelta(days=31)
        now = state.due_at


def test_hints_stand_in_headers_and_before_the_first_item() -> None:
    text = (
        "<rss><channel><ttl>90</ttl><skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours>"
        "<skipDays><day>Sunday</day></skipDays><item><ttl>5</ttl></item></channel></rss>"
    )
    found = hints(
        [Header(name="cache-control", value='public, MAX-AGE="600"'), Header(name="age", value="100")], text, NOW
    )
    assert (found.max_age, found.ttl) == (timedelta(seconds=500), timedelta(minutes=90))
    assert (found.skip_hours, found.skip_days) == ({0, 7}, {6})


ROBOTS = tomllib.loads((Path(__file__).parent / "cases/robots.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", ROBOTS, ids=lambda case: case["why"])
def test_robots_rules_are_read_as_their_case_says(case: dict[str, Any]) -> None:
    rules = robots(RobotsFile(case.get("status", 200), case["body"].encode(), NOW), "Newslake", NOW)
    paths = (*case.get("forbidden", ()), *case.get("allowed", ()))
    assert paths
    assert [path for path in paths if not rules.allows(f"https://a.example{path}")] == case.get("forbidden", [])


def test_there_are_at_least_forty_cases_of_robots_rules() -> None:
    assert sum(len(case.get("forbidden", ())) + len(case.get("allowed", ())) for case in ROBOTS) >= 40


@pytest.mark.parametrize(
    ("status", "body", "url", "is_allowed"),
    [
        (200, b"User-agent: *\nDisallow: /a", "/a/b", False),
        (200, b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
        (200, b"User-agent: *\nDisallow: /\n\nUser-agent: NEWSLAKE\nDisallow:", "/a", True),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", False),
        (200, b"User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        (200, b"<html>not a robots file</html>", "/a", True),
        (200, b"x" * 10_000_000, "/a", True),
        (404, b"User-agent: *\nDisallow: /", "/a", True),
        (401, b"", "/a", True),
        (500, b"", "/a", False),
        (None, b"", "/a", False),
    ],
)
def test_robots_rules_follow_the_standard(status: int | None, body: bytes, url: str, is_allowed: bool) -> None:
    rules = robots(RobotsFile(status, body, NOW), "newslake", NOW)
    assert rules.allows(f"https://a.example{url}") == is_allowed


def test_a_robots_file_unreachable_for_a_month_forbids_no_more() -> None:
    file = RobotsFile(None, b"", NOW, failing_since=NOW - 31 * DAY)
    assert robots(file, "newslake", NOW).allows("https://a.example/")


@pytest.mark.parametrize(("delay", "seconds"), [("7", 7), ("1e9", 120), ("-5", None), ("nan", None), ("soon", None)])
def test_a_crawl_delay_is_bounded(delay: str, seconds: float | None) -> None:
    file = RobotsFile(200, f"User-agent: *\nCrawl-delay: {delay}".encode(), NOW)
    assert robots(file, "newslake", NOW).delay == seconds


@pytest.mark.parametrize(
    ("headers", "body", "is_reserved"),
    [
        ({"tdm-reservation": "1"}, b"", True),
        ({"tdm-reservation": "0"}, b"", False),
        ({"x-robots-tag": "noindex, noai"}, b"", True),
        ({"x-robots-tag": "noimageai"}, b"", False),
        ({"x-robots-tag": "otherbot: noai"}, b"", False),
        ({"x-robots-tag": "newslake: noai"}, b"", True),
        ({}, b'<meta name="robots" content="noindex, noai">', True),
        ({}, b"<meta content=1 name=tdm-reservation>", True),
        ({}, b'<meta name="description" content="noai is a word">', False),
        ({}, b'<meta name="googlebot" content="noai">', False),
    ],
)
def test_a_reservation_is_found_where_publishers_put_it(
    headers: dict[str, str], body: bytes, is_reserved: bool
) -> None:
    named = [Header(name=name, value=value) for name, value in headers.items()]
    assert bool(mining_reserved(named, body, "Newslake")) == is_reserved


def test_what_is_shown_of_an_address_holds_no_password() -> None:
    assert redacted("https://user:secret@a.example/x?y#z") == "https://a.example/x?y"
    assert redacted("http://[::bad") == "(unreadable address)"
