"""Everything that is found about one predicate, put together. Writes no row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from storage.records import EventActor, Mention, Timex
from tasks.extract.claims.asserted_by import Source
from tasks.extract.events.actors import Cast, is_actor
from tasks.extract.events.arguments import Arguments, antecedent, arguments, is_measure, subjects
from tasks.extract.events.coding import Coding
from tasks.extract.events.factuality import Factuality, factuality
from tasks.extract.events.lexicon import ABSTRACT
from tasks.extract.events.place import place
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.recipients import recipients
from tasks.extract.events.reported_by import Reporters, reported_by
from tasks.extract.events.tree import DEEPEST, VERBAL, Tree
from tasks.extract.parsed import Token

TOWNS = frozenset({"capital", "city", "district"})
DEMONSTRATIVES = frozenset({"this", "that", "these", "those", "there", "what", "such"})
PRONOUNS = frozenset({"it", "they", "he", "she", "we", "i", "them", "him", "itself", "themselves"})


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known of an article when its predicates are looked at one by one."""

    tree: Tree
    cast: Cast
    roles: Mapping[int, Arguments]
    codings: Mapping[int, Coding]
    times: Mapping[int, Timex]
    told: Reporters


@dataclass(frozen=True, slots=True)
class Happening:
    """What is found about one predicate; offsets are of characters."""

    predicate: Predicate
    trigger: tuple[int, int]
    sentence: int
    coding: Coding | None
    actors: tuple[EventActor, ...]
    recipients: tuple[EventActor, ...]
    theme: tuple[int, int] | None
    place: Mention | None
    timex: Timex | None
    fact: Factuality
    source: Source

    @property
    def is_negated(self) -> bool:
        """Denied, and the denial is not what its type says already."""
        return self.fact.is_negated and not (self.coding is not None and self.coding.is_denial_coded)

    @property
    def day(self) -> date | None:
        """First day of what its expression of time resolves to."""
        return self.timex.resolved_start.date() if self.timex and self.timex.resolved_start else None


def happening(reading: Reading, predicate: Predicate) -> Happening:
    """Everything found about one predicate."""
    tree, cast, index = reading.tree, reading.cast, predicate.token.i
    coding = reading.codings.get(index)
    roles = reading.roles[index] if coding or not predicate.carrier else arguments(tree, _alone(predicate))
    fact = factuality(tree, predicate)
    venue = _venue(cast, roles, coding)
    where = cast.at[venue.i] if venue else place(cast, tree, predicate, roles, coding)
    when = reading.times.get(index)
    actors = tuple(
        _actor(reading, token) for token in roles.agents if token is not venue and _takes_part(reading, token, coding)
    )
    reached = recipients(cast, tree, predicate, roles, reading.roles, coding)
    if coding is not None and predicate.kind == "noun" and not (actors or reached or where or when):
        # Nothing says who, whom, where or when: a word for a happening, but no report of one.
        coding = None
    return Happening(
        predicate=predicate,
        trigger=_trigger(predicate),
        sentence=reading.told.sentences[index],
        coding=coding,
        actors=actors,
        recipients=tuple(_actor(reading, token) for token in reached),
        theme=_theme(reading, roles),
        place=where,
        timex=when,
        fact=fact,
        source=reported_by(reading.told, predicate.token),
    )


def _alone(predicate: Predicate) -> Predicate:
    """A noun that PLOVER has no type for takes no subject from its verb: "posted a gain" is no act of anybody."""
    return Predicate(predicate.token, predicate.lemma, predicate.kind)


def _trigger(predicate: Predicate) -> tuple[int, int]:
    """The word, with its particle where that follows at once."""
    token, particle = predicate.token, predicate.particle
    last = particle if particle is not None and particle.i == token.i + 1 else token
    return token.idx, last.idx + len(last)


def _theme(reading: Reading, roles: Arguments) -> tuple[int, int] | None:
    """The phrase of the theme; none where that is itself a happening, or nothing that can be pointed at."""
    head = next((one for one in roles.themes if _is_thing(reading, one)), None)
    if head is None:
        return None
    return reading.tree.extent(*reading.cast.phrase(head))


def _venue(cast: Cast, roles: Arguments, coding: Coding | None) -> Token | None:
    """The town that a meeting is named after, which takes no part in it: "the Doha talks"."""
    if coding is None or coding.type != "CONSULT":
        return None
    for token in roles.agents:
        mention = cast.at.get(token.i)
        if token.dep_ == "compound" and mention is not None and mention.place_kind in TOWNS:
            return token
    return None


def _takes_part(reading: Reading, token: Token, coding: Coding | None) -> bool:
    """Somebody or something that can act. Of coded events a happening may: "the bombing killed four"."""
    return _is_thing(reading, token) or (coding is not None and token.i in reading.roles)


def _is_thing(reading: Reading, token: Token) -> bool:
    if token.i in reading.cast.at or antecedent(token) is not None:
        return True
    is_abstract = token.lemma_.lower() in ABSTRACT or token.lower_ in DEMONSTRATIVES
    return not (is_abstract or token.i in reading.roles or (is_measure(token) and token.ent_type_ != "MONEY"))


def _actor(reading: Reading, token: Token) -> EventActor:
    return reading.cast.actor(token, _meant(reading, token))


def _meant(reading: Reading, token: Token) -> Token | None:
    """What a pronoun in reported speech takes up: the one who says it, as in "Syria says it will not accept"."""
    if (noun := antecedent(token)) is not None:
        return noun
    if token.lower_ not in PRONOUNS or token.i in reading.cast.at:
        return None
    quote = reading.told.held.at(token.idx)
    is_own_word = token.lower_ in ("we", "i")
    if quote is not None and quote.kind == "direct" and not is_own_word:
        return None
    current = token
    for _ in range(DEEPEST):
        if current.head.i == current.i:
            return None
        is_content = current.dep_ in ("ccomp", "advcl", "relcl", "xcomp", "conj")
        current = current.head
        if is_content and current.pos_ in VERBAL:
            found = next((one for one in subjects(reading.tree, current) if is_actor(reading.cast, one)), None)
            if found is not None and found.i != token.i:
                return found if is_own_word or _agrees(reading, token, found) else None
    return None


def _agrees(reading: Reading, pronoun: Token, noun: Token) -> bool:
    """Whether "it", "they" or "he" can stand for a noun, by number and by what the noun names."""
    mention = reading.cast.at.get(noun.i)
    is_person = mention is not None and mention.label == "PERSON"
    if pronoun.lower_ in ("he", "she", "him"):
        return is_person
    is_plural = noun.tag_ in ("NNS", "NNPS") or reading.tree.has(noun, "conj")
    if pronoun.lower_ in ("they", "them", "themselves"):
        return is_plural or not is_person
    return not is_plural and not is_person
