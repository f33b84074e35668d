"""Rows of `events`: what was found about one predicate, as columns. Finds nothing itself."""

from __future__ import annotations

from storage.records import Event
from tasks.extract.events.happening import Happening

# How often such rows were right on the development halves, by what is known of them: see docs/events.md.
CODED, ACTORLESS = 0.65, 0.45
UNCODED = {"verb": 0.95, "noun": 0.85, "adjective": 0.6}


def row(text: str, found: Happening, number: int, event_id: str, version: str) -> Event:
    """The row of one happening of an article's text."""
    coding, place, timex, fact, source, theme = (
        found.coding, found.place, found.timex, found.fact, found.source, found.theme,
    )  # fmt: skip
    start, end = found.trigger
    return Event(
        start=start,
        end=end,
        surface=text[start:end],
        sentence=found.sentence,
        confidence=_confidence(found),
        rule=coding.rule if coding else f"predicate.{found.predicate.kind}",
        annotator="events",
        annotator_version=version,
        event_mention_id=number,
        event_id=event_id,
        predicate=found.predicate.lemma,
        type=coding.type if coding else None,
        mode=coding.mode if coding else None,
        about=coding.about if coding else None,
        actors=found.actors,
        recipients=found.recipients,
        theme=text[theme[0] : theme[1]] if theme else None,
        theme_start=theme[0] if theme else None,
        theme_end=theme[1] if theme else None,
        place=place.surface if place else None,
        place_start=place.start if place else None,
        place_end=place.end if place else None,
        place_mention_id=place.mention_id if place else None,
        place_country_code=place.country_code if place else None,
        timex_id=timex.timex_id if timex else None,
        event_date=found.day,
        is_negated=found.is_negated,
        is_future=fact.is_future,
        is_hypothetical=fact.is_hypothetical,
        quote_id=source.quote_id,
        speaker=source.speaker,
        speaker_start=source.start,
        speaker_end=source.end,
        speaker_name=source.name,
        speaker_entity_id=source.entity_id,
    )


def _confidence(found: Happening) -> float:
    if found.coding is None:
        return UNCODED[found.predicate.kind]
    return CODED if found.actors else ACTORLESS
