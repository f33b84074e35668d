"""What a person is called beside the name: a title before it, an apposition or a predicate after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.extract.mentions.lexicon import ROLE_MODIFIERS, TITLES, is_role
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.phrase import noun_phrase
from tasks.extract.parsed import Doc, Token

_PREMODIFIERS = frozenset(("ADJ", "NOUN", "PROPN", "NUM"))


@dataclass(frozen=True, slots=True)
class Role:
    """Tokens `start` to `end` describe the person `names[name]`; a description of its own is also a mention."""

    name: int
    start: int
    end: int
    head: int
    rule: str

    def text(self, doc: Doc) -> str:
        """The role without a leading article, unless that belongs to a possessor ("the group's leader")."""
        start = self.start
        has_possessor = any(token.tag_ == "POS" for token in doc[start : self.head])
        if doc[start].pos_ == "DET" and not has_possessor and start + 1 < self.end:
            start += 1
        return str(doc[start : self.end].text)


def roles(doc: Doc, names: Names) -> tuple[Role, ...]:
    """Titles, appositions and predicates of all persons, in the order of their names."""
    ends = {name.end: name for name in names}
    return tuple(
        role
        for number, name in enumerate(names)
        if name.label == "PERSON"
        for role in (
            *_titles(doc, number, name, ends),
            *_appositions(doc, number, name),
            *_predicates(doc, number, name),
        )
    )


def _titles(doc: Doc, number: int, name: Name, ends: dict[int, Name]) -> Iterator[Role]:
    """ "Taliban chief [Akhundzada]", "Qatar's ambassador [al-Qahtani]", "President of the Council [Ada Holm]"."""
    body = ends.get(name.start)
    if body is not None and name.start > body.start > 1:
        index = body.start - 1
        index -= doc[index].lower_ == "the"
        if doc[index].lower_ in ("of", "for", "to") and is_role(doc[index - 1]):
            yield Role(number, _leftmost(doc, index - 1), name.start, index - 1, "role.office")
        return
    before = doc[name.start - 1] if name.start else None
    if before is None or not (is_role(before) or before.lower_ in TITLES) or doc[name.start - 1].is_sent_end:
        return
    yield Role(number, _leftmost(doc, before.i), name.start, before.i, "role.title")


def _leftmost(doc: Doc, head: int) -> int:
    """Where the modifiers before a title begin; an article before them is left out."""
    start = head
    while start > 0 and not doc[start].is_sent_start:
        before = doc[start - 1]
        is_part = before.pos_ in _PREMODIFIERS or before.tag_ in ("POS", "HYPH") or before.lower_ in ROLE_MODIFIERS
        if not is_part or before.is_quote or before.text in (",", ";", ":"):
            break
        start -= 1
    while start < head and (doc[start].tag_ in ("POS", "HYPH") or doc[start].is_punct):
        start += 1
    return start


def _appositions(doc: Doc, number: int, name: Name) -> Iterator[Role]:
    """ "[Ada Holm], the union's negotiator,", "the union's negotiator, [Ada Holm],"."""
    root = doc[name.start : name.end].root
    nouns = [child for child in root.rights if child.dep_ == "appos"]
    if root.dep_ == "appos":
        nouns.append(root.head)
    for noun in nouns:
        if is_role(noun) and not name.start <= noun.i < name.end and noun.tag_ not in ("NNS", "NNPS"):
            yield _described(number, noun, name, "role.apposition")


def _predicates(doc: Doc, number: int, name: Name) -> Iterator[Role]:
    """ "[Ada Holm] is the union's negotiator"."""
    root = doc[name.start : name.end].root
    if root.dep_ == "nsubj" and root.head.lemma_ in ("be", "become", "remain"):
        for noun in root.head.rights:
            if noun.dep_ == "attr" and is_role(noun) and noun.tag_ not in ("NNS", "NNPS"):
                yield _described(number, noun, name, "role.predicate")


def _described(number: int, noun: Token, name: Name, rule: str) -> Role:
    start, end = noun_phrase(noun)
    if start < name.end and name.start < end:
        start, end = noun.i, noun.i + 1
    return Role(number, start, end, noun.i, rule)
