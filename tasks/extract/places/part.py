"""A place in the name of something else: "Kentucky State Police", "University of Cincinnati", "American Airlines"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from storage.records import Mention
from tasks.extract.gazetteers import demonyms
from tasks.extract.mentions.lexicon import ORGANISATION_HEADS, PLACE_HEADS
from tasks.extract.places.gazetteer import Toponym, abbreviations, peoples
from tasks.extract.places.key import key
from tasks.extract.places.named import Named, exactly, people

LABELS = frozenset(("ORG", "FAC", "EVENT", "LAW", "WORK_OF_ART"))
_WORDS = re.compile(r"[^\s,()/–—-]+")
_LONGEST = 4
_MOST_WORDS = 12
_LEAST_POPULATION = 15_000
_HEADS = ORGANISATION_HEADS | PLACE_HEADS | {"city", "county", "municipal", "regional", "public", "high", "state"}


def part(number: int, mention: Mention, known: Collection[str]) -> Named | None:
    """The first and longest place in the name; `known` are the keys of places that the text names by themselves."""
    words = list(_WORDS.finditer(mention.surface))[:_MOST_WORDS]
    if not mention.is_name or len(words) < 2 or not _may_contain(mention, words):
        return None
    for start, text, before, after in _windows(mention.surface, words):
        if text in demonyms() or text in peoples():
            if found := people(number, mention.start + start, text, "part"):
                return found
        elif candidates := _candidates(text, known, before, after):
            return Named(
                number, mention.start + start, mention.start + start + len(text), "part", key(text), candidates
            )
    return None


def _may_contain(mention: Mention, words: list[re.Match[str]]) -> bool:
    """A body, building or event; what the model takes for a person only if it ends like a body."""
    return mention.label in LABELS or (mention.label == "PERSON" and words[-1][0].lower() in ORGANISATION_HEADS)


def _windows(text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, str, str, str]]:
    """Stretches of words that begin with a capital: offset, text, the word before and the word after."""
    for first in range(len(words)):
        for last in range(min(first + _LONGEST, len(words)) - 1, first - 1, -1):
            if words[first][0][0].isupper() and last - first + 1 < len(words):
                before = words[first - 1][0].lower() if first else ""
                after = words[last + 1][0].lower() if last + 1 < len(words) else ""
                start = words[first].start()
                yield start, re.sub(r"['’]s?$", "", text[start : words[last].end()]), before, after


def _candidates(text: str, known: Collection[str], before: str, after: str) -> tuple[Toponym, ...]:
    if state := abbreviations().get(text):
        return (state,) if "." in text else ()
    found = exactly(text)
    if key(text) in known or any(_is_telling(one) for one in found):
        return found
    is_institution = after in _HEADS or before in ("of", "in", "at")
    return found if is_institution and any(_is_town(one) for one in found) else ()


def _is_telling(place: Toponym) -> bool:
    """A place whose name is hardly ever another's."""
    if place.is_other_name:
        return False
    return place.kind in ("country", "area", "capital") or (
        (place.kind in ("region", "district") and " " in place.name)
        or (place.kind == "region" and place.population > 10**6)
    )


def _is_town(place: Toponym) -> bool:
    return not place.is_other_name and place.population >= _LEAST_POPULATION
