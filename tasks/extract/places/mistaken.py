"""Places that the mentions take for persons or bodies: "in Valencia", "Madrid, Alicante and Valencia", "Tamil Nadu"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from storage.records import Mention
from tasks.extract.gazetteers import given_names
from tasks.extract.places.gazetteer import Toponym
from tasks.extract.places.lexicon import pattern
from tasks.extract.places.named import Named, exactly, standing

_LABELS = frozenset(("PERSON", "PRODUCT"))
_LEAST_POPULATION = 50_000
_WIDEST = 12
_INTO = pattern("before.place")
_AND = pattern("between.listed")


def mistaken(text: str, mentions: Sequence[Mention], found: Sequence[Named]) -> list[Named]:
    """What the text treats as a place: after a preposition of place, in a list with places, or of no person's form."""
    others = Counter((mention.entity_id, mention.surface) for mention in mentions)
    entities = Counter(mention.entity_id for mention in mentions)
    starts, ends = {one.start for one in found}, {one.end for one in found}
    made = []
    for number, mention in enumerate(mentions):
        if mention.is_name and mention.label in _LABELS and mention.role is None:
            places = exactly(mention.surface)
            # Who is also called "Ada Hamilton", or "she", is a person.
            is_all = others[mention.entity_id, mention.surface] == entities[mention.entity_id]
            if is_all and any(map(_is_known, places)) and _is_place(text, mention, starts, ends):
                made.append(standing(number, mention, places))
                ends.add(mention.end)
    return made


def _is_known(place: Toponym) -> bool:
    return not place.is_other_name and (
        place.kind in ("country", "region", "capital", "area") or place.population >= _LEAST_POPULATION
    )


def _is_place(text: str, mention: Mention, starts: set[int], ends: set[int]) -> bool:
    words = mention.surface.split()
    if len(words) > 1 and words[0].lower() not in given_names():
        return True
    before, after = text[max(0, mention.start - _WIDEST) : mention.start], text[mention.end : mention.end + _WIDEST]
    if _INTO.search(before):
        return True
    listed, following = _AND.search(before), _AND.match(after)
    is_after = listed is not None and mention.start - len(before) + listed.start() in ends
    return is_after or (following is not None and mention.end + following.end() in starts)
