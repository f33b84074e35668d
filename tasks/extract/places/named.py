"""What a mention may mean: the name of a place in it and its candidates, before any context."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from storage.records import Mention
from tasks.extract.gazetteers import demonyms
from tasks.extract.places.gazetteer import Toponym, abbreviations, country_of, peoples, toponyms
from tasks.extract.places.key import key
from tasks.extract.places.lexicon import NEVER_ALONE, pattern

_BEFORE = pattern("before.part")
_AFTER = pattern("after.kind")
# "Springfield, Ill.": one mention, two places.
_PARTS = re.compile(r"\s*,\s*")
_LOOSE = frozenset(("GPE", "LOC"))
_STRICT = frozenset(("ORG", "FAC"))
_LONGEST_ACRONYM = 5
# A name in the model's class of persons or bodies is a place if it is one that is hardly anything else.
_LEAST_POPULATION = 20_000
# In "West Wing" no place is left but a hamlet's name.
_LEAST_OF_PART = 50_000


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a place: where it stands, what it may mean, and what the text says it lies within ("Ill.").

    `mention` is the number of its row. `relation` is "name" (the mention is the place), "people" (a people of it)
    or "part" (the mention is something else that has the place in its name).
    """

    mention: int
    start: int
    end: int
    relation: str
    key: str
    candidates: tuple[Toponym, ...]
    within: tuple[Toponym, ...] = ()


def named(number: int, mention: Mention, known: Collection[str] = ()) -> Named | None:
    """The place that a mention is the name of, or that a people is of; None if it is no such name.

    `known` are the keys of names that are places elsewhere in the text.
    """
    if not mention.is_name:
        return None
    if mention.label == "NORP":
        return people(number, mention.start, mention.surface)
    if mention.label in _LOOSE:
        head, *rest = _PARTS.split(mention.surface, maxsplit=1)
        found = meanings(head)
        return standing(number, mention, found, head, meanings(rest[0]) if rest else ()) if found else None
    found = exactly(mention.surface)
    is_known = mention.label in _STRICT and (key(mention.surface) in known or _is_known(mention.surface, found))
    return standing(number, mention, found) if found and is_known else None


def people(number: int, start: int, text: str, relation: str = "people") -> Named | None:
    """A people stands for its state or area, else for its country."""
    place = peoples().get(text) or country_of(demonyms().get(text, ""))
    found = (place,) if place else () if text in demonyms() else meanings(text)
    if not found:
        return None
    name = f"people {found[0].geonames_id}" if place else key(text)
    return Named(number, start, start + len(text), relation, name, found)


def meanings(text: str) -> tuple[Toponym, ...]:
    """The places that words may mean: as they stand, without what goes before or after, as an abbreviation."""
    if state := abbreviations().get(text):
        return (state,)
    if found := exactly(text) or exactly(_AFTER.sub("", text)):
        return found
    shorter = _BEFORE.sub("", text, count=1)
    found = exactly(shorter) or exactly(_AFTER.sub("", shorter))
    return found if any(one.kind != "city" or one.population >= _LEAST_OF_PART for one in found) else ()


def exactly(text: str) -> tuple[Toponym, ...]:
    """The places of a name as it stands; none of a word that is hardly ever a place by itself."""
    return () if key(text) in NEVER_ALONE else toponyms(text)


def standing(
    number: int,
    mention: Mention,
    found: tuple[Toponym, ...],
    head: str | None = None,
    within: tuple[Toponym, ...] = (),
) -> Named:
    """A mention that is, or begins with, the name of a place."""
    head = mention.surface if head is None else head
    # Two spellings of a place that nothing else is called are one name.
    name = found[0].geonames_id if len(found) == 1 else key(head)
    return Named(number, mention.start, mention.start + len(head), "name", name, found, within)


def _is_known(text: str, found: tuple[Toponym, ...]) -> bool:
    """Whether one is well known by just this name; a body's initials are rather those than a town's name."""
    is_acronym = text.isupper() and len(text) <= _LONGEST_ACRONYM
    return any(
        one.kind in ("country", "area")
        or (not one.is_other_name and not is_acronym and (one.kind != "city" or one.population >= _LEAST_POPULATION))
        for one in found
    )
