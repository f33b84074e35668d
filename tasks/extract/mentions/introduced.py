"""News introduces a person by the full name or a role: a lone word that nothing introduces is rather no person."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc

from tasks.extract.gazetteers import given_names, places
from tasks.extract.mentions.lexicon import SPEECH_VERBS, TITLES, is_role
from tasks.extract.mentions.name import Name, Names

# A shorter text may be a piece of an article that introduced its persons elsewhere.
_LEAST_TOKENS = 100
# Such a name is a body or a place, but which is a guess.
_UNSURE = 0.35


def introduced(doc: Doc, names: Names) -> Names:
    """Lone words labelled PERSON as places or organisations, unless a full name, role or speech tells a person."""
    if len(doc) < _LEAST_TOKENS:
        return names
    persons = [name for name in names if name.label == "PERSON"]
    known = {token.text for name in persons if name.end - name.start > 1 for token in doc[name.start : name.end]}
    known |= {name.text(doc) for name in persons if _is_introduced(doc, name)}
    return tuple(
        name
        if name.label != "PERSON" or name.end - name.start > 1 or name.text(doc) in known
        else replace(name, label="GPE" if _is_where(doc, name) else "ORG", rule="introduced", confidence=_UNSURE)
        for name in names
    )


def _is_where(doc: Doc, name: Name) -> bool:
    is_place = name.text(doc) in places()
    return is_place or (name.start > 0 and doc[name.start - 1].lower_ in ("in", "at", "near", "from"))


def _is_introduced(doc: Doc, name: Name) -> bool:
    root = doc[name.start : name.end].root
    before = doc[name.start - 1] if name.start else None
    has_title = before is not None and (before.lower_ in TITLES or is_role(before))
    has_role = any(child.dep_ in ("appos", "relcl") for child in root.rights)
    speaks = root.dep_ == "nsubj" and root.head.lemma_ in SPEECH_VERBS
    return has_title or has_role or speaks or root.lower_ in given_names()
