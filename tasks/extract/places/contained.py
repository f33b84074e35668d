"""Containment as it is written: "Springfield, Illinois", "Paris (Texas)", "Ontario's London", "London in Ontario"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from storage.records import Mention
from tasks.extract.places.gazetteer import Toponym
from tasks.extract.places.named import Named, meanings
from tasks.extract.tokens import text_of

# What may stand between a place and what it lies in.
_BETWEEN = re.compile(
    r"\s*(?:,|\(|,?\s+(?:in|of)(?:\s+the)?(?:\s+(?:state|province|region)\s+of)?\s)\s*", re.IGNORECASE
)
_CLOSING = re.compile(r"\s*,\s*([A-Z][A-Za-z]*\.(?:\s?[A-Z][a-z]*\.)*|[A-Z]{2})(?![\w])")
_WIDEST = 30
_BY_SIZE = {"city": 0, "capital": 0, "district": 1, "region": 2, "country": 3, "area": 4}


def contained(doc: Doc, mentions: Sequence[Mention], found: Sequence[Named]) -> tuple[Named, ...]:
    """The named places with what the text says they lie within."""
    text = text_of(doc)
    following = {mentions[one.index].start: one for one in found}
    made = []
    for one in found:
        within = one.within or _written_after(text, mentions[one.index].end)
        if not within:
            within = _next(text, mentions, one, following)
        made.append(Named(one.index, one.key, one.candidates, within))
    return tuple(made)


def _written_after(text: str, end: int) -> tuple[Toponym, ...]:
    """An abbreviation right after the name, which the mentions may not have."""
    match = _CLOSING.match(text, end, end + _WIDEST)
    return meanings(match[1]) if match else ()


def _next(text: str, mentions: Sequence[Mention], one: Named, following: dict[int, Named]) -> tuple[Toponym, ...]:
    end = mentions[one.index].end
    match = _BETWEEN.match(text, end, end + _WIDEST)
    other = following.get(match.end()) if match else None
    return other.candidates if other else ()


def lies_within(place: Toponym, container: Toponym) -> bool:
    """The gazetteer says that one place lies in the other."""
    if place.geonames_id == container.geonames_id or _BY_SIZE[place.kind] >= _BY_SIZE[container.kind]:
        return False
    if container.kind == "country":
        return place.country_code == container.country_code
    if container.kind == "region":
        return place.region == container.region
    return container.kind == "district" and place.district == container.district
