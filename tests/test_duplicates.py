"""Which articles repeat the text of others: kinds, order of arrival, and what the ledger remembers for it."""

from __future__ import annotations

import random
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lakes import NOW, PUBLISHED, article, batch, files_of, rows_of, sha256

from benchmarks.duplicates.accuracy import measure
from storage.commit import store
from storage.lake import Lake
from storage.rebuild import rebuild_state
from storage.records import Article, Duplicate
from storage.remove import Request, remove
from storage.sketches import versions, write
from storage.state import SKETCH_KEYS, SKETCHES, Ledger
from storage.verify import verify
from tasks.deduplicate import duplicates_of
from tasks.extract.duplicates import sketch
from tasks.extract.duplicates.keys import keys
from tasks.extract.duplicates.packed import pack, unpack
from tasks.extract.duplicates.shingles import shingles, words
from tasks.index import fill_index
from tasks.stories import tell

CASES = tomllib.loads((Path(__file__).parent / "cases" / "duplicates.toml").read_text("utf-8"))
HOUR = timedelta(hours=1)


def text_of(names: Sequence[str]) -> str:
    return "\n\n".join(map(passage, names))


def passage(name: str) -> str:
    """A passage of the cases; one that is `reversed` has its lines from the last to the first."""
    text: str = CASES["passages"][name.removesuffix(" reversed")]
    return "\n".join(text.split("\n")[::-1]) if name.endswith(" reversed") else text


def report(name: str, *passages: str, paper: str = "one", hours: int = 0) -> Article:
    made = article(name, text_of(passages), published_at=PUBLISHED + hours * HOUR)
    return replace(made, published_precision="second", url=f"https://{paper}.example/{name}")


def stored(lake: Lake, *articles: Article) -> tuple[Duplicate, ...]:
    """What a run does with articles: look them up, then store them with what was found."""
    with lake.ledger() as ledger:
        sketches = tuple(map(sketch, articles))
        found = duplicates_of(sketches, ledger, NOW)
        store(lake, ledger, batch(*articles, duplicates=found, sketches=sketches))
    return found


def looked_up(ledger: Ledger, *articles: Article) -> tuple[Duplicate, ...]:
    """The same without a lake."""
    sketches = tuple(map(sketch, articles))
    found = duplicates_of(sketches, ledger, NOW)
    with ledger.writing() as connection:
        write(connection, sketches)
    return found


def index_of(ledger: Ledger) -> tuple[list[object], list[object]]:
    with ledger.reading() as connection:
        rows = connection.execute(SKETCHES.select().order_by(SKETCHES.c.article_id)).all()
        found = connection.execute(SKETCH_KEYS.select().order_by(SKETCH_KEYS.c.key, SKETCH_KEYS.c.number)).all()
    return [tuple(row) for row in rows], [tuple(row) for row in found]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake")


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_a_pair_has_its_kind_whatever_comes_first(tmp_path: Path, case: dict[str, Any]) -> None:
    """The row belongs to the later article by publication, also where the earlier one arrives last."""
    earlier = report("a", *case["earlier"])
    later = report("b", *case["later"], paper="one" if case["publishers"] == "same" else "two", hours=5)
    for number, arrival in enumerate(([[later, earlier]], [[earlier], [later]], [[later], [earlier]])):
        with Ledger.open(f"sqlite:///{tmp_path / str(number)}.sqlite") as ledger:
            ledger.create()
            found = [row for some in arrival for row in looked_up(ledger, *some)]
        pairs = [(row.article_id, row.original_id, row.kind) for row in found if row.kind != "shared_boilerplate"]
        assert pairs == ([(later.article_id, earlier.article_id, case["kind"])] if case["kind"] else [])


def test_shares_are_told_in_both_directions(lake: Lake) -> None:
    (row,) = stored(lake, report("a", "fire1", "fire2", "fire3", "fire4"), report("b", "fire2", paper="two", hours=1))
    assert row.share_of_article == 1.0
    assert row.share_of_original is not None
    assert 0.2 < row.share_of_original < 0.3
    assert row.similarity == pytest.approx(row.share_of_original)


def test_a_passage_that_several_unlike_articles_carry_makes_no_duplicate(lake: Lake) -> None:
    """Even where it is most of the article: what is left without it decides."""
    stored(lake, *(report(name, name, "note1", paper=name) for name in ("fire1", "school1", "market1", "bridge1")))
    found = stored(lake, report("brief", "brief1", "note1", hours=3))
    assert {row.kind for row in found} == {"shared_boilerplate"}


