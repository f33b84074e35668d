"""Places: which place a name means, and how sure that is."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.extract.places import places
from tasks.model import Model

ROOT = Path(__file__).parent
CASES = tomllib.loads((ROOT / "cases" / "places.toml").read_text("utf-8"))["case"]


def placed(model: Model, text: str, dateline_place: str = "") -> tuple[Mention, ...]:
    context = Context(
        published_at=datetime(2021, 7, 18, tzinfo=UTC), model_version="test", dateline_place=dateline_place
    )
    doc = model.nlp(text)
    return places(doc, context, mentions(doc, context))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case_comes_out_as_reviewed(model: Model, case: dict) -> None:
    """Every case of tests/cases/places.toml has its places."""
    rows = placed(model, case["text"], case.get("dateline", ""))
    for place in case.get("places", []):
        row = next((row for row in rows if row.surface == place["words"]), None)
        assert row is not None, f"no mention {place['words']!r} among {[row.surface for row in rows]}"
        assert (row.place_name, row.country_code) == (place["name"], place["country"])
        assert row.place_region == place.get("region", row.place_region)
