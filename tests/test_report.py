"""The report: true to the lake, readable by itself, and harmless whatever a publisher wrote."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lakes import annotate, article, made, page, put, rejection

from storage.figures import Figures, figures
from storage.lake import Lake
from storage.operations import FeedGap, FeedState, Fetch
from tasks.report import report
from tasks.report.expected import expected
from tasks.report.page import page as report_page
from tasks.report.plots import bars, growth, stacked_bars, stacked_days

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOSTILE = (
    '<script>document.title="owned"</script>',
    '"><img src=x onerror=\'document.title="owned"\'>',
    "</style></svg><iframe src=https://example.org>",
    "javascript:alert(1)\u202e\x00",
)


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    handle_startendtag = handle_starttag


def is_harmless(text: str) -> bool:
    """No script, nothing from elsewhere, no handler."""
    tags = Tags(text).found
    names = {tag for tag, _ in tags}
    attributes = {name for _, attrs in tags for name, _ in attrs}
    active = {"script", "img", "iframe", "object", "embed", "link", "a", "form", "base"}
    return not names & active and not {each for each in attributes if each.startswith("on")} | (
        attributes & {"src", "href", "srcset", "action", "style"}
    )


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two months of two sources, one with hostile names, the other silent for its last five days."""
    lake = Lake.open(tmp_path_factory.mktemp("report") / "lake")
    draw = random.Random(7)
    stories = []
    for back in range(59):
        day = NOW - timedelta(days=back + 1)
        for source, most in (("post", 9), (HOSTILE[0], 4)):
            if source == "post" and back < 5:
                continue
            for number in range(draw.randint(most // 2, most)):
                name = f"{source} {back} {number}"
                each = article(name, f"The mayor said {number} People came {back}.", published_at=day)
                stories.append(replace(each, source_id=source, title=HOSTILE[1], published_precision="second"))
    pages = tuple(page(str(number), body=bytes(draw.randbytes(500)), fetched_at=NOW - timedelta(days=number))
                  for number in range(20))  # fmt: skip
    notes = [
        replace(notes, mentions=_named(notes.mentions), quotes=_named(notes.quotes)) for notes in map(annotate, stories)
    ]
    lost = replace(rejection(HOSTILE[2]), reason="no_text")
    newer = [replace(each, timexes=tuple(replace(row, annotator_version="2") for row in each.timexes))
             for each in notes[: len(notes) // 3]]  # fmt: skip
    notes = [*newer, *notes[len(newer) :]]
    asked = [
        _fetch(number, back, status)
        for back in range(21)
        for number, status in enumerate((200, 304, 503 if back < 4 else 304))
    ]
    gap = made(FeedGap, gap_id="gap", source_id=HOSTILE[0], missing_from=NOW - timedelta(days=8),
               missing_until=NOW - timedelta(days=7), noticed_at=NOW)  # fmt: skip
    put(lake, articles=tuple(zip(stories, notes, strict=True)), pages=pages, rejections=(lost,), fetches=tuple(asked),
        feed_gaps=(gap,))  # fmt: skip
    return lake


def _fetch(number: int, back: int, status: int) -> Fetch:
    at = NOW - timedelta(days=back, hours=number)
    return made(
        Fetch,
        fetch_id=f"{back} {number}", source_id=HOSTILE[0], url="https://news.example/feed", purpose="feed",
        fetched_at=at, status=status, hops=(),
    )  # fmt: skip


def _named(rows: tuple) -> tuple:
    field = "canonical_name" if rows and hasattr(rows[0], "canonical_name") else "speaker_name"
    return tuple(replace(row, **{field: HOSTILE[number % 4][:40]}) for number, row in enumerate(rows))


@pytest.fixture(scope="module")
def shown(lake: Lake) -> Figures:
    with lake.ledger() as ledger:
        return figures(lake, ledger, last=NOW.date())


def test_the_figures_are_those_of_the_lake(lake: Lake, shown: Figures) -> None:
    rows = {each.table: each.rows for each in shown.tables}
    assert sum(count for _, _, count in shown.by_day) == rows["articles"] == sum(count for _, count in shown.lags)
    assert shown.rejections == (("no_text", "clean", 1),)
    assert {each.annotator: each.rows for each in shown.coverage}["test"] > 0
    assert sum(each.rows for each in shown.coverage) == sum(
        rows[name] for name in ("mentions", "quotes", "claims", "timexes", "events")
    )
    assert len(shown.raw_bytes) == 20


def test_names_of_sources_speakers_and_entities_stay_text(shown: Figures) -> None:
    text = report_page(shown, lake="<b>lake</b>", now=NOW)
    assert is_harmless(text)
    assert "owned" in text
    assert "default-src 'none'" in text


def test_a_browser_shows_the_page_runs_nothing_and_asks_nobody(lake: Lake, tmp_path: Path) -> None:
    """In Chromium, without a network: the title is the page's own, and every plot is there."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium here")
    with lake.ledger() as ledger:
        path = report.fn(lake, ledger, tmp_path / "report.html", NOW)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command = [browser, *flags, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert f"<title>Newslake: {lake.uri}</title>" in done.stdout
    plots = ("Articles per day and source", "Rejections", "Time from publication to the lake", "Quotes by speaker",
             "Articles by entity", "Articles with rows, by annotator and version", "Articles in the lake",
             "Bytes of raw pages, compressed", "Bytes by table")  # fmt: skip
    assert [label for label in plots if f'aria-label="{label}"' not in done.stdout] == []
    assert done.stdout.count('class="heat"') == 2, "completeness, and requests with gaps"
    assert is_harmless(done.stdout)


def test_an_empty_lake_has_a_page_too(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake")
    with lake.ledger() as ledger:
        text = report.fn(lake, ledger, tmp_path / "deep" / "report.html", NOW).read_text("utf-8")
    assert text.count("Nothing yet.") >= 7
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["report.html"]


def test_the_page_tells_of_feeds_that_fail_first(shown: Figures) -> None:
    feeds = (
        FeedState(source_id="well", url="https://well.example"),
        FeedState(source_id="ill", url="https://ill.example", failures=3, last_error="<timeout>"),
        FeedState(source_id="gone", url="https://gone.example", disabled_at=NOW, disabled_because="410"),
    )
    text = report_page(replace(shown, feeds=feeds), lake="lake", now=NOW)
    assert text.index("disabled: 410") < text.index("failed 3 times: &lt;timeout&gt;") < text.index("<td>well</td>")


def test_a_source_that_fell_silent_is_shown_as_incomplete(shown: Figures) -> None:
    text = report_page(shown, lake="lake", now=NOW)
    row = re.search(r"<th>post</th>(.*?)</tr>", text).group(1)
    kinds = re.findall(r'class="(good|poor|bad)"', row)
    assert kinds[-5:] == ["bad"] * 5
    assert "bad" not in kinds[:-5]


def test_a_day_of_a_feed_shows_what_was_in_vain_and_what_may_have_been_missed(shown: Figures) -> None:
    """Three requests a day; in the last days one of them in vain; a week ago a gap."""
    text = report_page(shown, lake="lake", now=NOW)
    table = text.partition("Feeds: requests and gaps")[2]
    cells = re.findall(r'<td class="(\w* ?\w*)" title="([^"]*)">', table)[:21]
    assert [kind for kind, _ in cells].count("good gap") == 1
    assert [kind for kind, _ in cells][-3:] == ["poor"] * 3
    assert "3 times, 1 in vain, 0 gaps" in cells[-1][1]


def test_annotations_of_an_older_version_stand_beside_those_of_the_newer(shown: Figures) -> None:
    versions = {each.version: each.articles for each in shown.coverage if each.rows and each.annotator == "test"}
    assert set(versions) == {"1", "2"}
    drawn = stacked_bars([(each.annotator, each.version, each.articles) for each in shown.coverage], "x")
    assert {"c0", "c1"} <= set(re.findall(r'rect class="(c\d)"', drawn))


@pytest.mark.parametrize(
    ("weeks", "habit"),
    [((4, 6, 8), 6), ((4, 0, 5, 0, 6, 0, 7, 0), 2.0), ((4, 6), None), ((), None)],
)
def test_the_habit_of_a_source_is_the_median_of_the_same_weekday(weeks: tuple[int, ...], habit: float | None) -> None:
    day = date(2026, 1, 2)
    counts = {day - timedelta(weeks=number): count for number, count in enumerate(weeks, 1)}
    assert expected(counts, day) == habit


@example([(date(2020, 1, 1), "", 0)])
@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2020, 12, 31)), st.text(max_size=9), st.integers(0, 9**9)),
                max_size=12, unique_by=lambda row: row[:2]))  # fmt: skip
def test_any_figures_make_well_formed_plots(rows: list[tuple[date, str, int]]) -> None:
    """Every number in the markup is a number, every text is text."""
    by_size = sorted((day, size) for day, _, size in rows)
    named = [(name, size) for _, name, size in rows]
    parted = [(str(day), name, size) for day, name, size in rows]
    drawn = stacked_days(rows, "a") + bars(named, "b") + growth(by_size, "c") + stacked_bars(parted, "d")
    assert "nan" not in drawn.lower().replace("&", "") or any("nan" in name.lower() for name, _ in named)
    assert {tag for tag, _ in Tags(drawn).found} <= {
        "svg", "g", "rect", "title", "text", "line", "polygon", "ul", "li", "i",
    }  # fmt: skip
