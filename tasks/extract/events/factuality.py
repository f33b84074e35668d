"""Whether a happening is denied, to come, or only supposed, as the grammar of its clause says."""

from __future__ import annotations

from collections.abc import Iterator, Set
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
LEADING_UP = CONTENT | {"dobj", "conj", "prep", "pobj"}
MODIFIERS = frozenset({"amod", "advmod", "det", "compound"})
DETERMINERS = frozenset({"det"})
ACTIVE_AUXILIARIES = frozenset({"aux"})
AUXILIARIES = ACTIVE_AUXILIARIES | {"auxpass"}
MARKS = frozenset({"mark", "advmod"})


@dataclass(frozen=True, slots=True)
class Factuality:
    """How a happening is told; all false means that it is told as a fact."""

    is_negated: bool
    is_future: bool
    is_hypothetical: bool


def factuality(tree: Tree, predicate: Predicate) -> Factuality:
    """Denial, future and supposition of a predicate."""
    clause = predicate.clause
    modifiers = tree.words(predicate.token, MODIFIERS)
    above = tuple(_above(clause))
    governors = {head.lemma_.lower() for head in above}
    is_open = clause.tag_ == "VB" or predicate.kind == "noun"
    return Factuality(
        is_negated=is_negated(tree, clause)
        or predicate.token.head.lower_ == "without"
        or not NEGATIONS.isdisjoint(modifiers)
        or not DENIALS.isdisjoint(governors),
        is_future=is_coming(tree, clause)
        or not UPCOMING.isdisjoint(modifiers)
        or (is_open and not INTENDING.isdisjoint(governors)),
        is_hypothetical=not SUPPOSED.isdisjoint(modifiers)
        or any(_is_supposed(tree, word) for word in (clause, *above)),
    )


def is_negated(tree: Tree, word: Token) -> bool:
    """The clause of this word has "not", "never", "no longer"."""
    for child in tree.below[word.i]:
        if child.dep_ == "neg" or child.lower_ in NEGATIONS:
            return True
        if child.dep_ in ("nsubj", "nsubjpass") and "no" in tree.words(child, DETERMINERS):
            return True
    return False


def is_coming(tree: Tree, word: Token) -> bool:
    """The clause of this word says "will", "would", "is going to" or "the aim is to"."""
    if not FUTURE.isdisjoint(_auxiliaries(tree, word)):
        return True
    if word.dep_ == "ROOT" and word.tag_ == "VB" and any(c.lower_ == "to" for c in tree.children(word, "aux")):
        return True
    if word.dep_ not in ("xcomp", "ccomp") or word.tag_ != "VB":
        return False
    head = word.head
    return head.lemma_ == "be" or (head.lower_ == "going" and any(c.lemma_ == "be" for c in tree.children(head, "aux")))


def is_obliged(tree: Tree, word: Token) -> bool:
    """The clause of this word says "must", "should" or "has to"."""
    return not OBLIGING.isdisjoint(_auxiliaries(tree, word)) or (
        word.dep_ == "xcomp" and word.head.lower_ in ("has", "have")
    )


def _auxiliaries(tree: Tree, word: Token) -> Set[str]:
    own = tree.words(word, AUXILIARIES)
    if not own and word.dep_ == "conj" and word.head.pos_ in VERBAL and word.tag_ == "VB":
        return tree.words(word.head, ACTIVE_AUXILIARIES)
    return own


def _above(word: Token) -> Iterator[Token]:
    """The verbs and nouns whose content the clause of this word is, nearest first."""
    current = word
    for _ in range(DEEPEST):
        head = current.head
        if head.i == current.i or current.dep_ not in LEADING_UP:
            return
        if current.dep_ != "conj" and head.pos_ != "ADP":
            yield head
        if current.dep_ in ("dobj", "pobj") and head.pos_ in VERBAL:
            return
        current = head


def _is_supposed(tree: Tree, word: Token) -> bool:
    return (
        word.lemma_.lower() in SUPPOSED
        or not POSSIBLE.isdisjoint(_auxiliaries(tree, word))
        or not CONDITIONS.isdisjoint(tree.words(word, MARKS))
    )