def test_the_boilerplate_of_a_known_article_is_left_aside_too(lake: Lake) -> None:
    """Of the text that was reprinted under two notes the original has less than half, and carries no note itself."""
    stored(lake, *(report(name, name, "note1", paper=name) for name in ("school1", "market1", "bridge1")))
    reprint = report("reprint", "note1", "fire1", hours=2)
    stored(lake, reprint)
    (row,) = stored(lake, report("original", "fire1", "fire2", "fire3", paper="two"))
    assert (row.article_id, row.kind) == (reprint.article_id, "excerpt")


def test_parts_of_one_long_report_are_no_boilerplate(lake: Lake) -> None:
    """Excerpts of a report are unlike one another, and none of what they carry is left aside for that."""
    parts = [report(f"part{n}", f"fire{n}", "fire4", paper=f"p{n}", hours=n) for n in (1, 2, 3)]
    whole = report("whole", "fire1", "fire2", "fire3", "fire4", hours=9)
    stored(lake, *parts)
    assert {row.kind for row in stored(lake, whole)} == {"excerpt"}


def test_copies_to_the_letter_are_paired_with_the_earliest_alone(lake: Lake) -> None:
    copies = [report(f"c{n}", "fire1", "fire2", paper=f"p{n}", hours=n) for n in range(6)]
    found = stored(lake, *copies[1:4]) + stored(lake, *copies[4:])
    assert {(row.original_id, row.kind) for row in found} == {(copies[1].article_id, "exact")}
    assert [(row.article_id, row.original_id) for row in stored(lake, copies[0])] == [
        (copies[1].article_id, copies[0].article_id)
    ]


def test_the_same_articles_a_second_time_change_no_byte(lake: Lake) -> None:
    articles = [report("a", "fire1", "fire2", "fire3"), report("b", "fire1", "fire2", paper="two", hours=1)]
    stored(lake, *articles)
    before = files_of(Path(lake.uri))
    stored(lake, *articles)
    assert files_of(Path(lake.uri)) == before


def test_a_changed_text_takes_the_place_of_the_old_one_in_the_index(lake: Lake) -> None:
    """What it repeats now is told anew; what repeated its old text still did."""
    first = report("a", "fire1", "fire2", "fire3")
    copy, other = (
        report("b", "fire1", "fire2", "fire3", paper="two", hours=1),
        report("c", "school1", "school2", hours=2),
    )
    stored(lake, first, copy, other)
    changed = replace(copy, text=text_of(["school1", "school2", "school3"]), modified_at=PUBLISHED + 4 * HOUR)
    changed = replace(changed, text_sha256=sha256(changed.text))
    stored(lake, changed)
    pairs = rows_of(lake, "duplicates", "article_id, original_id")
    assert (copy.article_id, first.article_id) not in pairs
    assert (other.article_id, copy.article_id) in pairs
    with lake.ledger() as ledger, ledger.reading() as connection:
        assert versions(connection, [copy.article_id])[copy.article_id][0] == changed.text_sha256


def test_the_index_made_again_from_the_lake_is_the_same(lake: Lake, tmp_path: Path) -> None:
    """As after the loss of the ledger: `newslake rebuild-state`. Articles came in batches, and are read in one."""
    names = list(CASES["passages"])
    for number in range(0, len(names), 5):
        stored(lake, *(report(name, name, "fire4", hours=number) for name in names[number : number + 5]))
    with lake.ledger() as ledger:
        before = index_of(ledger)
    shutil.rmtree(Path(lake.uri) / "ledger")
    with lake.ledger() as ledger:
        rebuild_state(lake, ledger)
        assert fill_index(lake, ledger) == len(CASES["passages"])
        assert index_of(ledger) == before
        assert fill_index(lake, ledger) == 0


def test_pairs_that_were_missed_are_found_when_the_day_is_compared_again(lake: Lake) -> None:
    """Two runs at once looked before either had stored; what was found is the same, and a second time nothing is."""
    articles = [report("a", "fire1", "fire2", "fire3"), report("b", "fire1", "fire2", "fire3", "fire4", hours=1)]
    with lake.ledger() as ledger:
        for each in articles:
            store(lake, ledger, batch(each, sketches=(sketch(each),)))
        assert rows_of(lake, "duplicates") == []
        day = PUBLISHED.date()
        assert tell.fn(lake, ledger, day, day, NOW, compares_again=True).duplicates == 1
    assert rows_of(lake, "duplicates", "kind") == [("revision_elsewhere",)]
    before = files_of(Path(lake.uri))
    with lake.ledger() as ledger:
        assert tell.fn(lake, ledger, day, day, NOW + HOUR, compares_again=True).duplicates == 0
    assert files_of(Path(lake.uri)) == before


