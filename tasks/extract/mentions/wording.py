"""What a name's words tell of what it names, wherever they stand: their form, and the lists that have them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from tasks.extract.gazetteers import common_words, demonyms, given_names, known_names, places
from tasks.extract.mentions.lexicon import CAPTIONS, EVENT_HEADS, LAW_HEADS, ORGANISATION_HEADS, PLACE_HEADS
from tasks.extract.places.gazetteer import abbreviations, toponyms

_HEADS = (
    ("org_head", ORGANISATION_HEADS),
    ("place_head", PLACE_HEADS),
    ("event_head", EVENT_HEADS),
    ("law_head", LAW_HEADS),
    ("caption", CAPTIONS),
)
# Kinds of places, the less mistakable the higher; the others are towns, which are told apart by their population.
_KINDS = {"country": 3, "capital": 2, "region": 1, "area": 1}
# Words like "Driver" and "Obama" are towns as well: a lone word is a town only where the model takes it for a place.
_PLACES = ("GPE", "LOC", "FAC")
_POPULATIONS = (5_000, 50_000, 500_000)


@lru_cache(maxsize=10_000)
def of_words(text: str, words: tuple[str, ...], label: str, is_plural: bool) -> tuple[str, ...]:
    """What the name's words tell wherever they stand, and the model's label for them."""
    lower = tuple(word.lower() for word in words)
    return (
        "bias",
        f"model={label or 'none'}",
        *_words(text, lower, label),
        *_common(lower, label),
        *_known(text.split(" ")),
        *_placed(text, words, label),
        *_headed(lower, label, is_plural),
        *_shape(text, len(words)),
    )


def _words(text: str, lower: tuple[str, ...], label: str) -> Iterator[str]:
    first, last, is_single = lower[0], lower[-1], len(lower) == 1
    yield f"last={last}"
    yield f"first={first}"
    yield f"suffix={last[-3:]}"
    yield f"model={label}+single={is_single}"
    place = places().get(text)
    yield f"place={place.kind if place else 'no'}"
    yield f"place={bool(place)}+model={label}"
    if text in demonyms():
        yield "demonym"
    if given_names().get(first):
        yield f"given+single={is_single}"
        yield f"given+model={label}"


def _headed(lower: tuple[str, ...], label: str, is_plural: bool) -> Iterator[str]:
    """What kind of thing the last word or another says that it is."""
    last, is_single = lower[-1], len(lower) == 1
    if is_plural:
        yield f"plural+single={is_single}"
    for kind, heads in _HEADS:
        if last in heads:
            yield f"{kind}_last+single={is_single}"
            yield f"{kind}_last+model={label}"
        elif not is_single and any(word in heads for word in lower):
            yield f"{kind}_inside+first={lower[0] in heads}"
    if not is_single and any(word in ("of", "for", "and", "&") for word in lower):
        yield "has_small_word"


def _common(lower: tuple[str, ...], label: str) -> Iterator[str]:
    """Whether the words of a name are common ones, as in "Tiger" and "World Service"."""
    common = [_is_common(word) for word in lower if word.isalpha()] or [False]
    is_single = len(lower) == 1
    yield f"common={common[-1]}+single={is_single}"
    yield f"common={common[-1]}+model={label}"
    yield f"all_common={all(common)}+single={is_single}"


def _is_common(word: str) -> bool:
    """A noun, verb or adjective, or the plural of one."""
    return word in common_words() or (word.endswith("s") and word[:-1] in common_words())


def _known(parts: list[str]) -> Iterator[str]:
    """What the list of known names says of the name, else of its longest end or beginning that is in the list."""
    size = len(parts)
    pieces = [("whole", 0, size), *(("end", start, size) for start in range(1, size))]
    pieces += [("begin", 0, end) for end in range(size - 1, 0, -1)]
    for where, start, end in pieces:
        if known := known_names().get(" ".join(parts[start:end])):
            label, kind = known
            yield f"known={label}+{where}"
            yield f"known={kind}+{where}"
            return


def _placed(text: str, words: tuple[str, ...], label: str) -> Iterator[str]:
    """Which places bear the name, or its first or last word."""
    is_single = len(words) == 1
    whole = _tier(text)
    if whole not in _KINDS and is_single and label not in _PLACES:
        whole = "no"
    yield f"gaz={whole}"
    yield f"gaz={whole}+model={label}"
    yield f"gaz={whole}+single={is_single}+given={words[0].lower() in given_names()}"
    if not is_single:
        yield f"gaz_first={_tier(words[0])}"
        yield f"gaz_last={_tier(words[-1])}"


@lru_cache(maxsize=20_000)
def _tier(text: str) -> str:
    """The kind of the greatest place of that name; a town with how populous it is, "~" if it is called so beside."""
    if text in abbreviations():
        return "region"
    found = () if text in known_names() else toponyms(text)
    if not found:
        return "no"
    best = max(found, key=lambda one: (_KINDS.get(one.kind, 0), one.population))
    if best.kind in _KINDS:
        return best.kind
    return f"{best.kind}{bisect(_POPULATIONS, best.population)}{'~' if best.is_other_name else ''}"


def _shape(text: str, size: int) -> Iterator[str]:
    letters = "".join(character for character in text if character.isalpha())
    yield f"length={min(size, 5)}"
    if letters.isupper():
        yield f"upper={min(len(letters), 6)}"
    elif letters[1:] and not letters[1:].islower() and size == 1:
        yield "mixed_case"
    elif letters.islower():
        yield "lower"
    yield f"shape={_outline(text.rpartition(' ')[2])}"
    if text[:1].islower() and "-" in text:
        yield f"prefix={text.partition('-')[0]}"
    if any(character.isdigit() for character in text):
        yield "digit"


def _outline(word: str) -> str:
    """Capitals as X, small letters as x, figures as d, each once in a row: "A330-200" is "Xd-d"."""
    kinds = ("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    return "".join(kind for kind, _ in groupby(kinds))
