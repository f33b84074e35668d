"""The country of a place or of a people: "Doha" is in QA, "Afghan" is of AF."""

from __future__ import annotations

from tasks.extract.gazetteers import demonyms, places

_PLACES = frozenset(("GPE", "LOC", "FAC", "NORP", "ORG"))


def country(label: str, text: str) -> str | None:
    """ISO 3166-1 alpha-2, or None where the name is in no gazetteer or of no single country."""
    if label not in _PLACES:
        return None
    if text.isupper() and text not in places():
        text = text.title()
    if label == "NORP":
        return demonyms().get(text) or (places()[text].country_code or None if text in places() else None)
    place = places().get(text) or places().get(text.replace("’", "'"))
    if place is None or (label == "ORG" and place.kind != "country"):
        return None
    return place.country_code or None