def test_an_index_of_another_version_is_made_anew(lake: Lake) -> None:
    stored(lake, report("a", "fire1"), report("b", "school1"))
    with lake.ledger() as ledger:
        before = index_of(ledger)
        with ledger.writing() as connection:
            connection.execute(SKETCHES.update().values(version=0, keys_=b"", shingles=b""))
            connection.execute(SKETCH_KEYS.delete())
        assert fill_index(lake, ledger) == 2
        assert index_of(ledger) == before


def test_what_was_taken_down_leaves_the_index_and_the_pairs_of_others(lake: Lake) -> None:
    """The later article keeps its other pairs; nothing names the one that is gone."""
    gone, kept = report("a", "fire1", "fire2", "fire3"), report("b", "fire1", "fire2", "fire3", "fire4", hours=1)
    copy = report("c", "fire1", "fire2", "fire3", paper="two", hours=2)
    stored(lake, gone, kept, copy)
    assert len(rows_of(lake, "duplicates")) == 3
    with lake.ledger() as ledger:
        removed = remove(lake, ledger, Request(article_ids=(gone.article_id,)), now=NOW)
        assert removed.left == ()
        assert removed.rows["duplicates"] == 2
        ids = {row[0] for row in index_of(ledger)[0]}  # type: ignore[index]  # rows are tuples
        assert ids == {kept.article_id, copy.article_id}
        assert verify(lake, ledger).faults == ()
    assert rows_of(lake, "duplicates", "article_id, original_id") == [(copy.article_id, kept.article_id)]


def test_an_article_that_is_taken_down_meanwhile_is_nobodys_original(lake: Lake) -> None:
    """It was found in the index, and removed before what was found is stored."""
    gone, later = report("a", "fire1", "fire2"), report("b", "fire1", "fire2", hours=1)
    stored(lake, gone)
    with lake.ledger() as ledger:
        found = duplicates_of((sketch(later),), ledger, NOW)
        remove(lake, ledger, Request(article_ids=(gone.article_id,)), now=NOW)
        store(lake, ledger, batch(later, duplicates=found))
    assert len(found) == 1
    assert rows_of(lake, "duplicates") == []


def test_reprints_made_of_articles_are_found_and_look_alikes_are_not() -> None:
    """A small run of `python -m benchmarks.duplicates`; the figures at size are in docs/stories.md."""
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(4000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]

    def paragraph() -> str:
        return " ".join(chance.choices(vocabulary, weights, k=chance.randint(30, 70)))

    figures = measure(["\n\n".join(paragraph() for _ in range(chance.randint(4, 10))) for _ in range(24)])
    assert figures.recall >= 0.99
    assert figures.precision >= 0.99
    assert figures.there.total() == 7 * 12


@settings(max_examples=30)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=300))
def test_packed_shingles_come_back(values: list[int]) -> None:
    hashes = np.array(values, np.uint64)
    assert unpack(pack(hashes)).tolist() == sorted({value & 0xFFFFFF for value in values})


@settings(max_examples=30)
@given(st.text(max_size=400))
def test_any_text_has_a_bounded_sketch(text: str) -> None:
    read = words(text)
    found = keys(read, shingles(read, 4))
    assert len(found) <= 16 + 2 * len(read.hashes)
    assert bool(found) == bool(len(read.hashes))


def test_a_common_passage_has_a_key_in_common() -> None:
    """Winnowing's promise: 45 words in a row that stand in both, whatever surrounds them."""
    chance = random.Random(3)
    common = [f"p{n}" for n in range(45)]

    def around() -> list[str]:
        return [f"w{chance.randrange(10**6)}" for _ in range(chance.randrange(1, 200))]

    for _ in range(50):
        one, other = (words(" ".join([*around(), *common, *around()])) for _ in range(2))
        assert set(keys(one, shingles(one, 4))) & set(keys(other, shingles(other, 4)))


def test_hashes_are_the_same_in_every_process() -> None:
    """They are kept: a change has to raise the version of the sketch."""
    assert words("News").hashes.tolist() == [15092568253382157997]
    assert list(keys(words("News"), shingles(words("News"), 4)))[:1] == [336124026765203131]
