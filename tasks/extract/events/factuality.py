"""Whether a happening is denied, to come, or only supposed, as the grammar of its clause says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.extract.events.lexicon import words
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import DEEPEST, VERBAL, Tree
from tasks.extract.parsed import Token

NEGATIONS, DENIALS = words("negation.word"), words("negation.verb")
FUTURE, UPCOMING, INTENDING = words("future.auxiliary"), words("future.modifier"), words("future.governor")
POSSIBLE, CONDITIONS, SUPPOSED = words("hypothetical.auxiliary"), words("hypothetical.mark"), words("hypothetical.word")
OBLIGING = words("obligation.auxiliary")
# Clauses that are the content of the verb they hang on.
CONTENT = frozenset({"xcomp", "ccomp", "pcomp", "acl"})


@dataclass(frozen=True, slots=True)
class Factuality:
    """How a happening is told; all false means that it is told as a fact."""

    is_negated: bool
    is_future: bool
    is_hypothetical: bool


def factuality(tree: Tree, predicate: Predicate) -> Factuality:
    """Denial, future and supposition of a predicate."""
    clause = predicate.clause
    modifiers = {child.lower_ for child in tree.children(predicate.token, "amod", "advmod", "det", "compound")}
    above = tuple(_above(clause))
    governors = {head.lemma_.lower() for head in above}
    is_open = clause.tag_ == "VB" or predicate.kind == "noun"
    return Factuality(
        is_negated=is_negated(tree, clause)
        or predicate.token.head.lower_ == "without"
        or bool(modifiers & NEGATIONS)
        or bool(governors & DENIALS),
        is_future=is_coming(tree, clause) or bool(modifiers & UPCOMING) or (is_open and bool(governors & INTENDING)),
        is_hypothetical=bool(modifiers & SUPPOSED) or any(_is_supposed(tree, word) for word in (clause, *above)),
    )


def is_negated(tree: Tree, word: Token) -> bool:
    """The clause of this word has "not", "never", "no longer"."""
    if any(child.dep_ == "neg" or child.lower_ in NEGATIONS for child in tree.below[word.i]):
        return True
    return any(
        child.dep_ == "det" and child.lower_ == "no"
        for noun in tree.children(word, "nsubj", "nsubjpass")
        for child in tree.below[noun.i]
    )


def is_coming(tree: Tree, word: Token) -> bool:
    """The clause of this word says "will", "would", "is going to" or "the aim is to"."""
    if _auxiliaries(tree, word) & FUTURE:
        return True
    if word.dep_ == "ROOT" and word.tag_ == "VB" and any(c.lower_ == "to" for c in tree.children(word, "aux")):
        return True
    if word.dep_ not in ("xcomp", "ccomp") or word.tag_ != "VB":
        return False
    head = word.head
    return head.lemma_ == "be" or (head.lower_ == "going" and any(c.lemma_ == "be" for c in tree.children(head, "aux")))


def is_obliged(tree: Tree, word: Token) -> bool:
    """The clause of this word says "must", "should" or "has to"."""
    return bool(_auxiliaries(tree, word) & OBLIGING) or (word.dep_ == "xcomp" and word.head.lower_ in ("has", "have"))


def _auxiliaries(tree: Tree, word: Token) -> set[str]:
    own = {child.lower_ for child in tree.children(word, "aux", "auxpass")}
    if not own and word.dep_ == "conj" and word.head.pos_ in VERBAL and word.tag_ == "VB":
        own = {child.lower_ for child in tree.children(word.head, "aux")}
    return own


def _above(word: Token) -> Iterator[Token]:
    """The verbs and nouns whose content the clause of this word is, nearest first."""
    current = word
    for _ in range(DEEPEST):
        head = current.head
        if head.i == current.i or current.dep_ not in (*CONTENT, "dobj", "conj", "prep", "pobj"):
            return
        if current.dep_ != "conj" and head.pos_ != "ADP":
            yield head
        if current.dep_ in ("dobj", "pobj") and head.pos_ in VERBAL:
            return
        current = head


def _is_supposed(tree: Tree, word: Token) -> bool:
    if _auxiliaries(tree, word) & POSSIBLE:
        return True
    marks = {child.lower_ for child in tree.children(word, "mark", "advmod")}
    return bool(marks & CONDITIONS) or word.lemma_.lower() in SUPPOSED
