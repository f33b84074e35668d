"""Toponyms resolved: which place a name means, with its point, region, country and GeoNames id.

Names are what `mentions` found; nothing here recognises one. Of a people the place is its country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from storage.records import Mention, PlaceCandidate
from tasks.extract.context import Context
from tasks.extract.places.contained import contained
from tasks.extract.places.gazetteer import Toponym, digest, regions
from tasks.extract.places.named import meanings, named
from tasks.extract.places.resolved import Anchor, resolved

VERSION = "1"
# Candidates that are kept beside the likeliest one, and how probable one must be.
_MOST_KEPT = 5
_LEAST_PROBABILITY = 0.01
_DATELINE_WEIGHT = 1.0


def places(doc: Doc, context: Context, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, in their order, those that name a place with what it is."""
    found = [one for index, mention in enumerate(mentions) if (one := named(index, mention))]
    found = list(contained(doc, mentions, found))
    chosen = resolved(found, _anchors(context))
    made = [replace(mention, annotator_version=_version(mention, context)) for mention in mentions]
    for one in found:
        if one.key in chosen:
            made[one.index] = _placed(made[one.index], chosen[one.key])
    return tuple(made)


def _version(mention: Mention, context: Context) -> str:
    """The version of the mention, and that of its place."""
    own = mention.annotator_version.removesuffix(f"+{context.model_version}")
    return context.version(f"{own}+places-{VERSION}", digest())


def _anchors(context: Context) -> tuple[Anchor, ...]:
    """Where the report was filed: what its dateline means, the likeliest of a common name."""
    return tuple(Anchor(place, _DATELINE_WEIGHT) for place in meanings(context.dateline_place)[:1])


def _placed(mention: Mention, ranked: Sequence[tuple[Toponym, float]]) -> Mention:
    best, confidence = ranked[0]
    kept = [row for row in ranked[:_MOST_KEPT] if row[1] >= _LEAST_PROBABILITY]
    return replace(
        mention,
        country_code=best.country_code or None,
        place_name=best.name,
        place_kind=best.kind,
        place_region=regions().get(best.region),
        latitude=best.latitude,
        longitude=best.longitude,
        geonames_id=best.geonames_id or None,
        place_confidence=round(confidence, 4),
        place_candidates=tuple(
            PlaceCandidate(
                geonames_id=place.geonames_id or None,
                name=place.name,
                country_code=place.country_code or None,
                probability=round(probability, 4),
            )
            for place, probability in kept
        ),
    )
