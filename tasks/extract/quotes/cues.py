"""Cues: the words of a text that the rules know as introducing speech or thought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from tasks.extract.parsed import Doc, Token
from tasks.extract.quotes.attribution import Cue
from tasks.extract.rules import load_rules

# No sentence of an article is longer; a run without any full stop is.
MOST_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What one rule says about one lemma."""

    rule: str
    frame: str
    cue_class: str
    particle: str


@cache
def lexicon() -> dict[str, tuple[Entry, ...]]:
    """Per lemma, the constructions it takes, in the order of the rule file."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for rule in load_rules("quotes").rules:
        for words in rule.words:
            lemma, _, particle = words.partition(" ")
            entries[lemma].append(Entry(rule.id, rule.id.partition(".")[0], rule.value, particle))
    return {lemma: tuple(found) for lemma, found in entries.items()}


@cache
def messages() -> frozenset[str]:
    """Lemmas of what carries somebody's words to others."""
    return frozenset(word for rule in load_rules("quotes").with_prefix("message.") for word in rule.words)


# Which constructions a part of speech can head; participles ("concerned") are verbs to the model.
_NOMINAL = frozenset(("noun", "noun_about"))
_VERBAL = frozenset(("clause", "infinitive", "request", "object", "preposition", "adjective"))
_FRAMES = {"VERB": _VERBAL, "NOUN": _NOMINAL, "ADJ": frozenset(("adjective",))}


def cues(doc: Doc) -> Iterator[Cue]:
    """Every verb of the lexicon, once for each construction that the rules know for it."""
    for token in _readable(doc):
        for entry in _entries(token.pos_, token.lemma_, token.lower_):
            particle = _particle(token, entry.particle)
            if entry.particle and particle is None:
                continue
            end = particle.idx + len(particle) if particle is not None else 0
            yield Cue(token, token.lemma_.lower(), entry.rule, entry.frame, entry.cue_class, entry.particle, end)


@lru_cache(maxsize=20_000)
def _entries(pos: str, lemma: str, lower: str) -> tuple[Entry, ...]:
    """What the rules say about a word of a part of speech; a verb of unknown lemma is looked up as it stands."""
    known = lexicon()
    key = lemma.lower() if pos != "VERB" or lemma.lower() in known else lower
    return tuple(entry for entry in known.get(key, ()) if entry.frame in _FRAMES[pos])


def _readable(doc: Doc) -> list[Token]:
    """What may be a cue in all sentences but monstrous ones, whose parse takes cubic time to walk and means nothing."""
    short = (sentence for sentence in doc.sents if len(sentence) <= MOST_TOKENS)
    return [token for one in short for token in doc.tokens[one.start : one.end] if token.pos_ in _FRAMES]


def _particle(verb: Token, wanted: str) -> Token | None:
    for child in verb.children:
        if wanted and child.i > verb.i and child.dep_ in ("prep", "prt") and child.lower_ == wanted:
            return child
    return None


def is_saying(token: Token) -> bool:
    """Whether the token is a verb of saying, whatever stands beside it."""
    return token.lemma_.lower() in _lemmas("clause.say")


def is_cue(token: Token) -> bool:
    """Whether the token is a verb that takes a clause of speech or thought."""
    return token.lemma_.lower() in _lemmas("clause.")


@cache
def _lemmas(prefix: str) -> frozenset[str]:
    """The lemmas of the rules whose ids begin so."""
    return frozenset(lemma for lemma, found in lexicon().items() for one in found if one.rule.startswith(prefix))
