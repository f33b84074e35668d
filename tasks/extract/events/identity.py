"""Which mentions tell of the same happening. Decides from type, actors, place and day alone; reads no other article."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from storage.records import Event, EventActor
from tasks.extract.parsed import Span

Names = tuple[str, ...]

# An event is compared with so many earlier ones of its type and actors.
MOST_COMPARED = 40
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
    alike: dict[tuple[str, ...], list[tuple[Event, Names]]] = defaultdict(list)
    worded: Counter[tuple[int, str]] = Counter()
    texts = {number: _hash([_plain(sentences[number].text)]) for number in {one.sentence for one in events}}
    for event in events:
        actors, reached = _names(event.actors), _names(event.recipients)
        others = alike[(event.type or "", *actors)]
        same = next((one for one, theirs in others[-MOST_COMPARED:] if _is_same(one, event, theirs, reached)), None)
        words = f"{texts[event.sentence]}\x1f{worded[event.sentence, event.surface]}"
        worded[event.sentence, event.surface] += 1
        known.append(replace(event, event_id=same.event_id if same else _key(event, words, actors, reached)))
        others.append((known[-1], reached))
    return tuple(known)


def _is_same(earlier: Event, later: Event, reached: Names, reached_later: Names) -> bool:
    """Of two events of one type and the same actors, and whom each reached."""
    if earlier.type is None or _is_unreal(earlier) or _is_unreal(later):
        return False
    if earlier.is_future != later.is_future:
        return False
    if not earlier.actors:
        return False
    recipients = not reached_later or not reached or reached == reached_later
    places = None in (earlier.place, later.place) or earlier.place == later.place
    days = None in (earlier.event_date, later.event_date) or earlier.event_date == later.event_date
    modes = None in (earlier.mode, later.mode) or earlier.mode == later.mode
    return recipients and places and days and modes


def _is_unreal(event: Event) -> bool:
    return event.is_negated or event.is_hypothetical


def _key(event: Event, words: str, actors: Names, reached: Names) -> str:
    where = (event.place or event.place_country_code or "").lower()
    is_specific = bool(event.type and event.event_date and actors and (reached or where)) and not _is_unreal(event)
    if is_specific:
        parts = [event.type or "", event.mode or "", ";".join(actors), ";".join(reached), where, str(event.event_date)]
    else:
        parts = [words, event.predicate, event.surface]
    return _hash(parts)


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(sentence: str) -> str:
    return " ".join(sentence.lower().split())


def _names(actors: Sequence[EventActor]) -> Names:
    """What an actor is called in other articles too, in an order that does not depend on the sentence."""
    return tuple(sorted({_name(actor) for actor in actors}))


def _name(actor: EventActor) -> str:
    words = (actor.name or actor.surface).lower().split()
    while len(words) > 1 and (words[0] in LEFT_OUT or words[0].isdigit()):
        words = words[1:]
    return " ".join(words)
