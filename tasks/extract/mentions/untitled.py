"""Persons without their titles, and persons freed from the name of the body they lead.

"Prime Minister Ada Holm" is the person "Ada Holm" with the role "Prime Minister"; in "the President of the
High Council for Fisheries Ada Holm" the model takes the whole for an organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tasks.extract.gazetteers import given_names
from tasks.extract.mentions.lexicon import ROLE_MODIFIERS, ROLES, TITLES, TITLES_AND_ROLES, is_capitalised, is_role
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

_ONLY_MODIFIERS = ROLE_MODIFIERS - TITLES_AND_ROLES


def untitled(doc: Doc, names: Names) -> Names:
    """Split names that hold a title, or an office and its holder."""
    return tuple(piece for name in names for piece in _pieces(doc, name))


def _pieces(doc: Doc, name: Name) -> Iterator[Name]:
    cut = _holder(doc, name)
    if cut is not None:
        yield replace(name, end=cut, label=name.label if name.label != "PERSON" else "ORG")
        yield replace(name, start=cut, label="PERSON", rule="untitled")
        return
    start = name.start
    if name.label in ("PERSON", ""):
        while start < name.end - 1 and _is_title(doc, start, name.end):
            start += 1
        if start > name.start and doc[start - 1].lower_ in _ONLY_MODIFIERS:
            start = name.start
    elif (last := _last_role(doc, name)) is not None:
        start = last + 1
    if start > name.start and name.label not in ("PERSON", ""):
        yield from _body(doc, name, start - 1)
        yield replace(name, start=start, label="PERSON", rule="untitled")
    else:
        yield name.between(start, name.end)


def _is_title(doc: Doc, index: int, end: int) -> bool:
    word = doc[index].lower_
    return word in TITLES or word in ROLES or (word in ROLE_MODIFIERS and any(is_role(t) for t in doc[index + 1 : end]))


def _holder(doc: Doc, name: Name) -> int | None:
    """Where the holder's name begins in "[President of the] High Council for Fisheries | Ada Holm"."""
    before = doc[name.start - 1] if name.start else None
    if before is not None and before.lower_ == "the" and name.start > 1:
        before = doc[name.start - 2]
    has_office = (
        before is not None and before.lower_ in ("of", "for", "to") and before.i > 0 and is_role(doc[before.i - 1])
    )
    if not has_office:
        return None
    for index in range(name.start + 1, name.end - 1):
        rest = doc[index : name.end]
        is_name = all(token.is_alpha and is_capitalised(token) for token in rest) and len(rest) <= 4
        opens = is_capitalised(doc[index - 1]) and doc[index - 1].is_alpha
        if is_name and opens and doc[index].lower_ in given_names() and not any(is_role(token) for token in rest):
            return index
    return None


def _last_role(doc: Doc, name: Name) -> int | None:
    """The role noun inside "U.S. Army General Ivo Brandt" after which only a person's name is left."""
    for index in range(name.end - 2, name.start - 1, -1):
        rest = doc[index + 1 : name.end]
        if not all(token.is_alpha and is_capitalised(token) for token in rest) or len(rest) > 4:
            return None
        if doc[index].lower_ in TITLES or is_role(doc[index]):
            return index if rest[0].lower_ in given_names() else None
    return None


def _body(doc: Doc, name: Name, role: int) -> Iterator[Name]:
    """What stands before the role noun, if it names something: "U.S. Army" of "U.S. Army General"."""
    end = role
    while end > name.start and _is_title(doc, end - 1, role + 1):
        end -= 1
    if end > name.start:
        yield replace(name, end=end)
