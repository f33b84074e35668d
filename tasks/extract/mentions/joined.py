"""Names that the model or its tokeniser broke apart: hyphens, particles, "al-", given name and surname."""

from __future__ import annotations

from dataclasses import replace

from tasks.extract.gazetteers import given_names, places
from tasks.extract.mentions.lexicon import PARTICLES, TITLES_AND_ROLES, is_capitalised
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc, Token

_MAY_BE_PERSON = frozenset(("PERSON", "GPE", "ORG", ""))
_HYPHENS = frozenset(("-", "‐", "‑", "–", "'", "’"))


def joined(doc: Doc, names: Names) -> Names:
    """Grow persons over the parts of their name that stand outside, then swallow names that they now cover."""
    grown = [_grown(doc, name) if name.label in ("PERSON", "") else name for name in names]
    kept: list[Name] = []
    for name in grown:
        if kept and name.start < kept[-1].end:
            longer = max(kept[-1], name, key=lambda one: (one.end - one.start, one.rule == "model"))
            kept[-1] = longer
        elif kept and _is_one_person(doc, kept[-1], name):
            kept[-1] = replace(kept[-1], end=name.end, label="PERSON")
        else:
            kept.append(name)
    return tuple(kept)


def _grown(doc: Doc, name: Name) -> Name:
    start, end = name.start, name.end
    while end + 1 < len(doc) and _binds(doc, end):
        end += 2
    while name.label == "PERSON" and end < len(doc) and _follows(doc, end):
        end += 1
    while start >= 2 and _binds(doc, start - 1) and _is_name_part(doc[start - 2]):
        start -= 2
    while name.label == "PERSON" and start > 0 and _precedes(doc[start - 1]):
        start -= 1
    return name.between(start, end)


def _binds(doc: Doc, hyphen: int) -> bool:
    """The token is a hyphen or apostrophe that joins its neighbours: "Kwok-hing", "al-Razi", "O'Dea"."""
    if doc[hyphen].text not in _HYPHENS or doc[hyphen - 1].whitespace_ or doc[hyphen].whitespace_:
        return False
    before, after = doc[hyphen - 1], doc[hyphen + 1]
    return bool(before.is_alpha and after.is_alpha and (is_capitalised(after) or after.pos_ == "PROPN"))


def _is_name_part(token: Token) -> bool:
    return token.is_alpha and (is_capitalised(token) or token.lower_ in PARTICLES)


def _follows(doc: Doc, index: int) -> bool:
    """A capitalised proper noun right after the name, or a particle before one: "Ivo [van Dam]"."""
    token = doc[index]
    if token.ent_type_ or not doc[index - 1].whitespace_ or doc[index - 1].text.endswith((",", ".")):
        return False
    if token.lower_ in PARTICLES and not is_capitalised(token):
        after = doc[index + 1] if index + 1 < len(doc) else None
        return after is not None and (is_capitalised(after) or after.text in _HYPHENS) and token.pos_ == "PROPN"
    return token.pos_ == "PROPN" and is_capitalised(token) and token.is_alpha and token.lower_ not in TITLES_AND_ROLES


def _precedes(token: Token) -> bool:
    """A given name or initial right before a surname: "Carly [Holm]", "J. [Holm]"; not "Governor", a given name too."""
    is_initial = len(token.text) == 2 and token.text[0].isupper() and token.text[1] == "."
    is_given = token.lower_ in given_names() and is_capitalised(token) and token.pos_ == "PROPN"
    is_apart = token.ent_type_ or not token.whitespace_ or token.lower_ in TITLES_AND_ROLES
    return not is_apart and (is_initial or is_given)


def _is_one_person(doc: Doc, first: Name, second: Name) -> bool:
    """Two neighbouring one-word names are given name and surname: "Ada" + "Paris", "Valeska" + "Holm"."""
    given, surname = doc[first.start], doc[second.start]
    adjacent = first.end == second.start and bool(given.whitespace_)
    if not adjacent or first.end - first.start > 1 or {first.label, second.label} - _MAY_BE_PERSON:
        return False
    if given_names().get(given.lower_) and second.end - second.start <= 2:
        return True
    is_unknown = given.text not in places() and given.is_alpha and not given.text.isupper()
    is_part = given.dep_ == "compound" and given.head == surname and second.end - second.start == 1
    return is_unknown and is_part and (second.label == "PERSON" or first.label == "PERSON")
