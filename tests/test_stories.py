"""Stories: clusters that do not depend on order, ids that last, merges and splits that are recorded."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lakes import NOW, article, batch, files_of, rows_of

from benchmarks.accuracy.bcubed import bcubed
from storage.batch import Batch
from storage.commit import store
from storage.lake import Lake
from storage.operations import Telling
from storage.readers import connect
from storage.remove import Request, remove
from storage.tellings import groups, of_days
from storage.verify import verify
from tasks.deduplicate import duplicates_of
from tasks.extract.annotate import annotate
from tasks.extract.duplicates import sketch
from tasks.extract.stories.clusters import Cluster, average_link, clusters
from tasks.extract.stories.identities import identified
from tasks.extract.stories.story import headline
from tasks.model import Model
from tasks.stories import Retold, tell

CASES = tomllib.loads((Path(__file__).parent / "cases" / "stories.toml").read_text("utf-8"))["article"]
START = datetime(2025, 12, 22, 8, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, LAST = START.date(), (START + 4 * DAY).date()
STORY_OF = {article(str(number)).article_id: case["story"] for number, case in enumerate(CASES)}


def annotated_cases(model: Model) -> Batch:
    articles = [
        replace(
            article(str(n), case["text"], published_at=START + case["day"] * DAY + timedelta(minutes=n)),
            title=case["title"],
            url=f"https://{case['source']}.example/{n}",
            published_precision="minute",
        )
        for n, case in enumerate(CASES)
    ]
    notes = annotate(model.nlp, model.version, articles)
    sketches = tuple(map(sketch, articles))
    return replace(batch(), articles=tuple(zip(articles, notes, strict=True)), sketches=sketches)


@pytest.fixture(scope="module")
def cases(model: Model) -> Batch:
    return annotated_cases(model)


@pytest.fixture(scope="module")
def lake(cases: Batch, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with all case articles and their stories, told day by day."""
    lake = Lake.open(tmp_path_factory.mktemp("stories") / "lake")
    with lake.ledger() as ledger:
        store(lake, ledger, cases)
    told(lake)
    return lake


def told(lake: Lake, first: date = FIRST, last: date = LAST, now: datetime = NOW) -> Retold:
    with lake.ledger() as ledger:
        return tell.fn(lake, ledger, first, last, now)


def stories_of(lake: Lake) -> dict[str, str]:
    return {str(name): str(story) for name, story in rows_of(lake, "story_articles", "article_id, story_id")}


def telling(name: str, *, day: float = 0, title: str = "", text: str = "", origin: str | None = None) -> Telling:
    return Telling(
        article_id=name, day=(START + day * DAY).date(), published_at=START + day * DAY, title=title, text=text,
        publisher="paper", origin_id=origin or name, origin=origin or "paper",
    )  # fmt: skip


def test_the_cases_come_into_their_stories(lake: Lake) -> None:
    """B-cubed over all case articles; the figure is in docs/stories.md."""
    precision, recall, f1 = bcubed(stories_of(lake), STORY_OF)
    assert min(precision, recall) > 0.93
    assert f1 > 0.97


def test_a_second_time_no_byte_changes(lake: Lake) -> None:
    before = files_of(Path(lake.uri))
    told(lake, now=NOW + DAY)
    told(lake, LAST, LAST, NOW + 2 * DAY)
    assert files_of(Path(lake.uri)) == before


def test_a_lake_with_stories_is_sound(lake: Lake) -> None:
    with lake.ledger() as ledger:
        assert verify(lake, ledger).faults == ()


def test_a_story_has_one_row_that_adds_up_its_articles(lake: Lake) -> None:
    story_id = stories_of(lake)[article("0").article_id]
    columns = "headline, article_count, source_count, independent_sources, sources, entities, places, merged_into"
    ((headline, articles, publishers, origins, sources, entities, places, merged),) = rows_of(
        lake, f"stories WHERE story_id = '{story_id}'", columns
    )
    assert headline in {case["title"] for case in CASES if case["story"] == "ferry strike"}
    assert (articles, publishers, origins, merged) == (4, 3, 3, None)
    assert sources[0] == "harbour-gazette.example"
    assert "Greta Sandvik" in entities
    assert "Lindholm" in [*places, *entities]
    assert len(rows_of(lake, "stories")) == len(set(stories_of(lake).values()))


def test_the_same_articles_in_another_order_come_into_the_same_stories(
    lake: Lake, cases: Batch, tmp_path: Path
) -> None:
    """In two batches, the later days first, and told afterwards: the same ids, too."""
    other = Lake.open(tmp_path / "lake")
    shuffled = random.Random(4).sample(cases.articles, len(cases.articles))
    with other.ledger() as ledger:
        for some in (shuffled[:30], shuffled[30:]):
            sketches = tuple(sketch(each) for each, _ in some)
            store(other, ledger, replace(cases, articles=tuple(some), sketches=sketches))
    told(other)
    assert stories_of(other) == stories_of(lake)
    assert rows_of(other, "stories") == rows_of(lake, "stories")


