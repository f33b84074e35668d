"""What a backfill would do, decided from what is stored alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.backfill_plan import Choice, Request, Stage, State, chosen, days, pace, plan_day, state
from storage.operations import Run, StageTime
from storage.stored import Item
from tasks.version import FOR_ANNOTATIONS, FOR_TEXT, halves, pipeline_version

DAY = date(2021, 7, 18)
NEW, OLD_TEXT, OLD_ANNOTATIONS = "bbbbbb-222222", "aaaaaa-222222", "bbbbbb-111111"


def item(raw_id: str, page: str | None, article: str | None = None, source_id: str = "post") -> Item:
    return Item(raw_id, source_id, f"article {raw_id}" if article else None, page, article)


ITEMS = (
    item("current", NEW, NEW),
    item("old text", OLD_TEXT, OLD_TEXT),
    item("old annotations", OLD_ANNOTATIONS, OLD_ANNOTATIONS),
    item("gap", None),
    item("rejected", NEW),
    item("elsewhere", OLD_TEXT, OLD_TEXT, source_id="herald"),
)


def asked(**given: object) -> Request:
    return Request(**{"first": DAY, "last": DAY, **given})  # type: ignore[arg-type]  # a factory


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"old text", "old annotations", "gap", "elsewhere"}),
        ({"choice": Choice.MISSING}, {"gap"}),
        ({"choice": Choice.ALL}, {each.raw_id for each in ITEMS}),
        ({"source_id": "herald"}, {"elsewhere"}),
        ({"source_id": "nobody"}, set()),
        ({"stage": Stage.ANNOTATE}, {"old annotations"}),
        ({"stage": Stage.ANNOTATE, "choice": Choice.MISSING}, set()),
        (
            {"stage": Stage.ANNOTATE, "choice": Choice.ALL},
            {"current", "old text", "old annotations", "elsewhere"},
        ),
    ],
)
def test_gaps_and_stale_pages_are_done_unless_asked_otherwise(given: dict[str, object], expected: set[str]) -> None:
    assert {each.raw_id for each in chosen(ITEMS, asked(**given), NEW)} == expected


def test_a_text_is_left_alone_by_annotate_when_only_the_code_of_texts_changed() -> None:
    assert state(ITEMS[1], Stage.ANNOTATE, NEW) is State.CURRENT
    assert state(ITEMS[1], Stage.CLEAN, NEW) is State.STALE


def test_the_plan_counts_every_page_of_a_source_once() -> None:
    herald, post = plan_day(DAY, ITEMS, asked(), NEW, 0.5)
    assert (herald.source_id, herald.stale, herald.chosen, herald.seconds) == ("herald", 1, 1, 0.5)
    assert (post.current, post.stale, post.missing, post.chosen, post.seconds) == (2, 2, 1, 3, 1.5)


def test_an_estimate_without_runs_to_go_by_is_unknown() -> None:
    assert pace((), Stage.CLEAN) is None
    assert {each.seconds for each in plan_day(DAY, ITEMS, asked(), NEW, None)} == {None}


def test_the_pace_leaves_out_what_the_stage_leaves_out_and_runs_that_found_things_settled() -> None:
    stages = (("fetch", 50.0), ("clean", 6.0), ("annotate", 3.0), ("store", 1.0))
    now, later = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, 0, 1, tzinfo=UTC)

    def run(**given: object) -> Run:
        figures = {"received": 10, "kept": 10, "rejected": 0, "new": 10, "revised": 0, "unchanged": 0} | given
        times = tuple(StageTime(stage=name, seconds=seconds) for name, seconds in stages)
        return Run(  # type: ignore[arg-type]  # a factory
            **{"run_id": "r", "flow": "ingest", "started_at": now, "finished_at": later, "code_version": "0"} | figures,
            stages=times,
        )

    runs = (run(), run(unchanged=9, new=1))
    assert pace(runs, Stage.CLEAN) == pytest.approx(1.0)
    assert pace(runs, Stage.ANNOTATE) == pytest.approx(0.4)
    overlapped = run(finished_at=now + timedelta(seconds=8))
    assert pace([overlapped], Stage.CLEAN) == pytest.approx(0.8)


def test_days_run_newest_first_unless_asked_otherwise() -> None:
    first, last = date(2021, 2, 27), date(2021, 3, 1)
    newest = list(days(Request(first=first, last=last)))
    assert newest == [date(2021, 3, 1), date(2021, 2, 28), date(2021, 2, 27)]
    assert list(days(Request(first=first, last=last, is_oldest_first=True))) == newest[::-1]


def test_the_version_has_a_half_for_texts_and_one_for_annotations() -> None:
    """Another model changes the annotations and not the texts."""
    text, annotations = halves(pipeline_version("en_core_web_sm"))
    other_text, other_annotations = halves(pipeline_version("another"))
    assert text == other_text
    assert annotations != other_annotations
    assert not FOR_TEXT & FOR_ANNOTATIONS
