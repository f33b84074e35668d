"""Which mentions tell of the same happening. Decides from type, actors, place and day alone; reads no other article."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Span

from storage.records import Event, EventActor

# Words before a noun that differ between reports of the same happening.
LEFT_OUT = frozenset({
    "the", "a", "an", "some", "several", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
})  # fmt: skip


def identity(events: Sequence[Event], sentences: Sequence[Span]) -> tuple[Event, ...]:
    """The events with their `event_id`; `sentences` are those that their `sentence` counts.

    An event is known by its type, who acts, who is reached, the place and the day: the same in any article, in
    whatever order articles come. Where that is not enough to tell it from others, the sentence itself is the key, so
    that a reprinted sentence tells of the same event. Mentions within the article join an earlier one that has the
    same type, actors and recipients and no other place or day.
    """
    known: list[Event] = []
    for event in events:
        same = next((one for one in known if _is_same(one, event)), None)
        known.append(replace(event, event_id=same.event_id if same else _key(event, sentences[event.sentence])))
    return tuple(known)


def _is_same(earlier: Event, later: Event) -> bool:
    if earlier.type is None or earlier.type != later.type or _is_unreal(earlier) or _is_unreal(later):
        return False
    if earlier.is_future != later.is_future:
        return False
    actors = _names(earlier.actors) == _names(later.actors) != ()
    recipients = (
        not _names(later.recipients)
        or not _names(earlier.recipients)
        or _names(earlier.recipients) == _names(later.recipients)
    )
    places = None in (earlier.place, later.place) or earlier.place == later.place
    days = None in (earlier.event_date, later.event_date) or earlier.event_date == later.event_date
    modes = None in (earlier.mode, later.mode) or earlier.mode == later.mode
    return actors and recipients and places and days and modes


def _is_unreal(event: Event) -> bool:
    return event.is_negated or event.is_hypothetical


def _key(event: Event, sentence: Span) -> str:
    actors, reached = _names(event.actors), _names(event.recipients)
    where = (event.place or event.place_country_code or "").lower()
    is_specific = bool(event.type and event.event_date and actors and (reached or where)) and not _is_unreal(event)
    if is_specific:
        parts = [event.type or "", event.mode or "", ";".join(actors), ";".join(reached), where, str(event.event_date)]
    else:
        words = sentence.text
        before = words[: event.start - sentence.start_char].count(event.surface)
        parts = [" ".join(words.lower().split()), event.predicate, event.surface, str(before)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _names(actors: Sequence[EventActor]) -> tuple[str, ...]:
    """What an actor is called in other articles too, in an order that does not depend on the sentence."""
    return tuple(sorted({_name(actor) for actor in actors}))


def _name(actor: EventActor) -> str:
    words = (actor.name or actor.surface).lower().split()
    while len(words) > 1 and (words[0] in LEFT_OUT or words[0].isdigit()):
        words = words[1:]
    return " ".join(words)
