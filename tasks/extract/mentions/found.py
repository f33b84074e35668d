"""Candidates for names: what the language model marks, and runs of proper nouns that it passed over."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.gazetteers import given_names
from tasks.extract.mentions.lexicon import ROLE_MODIFIERS, ROLES, TITLES_AND_ROLES, is_capitalised
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc, Token

_LONGEST_PERSON = 4
LABELS = frozenset(("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW"))


def found(doc: Doc) -> Names:
    """Names in order of text; times and amounts are left to other annotators."""
    return tuple(sorted((*_model(doc), *_runs(doc)), key=lambda name: name.start))


def _model(doc: Doc) -> Iterator[Name]:
    """The model's own entities, cut at brackets and where a line ends: headlines and lists are no single name."""
    for span in doc.ents:
        if span.label_ in LABELS:
            start = span.start
            for token in span:
                if _cuts(token):
                    yield from _piece(start, token.i, span.label_)
                    start = token.i + 1
            yield from _piece(start, span.end, span.label_)


def _cuts(token: Token) -> bool:
    """A bracket, a line's end, or a "the" that begins another name: "Holm the Marlow council's"."""
    before = token.doc[token.i - 1] if token.i else None
    is_inner_article = token.text == "the" and before is not None and before.pos_ == "PROPN"
    return token.is_space or token.text in ("(", ")", "[", "]") or is_inner_article


def _piece(start: int, end: int, label: str) -> Iterator[Name]:
    if start < end:
        yield Name(start=start, end=end, label=label, rule="model")


def _runs(doc: Doc) -> Iterator[Name]:
    """Runs of capitalised proper nouns outside every entity; what they name is decided later."""
    end = 0
    for start in indices(doc, "pos_", ("PROPN",)):
        if start >= end and _begins(doc[start]):
            end = start + 1
            while end < len(doc) and _continues(doc[end]):
                end += 1
            yield from _run(doc, start, end)


def _run(doc: Doc, start: int, end: int) -> Iterator[Name]:
    """A run without the titles at its edges, a person if it opens with a given name; what it is else shows later."""
    while start < end and doc[start].lower_ in TITLES_AND_ROLES:
        start += 1
    while end > start and (doc[end - 1].lower_ in ROLES or not doc[end - 1].is_alpha):
        end -= 1
    if start < end and len(doc.words(start, end)) > 1 and not _is_of_title(doc, start, end):
        is_person = 1 < end - start < _LONGEST_PERSON and given_names().get(doc[start].lower_, "u") != "u"
        yield Name(start=start, end=end, label="PERSON" if is_person else "", rule="run")


def _is_of_title(doc: Doc, start: int, end: int) -> bool:
    """ "Prime" of "Prime Minister", "Home" of "Home Secretary"."""
    is_before_role = end < len(doc) and doc[end].lower_ in ROLES and is_capitalised(doc[end])
    return is_before_role and all(token.lower_ in ROLE_MODIFIERS for token in doc[start:end])


def _begins(token: Token) -> bool:
    return not token.ent_type_ and token.pos_ == "PROPN" and is_capitalised(token) and token.is_alpha


def _continues(token: Token) -> bool:
    before = token.doc[token.i - 1]
    is_abbreviated = token.text == "." and len(before) <= 2
    inside = (token.text in ("-", "&") or is_abbreviated) and not before.whitespace_
    return _begins(token) or (not token.ent_type_ and inside)
