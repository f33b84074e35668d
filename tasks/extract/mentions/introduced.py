"""News introduces a person by the full name or a role: a lone word that nothing introduces is rather no person."""

from __future__ import annotations

from tasks.extract.gazetteers import given_names
from tasks.extract.mentions.lexicon import SPEECH_VERBS, TITLES, is_role
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc

# A shorter text may be a piece of an article that introduced its persons elsewhere.
_LEAST_TOKENS = 100


def unintroduced(doc: Doc, names: Names) -> frozenset[int]:
    """Indices of the lone words labelled PERSON that no full name, role or speech tells to be one."""
    if len(doc) < _LEAST_TOKENS:
        return frozenset()
    persons = [name for name in names if name.label == "PERSON"]
    known = {token.text for name in persons if name.end - name.start > 1 for token in doc[name.start : name.end]}
    known |= {name.text(doc) for name in persons if _is_introduced(doc, name)}
    return frozenset(
        index
        for index, name in enumerate(names)
        if name.label == "PERSON" and name.end - name.start == 1 and name.text(doc) not in known
    )


def _is_introduced(doc: Doc, name: Name) -> bool:
    root = doc[name.start : name.end].root
    before = doc[name.start - 1] if name.start else None
    has_title = before is not None and (before.lower_ in TITLES or is_role(before))
    has_role = any(child.dep_ in ("appos", "relcl") for child in root.rights)
    speaks = root.dep_ == "nsubj" and root.head.lemma_ in SPEECH_VERBS
    return has_title or has_role or speaks or root.lower_ in given_names()
