"""Containment as it is written: "Springfield, Illinois", "Paris (Texas)", "London in Ontario", "Augusta, Ga."."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.extract.places.gazetteer import Toponym
from tasks.extract.places.lexicon import pattern
from tasks.extract.places.named import Named, meanings

_BETWEEN = pattern("between.contained")
_CLOSING = pattern("after.abbreviated")
_WIDEST = 40
_SIZE = {"city": 0, "capital": 0, "district": 1, "region": 2, "country": 3, "area": 4}


def contained(text: str, found: Sequence[Named]) -> tuple[Named, ...]:
    """The names with what the text says they lie within; of "Turkey, Iran and Iraq" none lies in the next."""
    following = {one.start: one for one in found}
    return tuple(replace(one, within=one.within or _within(text, one, following)) for one in found)


def _within(text: str, one: Named, following: Mapping[int, Named]) -> tuple[Toponym, ...]:
    """The containers right after a name: a name, or an abbreviation that is no mention."""
    after = text[one.end : one.end + _WIDEST]
    if closing := _CLOSING.search(after):
        written = meanings(closing[1])
    else:
        match = _BETWEEN.search(after)
        other = following.get(one.end + match.end()) if match else None
        written = other.candidates if other and other.relation == "name" else ()
    return tuple(place for place in written if any(lies_within(one, place) for one in one.candidates))


def lies_within(place: Toponym, container: Toponym) -> bool:
    """The gazetteer says that one place lies in the other."""
    if place.geonames_id == container.geonames_id or _SIZE[place.kind] >= _SIZE[container.kind]:
        return False
    if container.kind == "country":
        return place.country_code == container.country_code
    if container.kind == "region":
        return place.region == container.region
    return container.kind == "district" and place.district == container.district


def is_list(best: Toponym, within: Sequence[Toponym]) -> bool:
    """Both are of one size: "Georgia, Armenia" lists countries, whatever towns are called so."""
    if best.kind == "country":
        return any(place.kind == "country" for place in within)
    return best.kind == "region" and any(
        place.kind == "region" and place.country_code == best.country_code for place in within
    )