def test_an_article_that_comes_late_joins_its_story_without_a_new_name(
    lake: Lake, cases: Batch, tmp_path: Path
) -> None:
    """The story keeps its id although its first article is another one now."""
    late = article("0").article_id
    other = Lake.open(tmp_path / "lake")
    with other.ledger() as ledger:
        rest = tuple(pair for pair in cases.articles if pair[0].article_id != late)
        store(other, ledger, replace(cases, articles=rest, sketches=()))
        told(other)
        before = stories_of(other)
        store(other, ledger, replace(cases, sketches=()))
        told(other)
    after = stories_of(other)
    assert after[late] == after[article("1").article_id] == before[article("1").article_id]


def test_days_without_articles_in_view_are_passed_over(cases: Batch, tmp_path: Path) -> None:
    """A backfill of decades costs no more than the days that have something to tell; the last day is always told."""
    lake = Lake.open(tmp_path / "lake")
    with lake.ledger() as ledger:
        store(lake, ledger, cases)
    assert told(lake, FIRST.replace(year=1990), LAST + 30 * DAY).days == (LAST - FIRST).days + 1 + 3 + 1
    assert bcubed(stories_of(lake), STORY_OF)[2] > 0.97


def test_what_is_taken_down_leaves_its_story(cases: Batch, tmp_path: Path) -> None:
    """Nothing of its title is left, and the next run tells the story from the articles that stay, under its id."""
    lake = Lake.open(tmp_path / "lake")
    few = tuple(cases.articles[1:4])
    with lake.ledger() as ledger:
        store(lake, ledger, replace(cases, articles=few, sketches=tuple(sketch(each) for each, _ in few)))
        told(lake, FIRST + 2 * DAY, FIRST + 2 * DAY)
        (story_id,) = set(stories_of(lake).values())
        ((head,),) = rows_of(lake, "stories", "headline_article_id")
        removed = remove(lake, ledger, Request(article_ids=(str(head),)), now=NOW)
        assert removed.left == ()
        assert rows_of(lake, "stories") == []
        assert verify(lake, ledger).faults == ()
    told(lake, FIRST + 2 * DAY, FIRST + 2 * DAY, NOW + DAY)
    ((again, count, other),) = rows_of(lake, "stories", "story_id, article_count, headline_article_id")
    assert (again, count) == (story_id, 2)
    assert other != head


def test_copies_of_a_text_are_one_source(cases: Batch, tmp_path: Path) -> None:
    """Three papers print one report: three articles, three publishers, one independent source, one original."""
    lake = Lake.open(tmp_path / "lake")
    first, notes = cases.articles[0]
    copies = [
        replace(first, article_id=article(f"copy {n}").article_id, url=f"https://paper-{n}.example/",
                published_at=first.published_at + n * timedelta(hours=1)) for n in range(3)
    ]  # fmt: skip
    sketches = tuple(map(sketch, copies))
    with lake.ledger() as ledger:
        found = duplicates_of(sketches, ledger, NOW)
        pairs = tuple((each, replace(notes, article_id=each.article_id)) for each in copies)
        store(lake, ledger, replace(cases, articles=pairs, sketches=sketches, duplicates=found))
    told(lake, FIRST, FIRST)
    assert rows_of(lake, "stories", "article_count, source_count, independent_sources") == [(3, 3, 1)]
    rows = rows_of(lake, "story_articles JOIN articles USING (article_id)", "url, is_original, origin")
    assert rows == [(f"https://paper-{n}.example/", n == 0, "paper-0.example") for n in range(3)]


def test_a_lake_without_articles_has_no_stories(tmp_path: Path) -> None:
    assert told(Lake.open(tmp_path / "lake"), LAST, LAST) == Retold(days=1)


def test_tellings_of_days_are_read_with_names_and_quantities(lake: Lake) -> None:
    with lake.ledger() as ledger, connect(lake) as connection:
        found = {each.article_id: each for each in of_days(connection, ledger, FIRST, FIRST)}
    first = found[article("0").article_id]
    assert first.publisher == first.origin == "harbour-gazette.example"
    assert first.origin_id == first.article_id
    assert any("boat" in quantity for quantity in first.quantities)


def cluster(names: str, *stories: str) -> Cluster:
    return Cluster(article_ids=tuple(names), similarity=dict.fromkeys(names, 1.0), stories=stories)


def test_a_story_goes_on_with_the_cluster_that_has_its_articles_of_before() -> None:
    found = identified([cluster("abc", "S"), cluster("de")], {})
    assert found.stories[0] == "S"
    assert len(set(found.stories)) == 2
    assert found.merged == found.split == {}


def test_two_stories_that_one_cluster_brings_together_are_merged_into_the_larger() -> None:
    found = identified([cluster("abcd", "S", "T")], {"d": "T"})
    assert found.stories == ("S",)
    assert found.merged == {"T": "S"}


