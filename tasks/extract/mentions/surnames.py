"""A word that is the surname of a person named in full is that person, whatever else it names elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tasks.extract.gazetteers import places
from tasks.extract.mentions.lexicon import TITLES
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc, Token

_WHERE = frozenset(("in", "at", "near", "to", "into", "across", "outside"))


def surnames(doc: Doc, names: Names) -> Names:
    """One-word names as persons where "Valeska Paris" is in the text and "Paris" is nowhere she could not be."""
    full = {
        doc[name.end - 1].text: name.confidence
        for name in names
        if name.label == "PERSON" and name.end - name.start > 1
    }
    known = [
        replace(name, label="PERSON", rule="surname", confidence=full[name.text(doc)])
        if name.text(doc) in full and name.label != "PERSON" and not _is_place(doc, name)
        else name
        for name in names
    ]
    return tuple(sorted((*known, *_missed(doc, names, full)), key=lambda name: name.start))


def _missed(doc: Doc, names: Names, full: Mapping[str, float]) -> Iterator[Name]:
    """Surnames that nothing marked as a name: "Waters left" for "Kathryn Waters"."""
    taken = {index for name in names for index in range(name.start, name.end)}
    for index in indices(doc, "text", full) if full else ():
        token = doc[index]
        is_noun = token.pos_ in ("PROPN", "NOUN") and token.text[0].isupper() and len(token) > 1
        if is_noun and index not in taken and not _has_neighbour(token):
            yield Name(token.i, token.i + 1, "PERSON", "surname", full[token.text])


def _has_neighbour(token: Token) -> bool:
    """Part of a longer name that is not the person's: "Hapoel [Haifa]"."""
    before = token.nbor(-1) if token.i else token
    return before is not token and before.pos_ == "PROPN" and bool(before.whitespace_) and before.lower_ not in TITLES


def _is_place(doc: Doc, name: Name) -> bool:
    place = places().get(name.text(doc))
    is_where = name.start > 0 and doc[name.start - 1].lower_ in _WHERE
    return is_where or (place is not None and place.kind in ("country", "continent"))
