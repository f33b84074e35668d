"""Descriptions that stand for persons and bodies: "the group's supreme leader", "officials", "the council"."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.extract.mentions.lexicon import GROUPS, PEOPLE, is_capitalised, is_role
from tasks.extract.mentions.name import Names
from tasks.extract.mentions.phrase import noun_phrase
from tasks.extract.mentions.roles import Role
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc, Token

# What the head of a whole phrase can be to its verb; a modifier inside a phrase is no description of its own.
_HEAD_OF_PHRASE = frozenset(
    [
        "nsubj",
        "nsubjpass",
        "dobj",
        "pobj",
        "attr",
        "appos",
        "conj",
        "dative",
        "agent",
        "oprd",
        "ROOT",
        "poss",
        "npadvmod",
        "dep",
    ]
)


# A description is compared with so many of the persons of its role.
_MOST_ROLES = 40


@dataclass(frozen=True, slots=True)
class Nominal:
    """Tokens `start` to `end` describe an entity: that of `names[name]`, or one of their own if `name` is None."""

    start: int
    end: int
    head: int
    label: str
    rule: str
    name: int | None


def nominals(doc: Doc, names: Names, numbers: Sequence[int], roles: Sequence[Role]) -> tuple[Nominal, ...]:
    """Descriptions in order of text, tied to a name where a role or the head of an organisation's name tells which."""
    given = {role.head: role for role in roles}
    of_lemma: dict[str, list[Role]] = defaultdict(list)
    for one in roles:
        of_lemma[doc[one.head].lemma_.lower()].append(one)
    bodies: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        if name.label == "ORG" and name.end - name.start > 1:
            bodies[doc[name.end - 1].lower_].append(number)
    inside = {index for name in names for index in range(name.start, name.end)}
    made = []
    for index in indices(doc, "pos_", ("NOUN", "PROPN")):
        token = doc[index]
        if index in inside or token.dep_ not in _HEAD_OF_PHRASE:
            continue
        label = _label(token)
        if not label:
            continue
        start, end = noun_phrase(token)
        role = given.get(token.i)
        if role is not None and role.rule in ("role.title", "role.office"):
            continue
        if role is not None:
            made.append(Nominal(role.start, role.end, token.i, label, role.rule, role.name))
            continue
        rule, taken_up = "nominal", None
        if _is_definite(doc, start, token) and is_role(token):
            taken_up = _by_role(doc, token, start, of_lemma[token.lemma_.lower()][:_MOST_ROLES], numbers)
            rule = "nominal.role" if taken_up is not None else "nominal"
        elif _is_definite(doc, start, token):
            taken_up = _by_head(token, start, names, bodies[token.lower_])
            rule = "nominal.head" if taken_up is not None else "nominal"
        made.append(Nominal(start, end, token.i, label, rule, taken_up))
    return tuple(made)


def _label(token: Token) -> str:
    if is_role(token):
        return "PERSON" if token.tag_ in ("NN", "NNP") else "ORG"
    is_body = token.lower_ in GROUPS and not any(child.lower_ in ("much", "more", "little") for child in token.lefts)
    return "ORG" if is_body or token.lower_ in PEOPLE else ""


def _is_definite(doc: Doc, start: int, head: Token) -> bool:
    first = doc[start]
    return (
        first.lower_ in ("the", "this", "that")
        or any(child.dep_ == "poss" for child in head.lefts)
        or (is_capitalised(head) and start == head.i)
    )


def _by_role(doc: Doc, head: Token, start: int, roles: Sequence[Role], numbers: Sequence[int]) -> int | None:
    """The name of the one person who has this role, all modifiers included: "the deputy leader" is no "leader"."""
    if head.tag_ not in ("NN", "NNP"):
        return None
    own = _modifiers(doc, start, head.i)
    found = [
        role.name
        for role in roles
        if role.head != head.i and own <= _modifiers(doc, role.start, role.head) | _after(doc, role)
    ]
    return found[0] if len({numbers[name] for name in found}) == 1 else None


def _by_head(head: Token, start: int, names: Names, bodies: Sequence[int]) -> int | None:
    """The last body before whose name ends in this word: "the council" after "the Marlow Council"."""
    if any(child.dep_ in ("amod", "compound", "poss", "nmod") for child in head.lefts):
        return None
    before = bisect(bodies, start, key=lambda number: names[number].end)
    return bodies[before - 1] if before else None


def _modifiers(doc: Doc, start: int, head: int) -> set[str]:
    return {
        token.lower_ for token in doc[start:head] if token.pos_ in ("ADJ", "NOUN", "PROPN") and not _possesses(token)
    }


def _after(doc: Doc, role: Role) -> set[str]:
    return {token.lower_ for token in doc[role.head + 1 : role.end]}


def _possesses(token: Token) -> bool:
    return token.dep_ == "poss"
