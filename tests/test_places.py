"""Places: which place a name means, and how sure that is."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.extract.places import places
from tasks.extract.places.gazetteer import MOST_CANDIDATES, abbreviations, peoples, toponyms
from tasks.extract.places.key import key
from tasks.extract.places.named import Named
from tasks.extract.places.resolved import resolved
from tasks.extract.rules import Rule, load_rules
from tasks.model import Model

ROOT = Path(__file__).parent
CASES = tomllib.loads((ROOT / "cases" / "places.toml").read_text("utf-8"))["case"]
NEVER = load_rules("places").with_prefix("never.")


def placed(model: Model, text: str, *, dateline_place: str = "", site: str = "") -> tuple[Mention, ...]:
    context = Context(
        published_at=datetime(2021, 7, 18, tzinfo=UTC),
        model_version="test",
        dateline_place=dateline_place,
        site=site,
    )
    doc = model.nlp(text)
    return places(doc, context, mentions(doc, context))


def at(rows: tuple[Mention, ...], words: str) -> Mention:
    row = next((row for row in rows if row.surface == words), None)
    assert row is not None, f"no mention {words!r} among {[row.surface for row in rows]}"
    return row


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case_comes_out_as_reviewed(model: Model, case: dict) -> None:
    """Every case of tests/cases/places.toml has its places and no others where it says so."""
    rows = placed(model, case["text"])
    for place in case.get("places", []):
        row = at(rows, place["words"])
        assert row.latitude is not None
        found = {"name": row.place_name, "region": row.place_region, "country": row.country_code or ""}
        expected = {name: place[name] for name in found if name in place}
        assert {name: found[name] for name in expected} == expected
    for words in case.get("absent", []):
        assert [row.place_name for row in rows if row.surface == words and row.place_name] == []


@pytest.mark.parametrize("rule", NEVER, ids=[rule.id for rule in NEVER])
def test_a_word_that_is_no_place_by_itself_is_none(model: Model, rule: Rule) -> None:
    """Examples of the `never` rules yield no place, their near-misses do."""
    for text in rule.examples:
        assert [row.place_name for row in placed(model, text) if row.place_name] == [], text
    for text in rule.near_misses:
        assert [row.place_name for row in placed(model, text) if row.place_name] != [], text


def test_where_it_was_filed_tells_which_town_is_meant(model: Model) -> None:
    """The same words under two datelines."""
    text = "Firefighters from Richmond helped."
    assert at(placed(model, text, dateline_place="VANCOUVER"), "Richmond").country_code == "CA"
    assert at(placed(model, text, dateline_place="NORFOLK, Va."), "Richmond").place_region == "Virginia"


def test_the_country_of_the_site_tells_which_town_is_meant(model: Model) -> None:
    """A domain of a country supports its towns; one that anybody uses says nothing."""
    text = "A bus caught fire in Halifax."
    assert at(placed(model, text, site="news.example.co.uk"), "Halifax").country_code == "GB"
    assert at(placed(model, text, site="news.example.ca"), "Halifax").country_code == "CA"
    plain = at(placed(model, text), "Halifax")
    assert at(placed(model, text, site="news.example.tv"), "Halifax") == plain


def test_an_ambiguous_name_keeps_its_candidates(model: Model) -> None:
    """Several Springfields, likeliest first, the chosen one among them, probabilities of at most one together."""
    row = at(placed(model, "They stopped in Springfield for lunch."), "Springfield")
    assert len(row.place_candidates) > 2
    chances = [one.probability for one in row.place_candidates]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1.001
    assert (row.geonames_id, row.place_confidence) == (row.place_candidates[0].geonames_id, chances[0])
    assert row.place_confidence < 0.9


def test_a_name_in_another_name_has_its_own_offsets(model: Model) -> None:
    text = "The University of Cincinnati closed."
    row = at(placed(model, text), "University of Cincinnati")
    assert (text[row.place_start : row.place_end], row.place_relation) == ("Cincinnati", "part")


WORDS = st.sampled_from(
    ["Paris", ",", "Texas", "Ill.", "(", ")", "the", "University", "of", "Georgia", "Afghan", "U.S.", "said", "in",
     "North", "St.", "’s", ".", "\n\n", "Saint-Étienne", "🙂", "County", "Walker", "-", "EU"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=25))
def test_whatever_the_text_places_lie_in_their_mentions_and_nothing_else_changes(
    model: Model, words: list[str]
) -> None:
    """Offsets within the mention, points on the globe, and the same mentions in the same order as before."""
    text = " ".join(words)
    rows = placed(model, text)
    for row in rows:
        has_place = row.place_name is not None
        assert has_place == (row.latitude is not None) == (row.place_start is not None) == bool(row.place_candidates)
        if has_place:
            assert row.start <= row.place_start < row.place_end <= row.end
            assert -90 <= row.latitude <= 90
            assert -180 <= row.longitude <= 180
            assert 0 < row.place_confidence <= 1
    doc = model.nlp(text)
    plain = mentions(doc, Context(published_at=datetime(2021, 7, 18, tzinfo=UTC), model_version="test"))
    assert [(row.start, row.end, row.label, row.entity_id) for row in rows] == [
        (row.start, row.end, row.label, row.entity_id) for row in plain
    ]


def test_the_order_of_names_does_not_matter() -> None:
    """Resolution of a set of names is the same whatever their order."""
    names = [
        Named(n, 0, 1, "name", key(name), toponyms(name)) for n, name in enumerate(["Boston", "Cambridge", "Quincy"])
    ]
    forward, backward = resolved(names), resolved(names[::-1])
    assert {name: rows[0][0] for name, rows in forward.items()} == {name: rows[0][0] for name, rows in backward.items()}


@pytest.mark.parametrize("name", ["São Tomé", "SAO TOME", "Sao Tomé", "the Sao Tome"])
def test_spellings_share_a_key(name: str) -> None:
    assert key(name) == "sao tome"


def test_every_short_form_and_people_is_of_a_known_place() -> None:
    assert len(abbreviations()) > 100
    assert len(peoples()) > 90


def test_a_name_has_a_bounded_number_of_candidates() -> None:
    assert len(toponyms("San Antonio")) == MOST_CANDIDATES
    assert toponyms("Nosuchplaceatall") == ()


def test_a_text_of_a_thousand_names_takes_seconds() -> None:
    """The work grows with the square of the distinct names, so only so many are weighed."""
    towns = ["Springfield", "Paris", "San Antonio", "Santa Cruz", "Victoria", "Georgetown"]
    names = [Named(n, n, n + 1, "name", f"{towns[n % 6]} {n}", toponyms(towns[n % 6])) for n in range(1_000)]
    started = process_time()
    resolved(names)
    assert process_time() - started < 5
