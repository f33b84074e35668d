"""Who an actor is: its phrase, its entity, its country and sector. Links to nothing outside the article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from storage.records import EventActor, Mention
from tasks.extract.events.lexicon import ACTOR_RULES
from tasks.extract.events.tree import Tree
from tasks.extract.gazetteers import demonyms, places
from tasks.extract.mentions.phrase import noun_phrase
from tasks.extract.parsed import Doc, Token

_SECTORS: Mapping[str, str] = {word: rule.value for rule in ACTOR_RULES.with_prefix("sector.") for word in rule.words}
_HEADS: Mapping[str, str] = {word: rule.value for rule in ACTOR_RULES.with_prefix("head.") for word in rule.words}
_GROUPS: Mapping[str, tuple[str, str | None]] = {
    name: (rule.value, country or None)
    for rule in ACTOR_RULES.with_prefix("group.")
    for name, _, country in (word.partition(" = ") for word in rule.words)
}
# Words that names of two words begin with, which are looked for only where one of these stands.
_FIRST_OF_SECTORS, _FIRST_OF_GROUPS = (
    frozenset(name.split()[0] for name in names if " " in name) for names in (_SECTORS, _GROUPS)
)
ACTOR_NOUNS = frozenset(_SECTORS) | frozenset(_HEADS)
LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP"})


Origin = tuple[str | None, str | None]
"""Country and sector"""


@dataclass(frozen=True, slots=True)
class Cast:
    """The mentions of an article by token and by entity; what is asked of one is found once."""

    doc: Doc
    tree: Tree
    at: Mapping[int, Mention]
    """The widest name or pronoun over each token"""
    names: Mapping[int, Sequence[tuple[Mention, int, int]]]
    """Names and descriptions of each entity with their first token and the one after their last, in order of text"""
    _actors: dict[tuple[int, int], EventActor] = field(default_factory=dict)
    _phrases: dict[int, tuple[int, int]] = field(default_factory=dict)
    _described: dict[tuple[int, int], Origin] = field(default_factory=dict)
    _known: dict[int, Origin] = field(default_factory=dict)

    def actor(self, head: Token, stands_for: Token | None = None) -> EventActor:
        """The actor at `head`; `stands_for` is the noun that a pronoun there takes up."""
        meant = stands_for if stands_for is not None else head
        key = head.i, meant.i
        if key not in self._actors:
            self._actors[key] = _actor(self, head, meant)
        return self._actors[key]

    def phrase(self, head: Token) -> tuple[int, int]:
        """The first token of the noun phrase around a token, and the one after its last."""
        if head.i not in self._phrases:
            self._phrases[head.i] = noun_phrase(head)
        return self._phrases[head.i]

    def described(self, head: Token, mention: Mention | None) -> Origin:
        """Country and sector that the phrase around a token tells, which is the mention's if there is one."""
        key = head.i, mention.mention_id if mention is not None else -1
        if key not in self._described:
            self._described[key] = _described(self, head, mention)
        return self._described[key]

    def known(self, entity: int) -> Origin:
        """Country and sector of an entity: those of its first mention that tells them."""
        if entity not in self._known:
            country = sector = None
            for mention, start, end in self.names.get(entity, ()):
                told = self.described(_head(self.tree, start, end), mention)
                country, sector = country or told[0], sector or told[1]
                if country and sector:
                    break
            self._known[entity] = country, sector
        return self._known[entity]


def cast(doc: Doc, tree: Tree, mentions: Sequence[Mention]) -> Cast:
    """Read the mentions once."""
    at: dict[int, Mention] = {}
    names: dict[int, list[tuple[Mention, int, int]]] = defaultdict(list)
    for mention in mentions:
        first = doc.at_start.get(mention.start)
        if first is None:
            continue
        index = first
        while index < len(doc) and tree.tokens[index].idx < mention.end:
            if index not in at or (mention.is_name and not at[index].is_name):
                at[index] = mention
            index += 1
        if mention.label in LABELS and not mention.is_pronoun:
            names[mention.entity_id].append((mention, first, index))
    return Cast(doc, tree, at, names)


def _head(tree: Tree, start: int, end: int) -> Token:
    """The word of a span that the others hang on."""
    inside = tree.tokens[start:end]
    return next((token for token in inside if not start <= token.head.i < end), inside[-1])


