"""What a name may mean: the candidates of a mention, from its words and what is written right after them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.records import Mention
from tasks.extract.gazetteers import demonyms
from tasks.extract.places.gazetteer import Toponym, abbreviations, country_of, toponyms
from tasks.extract.places.key import key

PLACE_LABELS = frozenset(("GPE", "LOC", "FAC", "NORP"))
# "the City of Paris", "downtown Houston", "northern Iraq": the place is what is left.
_BEFORE = re.compile(
    r"(?:the\s+)?(?:(?:greater|downtown|central|upstate|mainland|inner|metropolitan|metro"
    r"|(?:north|south|east|west)(?:ern)?|(?:north|south)(?:ea|we)st(?:ern)?)[\s-]+"
    r"|(?:city|town|village|state|province|county|port|republic|kingdom)\s+of\s+)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:['’]s?|\s+(?:city|state|province|region|area|metro|district|governorate))$", re.IGNORECASE)
# "Springfield, Ill.": one mention, two places.
_PARTS = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class Named:
    """A mention with what it may mean and the words that say within what it lies ("Ill.")."""

    index: int
    key: str
    candidates: tuple[Toponym, ...]
    within: tuple[Toponym, ...] = ()


def named(index: int, mention: Mention) -> Named | None:
    """The candidates of a mention; None if it names no place of the gazetteer."""
    if not mention.is_name or mention.label not in PLACE_LABELS:
        return None
    text = mention.surface.strip()
    if mention.label == "NORP":
        return _people(index, mention, text)
    head, *rest = _PARTS.split(text, maxsplit=1)
    found = meanings(head)
    if not found:
        return None
    return Named(index, key(found[0].name if len(found) == 1 else head), found, meanings(rest[0]) if rest else ())


def meanings(text: str) -> tuple[Toponym, ...]:
    """The places that words may mean: as they stand, without what goes before or after, as an abbreviation."""
    if state := abbreviations().get(text):
        return (state,)
    for form in _forms(text):
        if found := toponyms(form):
            return found
    return ()


def _forms(text: str) -> tuple[str, ...]:
    shorter = _AFTER.sub("", text)
    return tuple(dict.fromkeys((text, shorter, _BEFORE.sub("", text, count=1), _BEFORE.sub("", shorter, count=1))))


def _people(index: int, mention: Mention, text: str) -> Named | None:
    """A people stands for its country, or for the place that its name is also that of ("European", "Londoners")."""
    country = country_of(mention.country_code or demonyms().get(text, ""))
    return Named(index, f"people {country.country_code}", (country,)) if country else None
