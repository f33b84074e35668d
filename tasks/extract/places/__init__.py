"""Toponyms resolved: which place a name means, with its point, region, country and GeoNames id.

Names are what `mentions` found; nothing here recognises one. Of a people the place is its country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc as SpacyDoc

from storage.records import Mention, PlaceCandidate
from tasks.extract.context import Context
from tasks.extract.parsed import parsed
from tasks.extract.places.anchors import anchors
from tasks.extract.places.contained import contained
from tasks.extract.places.gazetteer import Toponym, regions
from tasks.extract.places.mistaken import mistaken
from tasks.extract.places.named import Named, named
from tasks.extract.places.part import part
from tasks.extract.places.resolved import resolved

# Candidates that are kept beside the likeliest one, and how probable one must be.
_MOST_KEPT = 5
_LEAST_PROBABILITY = 0.01
# The one that is meant may not be in the gazetteer at all.
_KNOWN = 0.98


def places(document: SpacyDoc, context: Context, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, in their order, those that name a place with what it is."""
    text = parsed(document).text
    found = contained(text, _found(text, mentions))
    chosen = resolved(found, anchors(context))
    named_by = {one.mention: one for one in found if one.key in chosen}
    rows = list(mentions)
    for number, one in named_by.items():
        rows[number] = _placed(mentions[number], one, chosen[one.key])
    return tuple(rows)


def _found(text: str, mentions: Sequence[Mention]) -> list[Named]:
    """The names of places in order of text: those that stand by themselves, then those inside other names."""
    whole = {number: one for number, mention in enumerate(mentions) if (one := named(number, mention))}
    known = {one.key for one in whole.values() if one.relation == "name"}
    for number, mention in enumerate(mentions):
        if number not in whole and (one := named(number, mention, known)):
            whole[number] = one
    standing = [one for _, one in sorted(whole.items())]
    whole |= {one.mention: one for one in mistaken(text, mentions, standing)}
    parts = ((number, part(number, mention, known)) for number, mention in enumerate(mentions) if number not in whole)
    return [one for _, one in sorted(whole.items() | {(number, one) for number, one in parts if one})]


def _placed(mention: Mention, one: Named, ranked: Sequence[tuple[Toponym, float]]) -> Mention:
    best, confidence = ranked[0]
    kept = [row for row in ranked[:_MOST_KEPT] if row[1] >= _LEAST_PROBABILITY]
    return replace(
        mention,
        country_code=best.country_code or None,
        place_relation=one.relation,
        place_start=one.start,
        place_end=one.end,
        place_name=best.name,
        place_kind=best.kind,
        place_region=regions().get(best.region),
        latitude=best.latitude,
        longitude=best.longitude,
        geonames_id=best.geonames_id or None,
        place_confidence=round(_KNOWN * confidence, 4),
        place_candidates=tuple(
            PlaceCandidate(
                geonames_id=place.geonames_id or None,
                name=place.name,
                country_code=place.country_code or None,
                probability=round(_KNOWN * probability, 4),
            )
            for place, probability in kept
        ),
    )
