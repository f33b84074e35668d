"""Words that name a happening: verbs, nouns of action and the few adjectives that announce one. Codes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.extract.events.lexicon import (
    ADJECTIVES,
    ASPECTUAL,
    CONTAINERS,
    EVENT_NOUNS,
    LIGHT_VERBS,
    NOT_EVENTS,
    PARTICLE_VERBS,
    PURE_LIGHT_VERBS,
)
from tasks.extract.events.tree import Tree
from tasks.extract.parsed import Token


@dataclass(frozen=True, slots=True)
class Predicate:
    """A word that names a happening. Of "held talks" the noun is the predicate and the verb its `carrier`."""

    token: Token
    lemma: str
    kind: str
    """verb, noun or adjective"""
    particle: Token | None = None
    carrier: Token | None = None

    @property
    def clause(self) -> Token:
        """The word whose subject, tense and denial are those of the happening."""
        return self.carrier or self.token


def predicates(tree: Tree) -> tuple[Predicate, ...]:
    """All predicates in order of text."""
    carried = {noun.i: verb for verb in tree.tokens if _is_verb(verb) for noun in _carried(tree, verb)}
    carriers = {verb.i for verb in carried.values() if _name_of(tree, verb) in PURE_LIGHT_VERBS}
    return tuple(
        predicate
        for token in tree.tokens
        if token.i not in carriers and (predicate := _predicate(tree, token, carried.get(token.i)))
    )


def _predicate(tree: Tree, token: Token, carrier: Token | None) -> Predicate | None:
    lemma = token.lemma_.lower()
    if _is_verb(token):
        if lemma in NOT_EVENTS:
            return None
        particle = _particle(tree, token, lemma)
        return Predicate(token, f"{lemma}_{particle.lower_}" if particle else lemma, "verb", particle)
    is_noun = token.pos_ in ("NOUN", "PROPN")
    if is_noun or (token.tag_ == "VBG" and token.dep_ not in ("prep", "amod", "compound")):
        form = lemma if lemma in EVENT_NOUNS else token.lower_
        if form in EVENT_NOUNS and not _is_name(token):
            return Predicate(token, form, "noun", None, carrier)
    if token.dep_ in ("acomp", "oprd", "ROOT", "conj", "attr") and token.lower_ in ADJECTIVES:
        return Predicate(token, token.lower_, "adjective", None, token.head if token.dep_ == "acomp" else None)
    return None


def _counted(tree: Tree, noun: Token) -> Iterator[Token]:
    """The nouns joined to one, and what there is "a series of"."""
    for one in tree.coordinated(noun):
        yield one
        if one.lemma_.lower() in CONTAINERS:
            yield from tree.after(one, "of")


def _name_of(tree: Tree, verb: Token) -> str:
    lemma = verb.lemma_.lower()
    particle = _particle(tree, verb, lemma)
    return f"{lemma}_{particle.lower_}" if particle else lemma


def _is_verb(token: Token) -> bool:
    """A verb that is neither auxiliary nor the modifier of a noun ("the leading party", "according to")."""
    if token.dep_ in ("aux", "auxpass", "amod", "compound", "nmod", "prep", "case", "mark", "punct", "quantmod"):
        return False
    return token.pos_ == "VERB" or (token.pos_ == "AUX" and token.lemma_ not in ("be", "can", "may", "will"))


def _is_name(token: Token) -> bool:
    """Part of a name or a month: "the World Trade Organization", "Attack Records", "in March"."""
    if token.ent_type_ in ("DATE", "TIME"):
        return True
    return token.pos_ == "PROPN" and (token.ent_type_ not in ("", "EVENT") or not token.is_sent_start)


def _particle(tree: Tree, verb: Token, lemma: str) -> Token | None:
    """The particle of a phrasal verb, also where the parser takes it for an adverb or a preposition."""
    for child in tree.children(verb, "prt", "advmod", "prep"):
        if child.dep_ == "prt" or f"{lemma}_{child.lower_}" in PARTICLE_VERBS:
            return child
    return None


def _carried(tree: Tree, verb: Token) -> Iterator[Token]:
    """Nouns of action that a verb carries: "held talks", "talks resumed"."""
    name = _name_of(tree, verb)
    if name in ASPECTUAL:
        yield from (noun for noun in tree.children(verb, "nsubj") if noun.lemma_.lower() in EVENT_NOUNS)
    if name not in LIGHT_VERBS:
        return
    heads = [*tree.children(verb, "dobj", "nsubjpass")]
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        heads.append(verb.head)
    for head in heads:
        for noun in _counted(tree, head):
            if noun.lemma_.lower() in EVENT_NOUNS or noun.lower_ in EVENT_NOUNS:
                yield noun
