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
from tasks.extract.events.tree import VERBAL, Tree
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc, Token

NOMINAL = frozenset({"NOUN", "PROPN"})
ANNOUNCING = frozenset({"acomp", "oprd", "ROOT", "conj", "attr"})
NOT_PREDICATIVE = frozenset({
    "aux", "auxpass", "amod", "compound", "nmod", "prep", "case", "mark", "punct", "quantmod",
})  # fmt: skip


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
    verbal = (tree.tokens[index] for index in indices(tree.doc, "pos_", VERBAL))
    verbs = {token.i: _verb(tree, token) for token in verbal if _is_predicative(token)}
    carried = {noun.i: verb for verb in verbs.values() for noun in _carried(tree, verb)}
    carriers = {verb.token.i for verb in carried.values() if verb.lemma in PURE_LIGHT_VERBS}
    found: list[Predicate] = []
    for index in sorted({*verbs, *_nouns(tree.doc), *indices(tree.doc, "lower_", ADJECTIVES)}):
        token = tree.tokens[index]
        if verb := verbs.get(index):
            if index not in carriers and token.lemma_.lower() not in NOT_EVENTS:
                found.append(verb)
        elif (token.pos_ in NOMINAL or token.tag_ == "VBG") and (noun := _noun(token, carried.get(index))):
            found.append(noun)
        elif token.lower_ in ADJECTIVES and token.dep_ in ANNOUNCING:
            found.append(
                Predicate(token, token.lower_, "adjective", None, token.head if token.dep_ == "acomp" else None)
            )
    return tuple(found)


def _verb(tree: Tree, token: Token) -> Predicate:
    lemma = token.lemma_.lower()
    particle = _particle(tree, token, lemma)
    return Predicate(token, f"{lemma}_{particle.lower_}" if particle else lemma, "verb", particle)


def _nouns(doc: Doc) -> set[int]:
    """Words that have the form of a noun of action."""
    lemmas = (index for index, lemma in enumerate(doc.columns["lemma_"]) if lemma.lower() in EVENT_NOUNS)
    return {*lemmas, *indices(doc, "lower_", EVENT_NOUNS)}


def _noun(token: Token, carrier: Predicate | None) -> Predicate | None:
    lemma = token.lemma_.lower()
    form = lemma if lemma in EVENT_NOUNS else token.lower_
    is_modifier = token.pos_ not in NOMINAL and token.dep_ in ("prep", "amod", "compound")
    if form not in EVENT_NOUNS or is_modifier or _is_name(token):
        return None
    return Predicate(token, form, "noun", None, carrier.token if carrier else None)


def _counted(tree: Tree, noun: Token) -> Iterator[Token]:
    """The nouns joined to one, and what there is "a series of"."""
    for one in tree.coordinated(noun):
        yield one
        if one.lemma_.lower() in CONTAINERS:
            yield from tree.after(one, "of")


def _is_predicative(verb: Token) -> bool:
    """Neither auxiliary nor the modifier of a noun, as in "the leading party", "according to"."""
    return verb.dep_ not in NOT_PREDICATIVE and (verb.pos_ == "VERB" or verb.lemma_ not in ("be", "can", "may", "will"))


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


def _carried(tree: Tree, predicate: Predicate) -> Iterator[Token]:
    """Nouns of action that a verb carries: "held talks", "talks resumed"."""
    verb, name = predicate.token, predicate.lemma
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