def test_a_day_that_is_told_again_keeps_its_names() -> None:
    """The largest part of what was a story keeps its name; the rest is a new one, split from it."""
    found = identified([cluster("ab"), cluster("cdx")], {"a": "S", "b": "S", "c": "S", "d": "S", "x": "S"})
    assert found.stories[1] == "S"
    assert found.split == {found.stories[0]: "S"}


def test_a_story_whose_articles_all_went_elsewhere_is_merged_and_one_with_others_is_not() -> None:
    placed = {"a": "S", "b": "S", "c": "T", "d": "U"}
    assert identified([cluster("abcd")], placed, left={"U"}).merged == {"T": "S"}


def test_no_story_takes_the_name_of_one_that_went_on_elsewhere() -> None:
    (old,) = identified([cluster("ab")], {}).stories
    found = identified([cluster("a"), cluster("bcd")], dict.fromkeys("abcd", old))
    assert found.stories[1] == old
    assert found.stories[0] != old


def test_a_chain_of_likeness_is_no_story() -> None:
    """a is like b, b like c, a and c have nothing in common."""
    assert average_link(3, {(0, 1): 300_000, (1, 2): 290_000}) == [{0, 1}, {2}]


def test_ties_go_to_the_earlier_articles() -> None:
    assert average_link(3, {(0, 1): 200_000, (0, 2): 200_000}, least=150_000) == [{0, 1}, {2}]


def test_what_is_together_stays_together_and_counts_as_a_group() -> None:
    alike = {(0, 2): 300_000, (1, 2): 10_000, (2, 3): 200_000}
    assert average_link(4, alike, together=[[0, 1]], least=150_000) == [{0, 1}, {2, 3}]
    assert average_link(4, alike, least=150_000) == [{0, 2}, {1}, {3}]


def test_a_bridge_brings_two_stories_together_and_that_is_recorded(tmp_path: Path, cases: Batch) -> None:
    """On the second day reports tell of both; told once more, nothing changes."""
    lake = Lake.open(tmp_path / "lake")
    texts = {
        "a": (0, "Dam cracks at Velden", "Engineers found cracks in the dam above Velden and lowered the water level."),
        "b": (0, "Bus drivers evacuate school", "Drivers brought pupils from the school at the river to the castle."),
        "c": (1, "Velden school evacuated below cracked dam", "Engineers found cracks in the dam above Velden and "
              "lowered the water level. Drivers brought pupils from the school at the river to the castle."),
        "d": (1, "School at the river evacuated, dam at Velden cracks", "Drivers brought pupils from the school at the "
              "river to the castle, after engineers found cracks in the dam above Velden and lowered the water level."),
    }  # fmt: skip
    made = [
        replace(article(name, text, published_at=START + day * DAY), title=title)
        for name, (day, title, text) in texts.items()
    ]
    with lake.ledger() as ledger:
        store(lake, ledger, batch(*made))
    told(lake, FIRST, FIRST)
    assert len(set(stories_of(lake).values())) == 2
    done = told(lake, FIRST + DAY, FIRST + DAY)
    assert len(done.merged) == 1
    ((gone, into),) = done.merged.items()
    rows = {row[0]: row[1:] for row in rows_of(lake, "stories", "story_id, article_count, merged_into, merged_date")}
    assert rows[into] == (4, None, None)
    assert rows[gone] == (1, into, FIRST + DAY)
    before = files_of(Path(lake.uri))
    told(lake, now=NOW + DAY)
    assert files_of(Path(lake.uri)) == before


@settings(max_examples=20)
@given(st.permutations(range(8)), st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)), st.integers(1, 9)))
def test_clusters_do_not_depend_on_the_order_of_articles(order: list[int], words: dict[tuple[int, int], int]) -> None:
    texts = [" ".join(f"{'abcdefgh'[word]}word " * times for (at, word), times in sorted(words.items()) if at == n)
             for n in range(8)]  # fmt: skip
    tellings = [telling(f"n{n}", day=n / 3, text=texts[n]) for n in range(8)]
    assert clusters([tellings[n] for n in order], {}) == clusters(tellings, {})


def test_copies_come_into_the_story_of_their_original() -> None:
    one = telling("a", title="Bridge closed", text="The swing bridge is closed for repairs until summer")
    copy = telling("b", day=1, title="Ships wait", text="Something else entirely", origin="a")
    assert [each.article_ids for each in clusters([copy, one], {})] == [("a", "b")]


def test_the_headline_is_the_title_with_the_words_of_the_others() -> None:
    titles = ("A dark day", "Fire destroys warehouse at docks", "Warehouse fire at docks under control", "Smoke")
    found = headline([telling(str(n), title=title) for n, title in enumerate(titles)])
    assert found is not None
    assert found.title in titles[1:3]
    assert headline([]) is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_groups_are_what_hangs_together(pairs: Sequence[tuple[str, str]]) -> None:
    found = list(groups(pairs))
    for one, other in pairs:
        assert [group for group in found if one in group] == [group for group in found if other in group]
    assert sum(map(len, found)) == len({name for pair in pairs for name in pair})
