"""Which mentions tell of the same happening. Decides from type, actors, place and day alone; reads no other article."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storage.records import EventActor, Mention
from tasks.extract.events.coding import Coding
from tasks.extract.events.happening import Happening
from tasks.extract.parsed import Span

Names = tuple[str, ...]

# An event is compared with so many earlier ones of its type and actors.
MOST_COMPARED = 40
# Words before a noun that differ between reports of the same happening.
LEFT_OUT = frozenset({
    "the", "a", "an", "some", "several", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """A coded happening that was told already."""

    happening: Happening
    mode: str | None
    reached: Names
    event_id: str


def identity(text: str, happenings: Sequence[Happening], sentences: Sequence[Span]) -> tuple[str, ...]:
    """The `event_id` of each happening of a text; `sentences` are those that their `sentence` counts.

    An event is known by its type, who acts, who is reached, the place and the day: the same in any article, in
    whatever order articles come. Where that is not enough to tell it from others, the sentence itself is the key, so
    that a reprinted sentence tells of the same event. Mentions within the article join an earlier one that has the
    same type, actors and recipients and no other place or day.
    """
    known: list[str] = []
    alike: dict[tuple[str, ...], list[_Told]] = defaultdict(list)
    worded: Counter[tuple[int, str]] = Counter()
    plain = {number: _hash([_plain(sentences[number].text)]) for number in {one.sentence for one in happenings}}
    for happening in happenings:
        surface = text[slice(*happening.trigger)]
        words = f"{plain[happening.sentence]}\x1f{worded[happening.sentence, surface]}"
        worded[happening.sentence, surface] += 1
        key = [words, happening.predicate.lemma, surface]
        if happening.coding is None:
            known.append(_hash(key))
            continue
        actors, reached = _names(happening.actors), _names(happening.recipients)
        others = alike[(happening.coding.type, *actors)]
        same = next((one for one in others[-MOST_COMPARED:] if _is_same(one, happening, reached)), None)
        known.append(same.event_id if same else _hash(_named(happening, happening.coding, actors, reached) or key))
        others.append(_Told(happening, happening.coding.mode, reached, known[-1]))
    return tuple(known)


def _is_same(earlier: _Told, later: Happening, reached: Names) -> bool:
    """Of two happenings of one type and the same actors."""
    one = earlier.happening
    if not one.actors or _is_unreal(one) or _is_unreal(later) or one.fact.is_future != later.fact.is_future:
        return False
    recipients = not reached or not earlier.reached or earlier.reached == reached
    mode = later.coding.mode if later.coding else None
    return (
        recipients
        and _may_be_equal(earlier.mode, mode)
        and _may_be_equal(_surface(one.place), _surface(later.place))
        and _may_be_equal(one.day, later.day)
    )


def _may_be_equal(one: str | date | None, other: str | date | None) -> bool:
    return one is None or other is None or one == other


def _surface(place: Mention | None) -> str | None:
    return place.surface if place else None


def _is_unreal(happening: Happening) -> bool:
    return happening.is_negated or happening.fact.is_hypothetical


def _named(happening: Happening, coding: Coding, actors: Names, reached: Names) -> list[str] | None:
    """What tells the event from all others; None where too little is known of it."""
    place, day = happening.place, happening.day
    where = (place.surface or place.country_code or "").lower() if place else ""
    if not (day and actors and (reached or where)) or _is_unreal(happening):
        return None
    return [coding.type, coding.mode or "", ";".join(actors), ";".join(reached), where, str(day)]


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
