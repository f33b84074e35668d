"""Which names are the same thing: equal names, surnames of persons, acronyms, spellings of a country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tasks.extract.gazetteers import places
from tasks.extract.mentions.lexicon import FEMALE_TITLES, MALE_TITLES, ORGANISATION_HEADS
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

# Of names that share a word, so many are compared: a list of a thousand Smiths must not take a thousand times as long.
_MOST_ALIKE = 40
# A slip of one letter in a shorter name makes another name: "Dean" and "Jean".
_LEAST_LETTERS = 5
_SMALL = frozenset(("of", "for", "the", "and", "in", "on", "de", "&"))


@dataclass
class _Entity:
    """An entity in the making: the tokens of its fullest name, and where its names stand."""

    label: str
    tokens: tuple[str, ...]
    title: str = ""
    starts: list[int] = field(default_factory=list)


def entities(doc: Doc, names: Names) -> tuple[int, ...]:
    """The number of each name's in-document entity; numbers follow the order of first names in the text."""
    made: list[_Entity] = []
    chosen: dict[int, int] = {}
    by_key: dict[str, list[int]] = defaultdict(list)
    words = [_tokens(doc, name) for name in names]
    # Full names first: a surname alone is understood from the full name, wherever that stands.
    for index in sorted(range(len(names)), key=lambda i: (-len(words[i]), i)):
        name, tokens, title = names[index], words[index], _title(doc, names[index])
        alike = {number for key in _keys(tokens) for number in by_key[key][-_MOST_ALIKE:]}
        matches = [number for number in sorted(alike) if _is_same(name.label, tokens, title, made[number])]
        if matches:
            number = min(matches, key=lambda one: _preference(made[one], tokens, name.start))
        else:
            number = len(made)
            made.append(_Entity(name.label, tokens))
            for key in _keys(tokens):
                by_key[key].append(number)
        made[number].starts.append(name.start)
        made[number].title = made[number].title or title
        chosen[index] = number
    order = {number: rank for rank, number in enumerate(dict.fromkeys(chosen[i] for i in range(len(names))))}
    return tuple(order[chosen[index]] for index in range(len(names)))


def _keys(tokens: tuple[str, ...]) -> set[str]:
    """What names that may be the same have in common: a word, the beginning of the last, initials, or a country."""
    keys = {*tokens, f"last {tokens[-1][:3]}"}
    if len(tokens) > 1:
        keys |= {_initials(tokens), "".join(word[0] for word in tokens)}
    if code := _COUNTRIES.get(" ".join(tokens)):
        keys.add(f"country {code}")
    return keys


def _initials(tokens: tuple[str, ...]) -> str:
    """The initials without those of small words: "hcf" of "high council for fisheries"."""
    return "".join(word[0] for word in tokens if word not in _SMALL)


def _tokens(doc: Doc, name: Name) -> tuple[str, ...]:
    """The words of a name, without marks and periods; a hyphenated one stays one word."""
    text = name.text(doc).replace("’", "'")
    return tuple(word.replace(".", "").lower() for word in text.split() if any(c.isalnum() for c in word))


def _title(doc: Doc, name: Name) -> str:
    before = doc[name.start - 1].lower_ if name.start else ""
    return "m" if before in MALE_TITLES else "f" if before in FEMALE_TITLES else ""


def _is_same(label: str, tokens: tuple[str, ...], title: str, entity: _Entity) -> bool:
    if tokens == entity.tokens:
        return label == entity.label or "PERSON" not in (label, entity.label)
    if label != entity.label:
        return label in ("ORG", "GPE") and entity.label in ("ORG", "GPE") and _is_same_country(tokens, entity.tokens)
    if label == "PERSON":
        return _is_same_person(tokens, title, entity)
    if label in ("GPE", "LOC"):
        return _is_same_country(tokens, entity.tokens)
    return label == "ORG" and (_is_acronym(tokens, entity.tokens) or _is_short(tokens, entity.tokens))


def _is_same_person(tokens: tuple[str, ...], title: str, entity: _Entity) -> bool:
    """A part of the fuller name: its surname, its given name, or both with others or initials between."""
    if title and entity.title and title != entity.title:
        return False
    if len(tokens) == 1:
        return tokens[0] in entity.tokens or _is_misspelt(tokens[0], entity.tokens[-1])
    if tokens[-1] != entity.tokens[-1]:
        return tokens == entity.tokens[: len(tokens)]
    first, full = tokens[0], entity.tokens[0]
    is_initial = len(min(first, full, key=len)) == 1 and first[0] == full[0]
    return first == full or is_initial or _is_misspelt(first, full)


def _is_misspelt(one: str, other: str) -> bool:
    """The same long word but for one letter, as in haste: "Kristen" and "Kristin", "Maurer" and "Mauer"."""
    if (
        min(len(one), len(other)) < _LEAST_LETTERS
        or not (one + other).isalpha()
        or abs(len(one) - len(other)) > 1
        or one[0] != other[0]
    ):
        return False
    same = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    shorter, longer = sorted((one, other), key=len)
    return shorter[same + (len(one) == len(other)) :] == longer[same + 1 :]


def _is_same_country(tokens: tuple[str, ...], other: tuple[str, ...]) -> bool:
    codes = [_COUNTRIES.get(" ".join(words)) for words in (tokens, other)]
    return codes[0] is not None and codes[0] == codes[1]


_COUNTRIES = {
    name.lower().replace(".", ""): place.country_code
    for name, place in places().items()
    if place.kind == "country"
    and name.lower() not in ("england", "scotland", "wales", "northern ireland", "gaza", "gaza strip", "west bank")
}


def _is_acronym(tokens: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """ "hcf" of "high council for fisheries", with or without the initials of the small words."""
    if len(tokens) != 1 or len(full) < 2 or len(tokens[0]) < 2:
        return False
    return tokens[0] in (_initials(full), "".join(word[0] for word in full))


def _is_short(tokens: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """ "marlow" of "marlow holdings ltd": what is missing says only what kind of body it is."""
    rest = full[len(tokens) :]
    return full[: len(tokens)] == tokens and bool(rest) and all(word in ORGANISATION_HEADS for word in rest)


def _preference(entity: _Entity, tokens: tuple[str, ...], start: int) -> tuple[bool, bool, int]:
    """Of several bearers: by surname before by given name, then the last one named before, then the first after."""
    before = [start - one for one in entity.starts if one <= start]
    return (tokens[-1] != entity.tokens[-1], not before, min(before) if before else min(entity.starts) - start)
