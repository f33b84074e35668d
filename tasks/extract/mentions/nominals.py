"""Descriptions that stand for persons and bodies: "the group's supreme leader", "officials", "the council"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from tasks.extract.mentions.lexicon import GROUPS, PEOPLE, is_capitalised, is_role
from tasks.extract.mentions.name import Names
from tasks.extract.mentions.phrase import noun_phrase
from tasks.extract.mentions.roles import Role
from tasks.extract.mentions.scan import indices

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
    inside = {index for name in names for index in range(name.start, name.end)}
    made = []
    for index in indices(doc, "POS", ("NOUN", "PROPN")):
        token = doc[index]
        label = _label(token)
        if not label or index in inside or token.dep_ not in _HEAD_OF_PHRASE:
            continue
        start, end = noun_phrase(token)
        role = given.get(token.i)
        if role is not None and role.rule in ("role.title", "role.office"):
            continue
        if role is not None:
            made.append(Nominal(role.start, role.end, token.i, label, role.rule, role.name))
            continue
        rule, name = _antecedent(doc, token, start, names, numbers, roles)
        made.append(Nominal(start, end, token.i, label, rule, name))
    return tuple(made)


def _label(token: Token) -> str:
    if is_role(token):
        return "PERSON" if token.tag_ in ("NN", "NNP") else "ORG"
    is_body = token.lower_ in GROUPS and not any(child.lower_ in ("much", "more", "little") for child in token.lefts)
    return "ORG" if is_body or token.lower_ in PEOPLE else ""


def _antecedent(
    doc: Doc, head: Token, start: int, names: Names, numbers: Sequence[int], roles: Sequence[Role]
) -> tuple[str, int | None]:
    """The name that a definite description takes up: the one person of that role, or the body of that kind."""
    if not _is_definite(doc, start, head):
        return "nominal", None
    if is_role(head):
        if head.tag_ not in ("NN", "NNP"):
            return "nominal", None
        found = _by_role(doc, head, start, roles)
        if len({numbers[role.name] for role in found}) == 1:
            return "nominal.role", found[0].name
        return "nominal", None
    bodies = [
        index
        for index, name in enumerate(names)
        if name.label == "ORG" and name.end - name.start > 1 and doc[name.end - 1].lower_ == head.lower_
    ]
    before = [index for index in bodies if names[index].end <= start]
    if before and not any(child.dep_ in ("amod", "compound", "poss", "nmod") for child in head.lefts):
        return "nominal.head", before[-1]
    return "nominal", None


def _is_definite(doc: Doc, start: int, head: Token) -> bool:
    first = doc[start]
    return (
        first.lower_ in ("the", "this", "that")
        or any(child.dep_ == "poss" for child in head.lefts)
        or (is_capitalised(head) and start == head.i)
    )


def _by_role(doc: Doc, head: Token, start: int, roles: Sequence[Role]) -> list[Role]:
    """Roles with this head whose modifiers include the description's own, so "the deputy leader" is no "leader"."""
    own = _modifiers(doc, start, head.i)
    found = []
    for role in roles:
        same = doc[role.head].lemma_.lower() == head.lemma_.lower()
        if same and role.head != head.i and own <= _modifiers(doc, role.start, role.head) | _after(doc, role):
            found.append(role)
    return found


def _modifiers(doc: Doc, start: int, head: int) -> set[str]:
    return {
        token.lower_ for token in doc[start:head] if token.pos_ in ("ADJ", "NOUN", "PROPN") and not _possesses(token)
    }


def _after(doc: Doc, role: Role) -> set[str]:
    return {token.lower_ for token in doc[role.head + 1 : role.end]}


def _possesses(token: Token) -> bool:
    return token.dep_ == "poss"