def is_actor(cast: Cast, token: Token) -> bool:
    """A name or noun of somebody who can act, or a pronoun that stands for a person."""
    mention = cast.at.get(token.i)
    if mention is not None and mention.label in LABELS:
        return True
    is_of_country = mention is not None and mention.country_code is not None
    return is_of_country or not ACTOR_NOUNS.isdisjoint(forms(token))


def _actor(cast: Cast, head: Token, meant: Token) -> EventActor:
    mention = cast.at.get(meant.i)
    start, end = cast.tree.extent(*cast.phrase(head))
    country, sector = cast.described(meant, mention)
    if mention is not None and not (country and sector):
        known = cast.known(mention.entity_id)
        country, sector = country or known[0], sector or known[1]
    return EventActor(
        start=start,
        end=end,
        surface=cast.doc.text[start:end],
        name=_name(cast, meant, mention),
        entity_id=mention.entity_id if mention is not None else None,
        country_code=country,
        sector=sector,
    )


def _name(cast: Cast, head: Token, mention: Mention | None) -> str | None:
    if (
        mention is not None
        and (mention.is_name or mention.is_pronoun or mention.is_nominal)
        and _is_head(mention, head)
    ):
        return mention.canonical_name
    if head.pos_ == "PRON":
        return None
    start, end = cast.phrase(head)
    while start < head.i and cast.tree.tokens[start].dep_ in ("det", "poss", "case", "nummod"):
        start += 1
    return cast.doc.words(start, end)


def _is_head(mention: Mention, head: Token) -> bool:
    return mention.end >= head.idx + len(head)


def _described(cast: Cast, head: Token, mention: Mention | None) -> Origin:
    """Country and sector that the phrase itself tells: by its name, its modifiers, its role, its apposition."""
    heads = (head, *cast.tree.children(head, "appos"))
    tokens = [token for one in heads for token in cast.tree.tokens[slice(*cast.phrase(one))]]
    role = mention.role or "" if mention is not None else ""
    named = _group(" ".join([token.lower_ for token in tokens]), mention)
    country = (named[1] if named else None) or next(
        (code for token in tokens if (code := _country(cast.at, token))), None
    )
    if country is None and role:
        country = next((code for word in _without_s(role).split() if (code := _of_word(word))), None)
    return country, named[0] if named else _sector(head, tokens, role.lower().split())


def _sector(head: Token, tokens: Sequence[Token], role: Sequence[str]) -> str | None:
    """The sector that the last word tells which tells one, else two words, else the head or the role."""
    words = [*(form for token in tokens for form in forms(token)), *role]
    told = chain(reversed(words), () if _FIRST_OF_SECTORS.isdisjoint(words) else _pairs(words))
    sector = next((_SECTORS[word] for word in told if word in _SECTORS), None) or next(
        (_HEADS[word] for word in (*forms(head), *role) if word in _HEADS), None
    )
    return "GOV" if sector is None and _is_capital(head) else sector


def forms(token: Token) -> tuple[str, ...]:
    """A word as the rules may have it: lemma and form; of a name also its singular, and as it is written."""
    lemma = token.lemma_.lower()
    if token.pos_ == "PROPN":
        return (lemma, lemma.removesuffix("s"), token.text)
    return (lemma, token.lower_)


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise(words))


def _without_s(phrase: str) -> str:
    return phrase.replace("’s", "").replace("'s", "")


def _group(phrase: str, mention: Mention | None) -> tuple[str, str | None] | None:
    names = [phrase] if mention is None else [phrase, mention.surface.lower(), mention.canonical_name.lower()]
    for name in names:
        bare = name.removeprefix("the ").replace("’", "'").removesuffix("'s").strip()
        if bare in _GROUPS:
            return _GROUPS[bare]
    words = _without_s(phrase).split()
    told = chain(words, () if _FIRST_OF_GROUPS.isdisjoint(words) else _pairs(words))
    return next((_GROUPS[word] for word in told if word in _GROUPS), None)


def _country(at: Mapping[int, Mention], token: Token) -> str | None:
    mention = at.get(token.i)
    if mention is not None and mention.country_code:
        return mention.country_code
    return _of_word(token.text) if token.pos_ in ("PROPN", "ADJ") else None


def _of_word(word: str) -> str | None:
    if not word[:1].isupper():
        return None
    place = places().get(word)
    return demonyms().get(word) or (
        place.country_code or None if place and place.kind in ("country", "capital") else None
    )


def _is_capital(head: Token) -> bool:
    place = places().get(head.text)
    return head.pos_ == "PROPN" and place is not None and place.kind == "capital"
