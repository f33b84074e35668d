"""Speakers who are described first and named in the next paragraph: news puts the name where it is needed.

"... according to a navy spokesman." and then "We saw nothing," Ivo Brandt told reporters: nothing else introduces
Brandt, so he is the spokesman.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions.lexicon import SPEECH_VERBS
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.nominals import Nominal
from tasks.extract.mentions.roles import Role
from tasks.extract.parsed import Doc, Token


def delayed(
    doc: Doc, described: Sequence[Nominal], names: Names, numbers: Sequence[int], roles: Sequence[Role]
) -> tuple[Nominal, ...]:
    """Descriptions, those of an unnamed speaker tied to the person whom the next paragraph begins to quote.

    "a spokesman" is a person without any role, "the Qatari mediator" one with a role of the same country.
    """
    if not any(_is_unnamed_speaker(doc, one) for one in described):
        return tuple(described)
    starts = [start for start, _ in doc.lines]
    newcomers = _newcomers(doc, names, numbers, starts)
    given = {numbers[role.name]: role for role in roles}
    last = {bisect_right(starts, one.start): one for one in described if _is_unnamed_speaker(doc, one)}
    tied = {}
    for paragraph, one in last.items():
        person = newcomers.get(paragraph + 1)
        if person is not None and _may_be(doc, one, given.get(numbers[person])):
            tied[one.start] = person
    return tuple(
        replace(one, rule="nominal.delayed", name=tied[one.start])
        if one in last.values() and one.start in tied
        else one
        for one in described
    )


def _newcomers(doc: Doc, names: Names, numbers: Sequence[int], starts: Sequence[int]) -> dict[int, int]:
    """By paragraph, the name of its first person if that one is new and speaks."""
    seen: set[int] = set()
    first: dict[int, int | None] = {}
    for index, name in enumerate(names):
        if name.label == "PERSON":
            paragraph = bisect_right(starts, name.start)
            is_new = numbers[index] not in seen and name.end - name.start > 1 and _speaks(_root(doc, name))
            first.setdefault(paragraph, index if is_new else None)
            seen.add(numbers[index])
    return {paragraph: index for paragraph, index in first.items() if index is not None}


def _may_be(doc: Doc, one: Nominal, role: Role | None) -> bool:
    if role is None:
        return doc[one.start].lower_ in ("a", "an")
    return bool(_countries(doc, one.start, one.end) & _countries(doc, role.start, role.end))


def _countries(doc: Doc, start: int, end: int) -> set[str]:
    words = [token.text for token in doc[start:end]]
    codes = {demonyms().get(word, "") for word in words}
    return (codes | {places()[word].country_code for word in words if word in places()}) - {""}


def _is_unnamed_speaker(doc: Doc, one: Nominal) -> bool:
    is_unnamed = one.name is None and one.label == "PERSON" and doc[one.start].lower_ in ("a", "an", "the")
    head = doc[one.head]
    according = head.dep_ == "pobj" and head.head.lower_ == "to" and head.head.head.lower_ == "according"
    return is_unnamed and (according or _speaks(head))


def _root(doc: Doc, name: Name) -> Token:
    return doc[name.start : name.end].root


def _speaks(root: Token) -> bool:
    return root.dep_ == "nsubj" and root.head.lemma_ in SPEECH_VERBS
