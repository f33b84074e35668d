"""Who an actor is: its phrase, its entity, its country and sector. Links to nothing outside the article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Cast:
    """The mentions of an article by token, and what is known of each entity."""

    doc: Doc
    at: Mapping[int, Mention]
    """The widest name or pronoun over each token"""
    known: Mapping[int, tuple[str | None, str | None]]
    """Country and sector by entity"""
    described: Mapping[tuple[int, int], tuple[str | None, str | None]]
    """Country and sector that the phrase of a name tells, by token of its head and number of mention"""


def cast(doc: Doc, tree: Tree, mentions: Sequence[Mention]) -> Cast:
    """Read the mentions once. An entity's country and sector are those of its first mention that tells them."""
    starts = {token.idx: token.i for token in tree.tokens}
    at: dict[int, Mention] = {}
    heads: list[tuple[Mention, Token]] = []
    for mention in mentions:
        first = starts.get(mention.start)
        if first is None:
            continue
        index = first
        while index < len(doc) and tree.tokens[index].idx < mention.end:
            if index not in at or (mention.is_name and not at[index].is_name):
                at[index] = mention
            index += 1
        heads.append((mention, _head(tree, first, index)))
    known: dict[int, tuple[str | None, str | None]] = {}
    described: dict[tuple[int, int], tuple[str | None, str | None]] = {}
    for mention, head in heads:
        if mention.label in LABELS and not mention.is_pronoun:
            country, sector = described[head.i, mention.mention_id] = _described(tree, at, head, mention)
            before = known.get(mention.entity_id, (None, None))
            known[mention.entity_id] = (before[0] or country, before[1] or sector)
    return Cast(doc, at, known, described)


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


def actor(cast: Cast, tree: Tree, head: Token, stands_for: Token | None = None) -> EventActor:
    """The actor at `head`; `stands_for` is the noun that a pronoun there takes up."""
    meant = stands_for if stands_for is not None else head
    mention = cast.at.get(meant.i)
    start, end = tree.extent(*noun_phrase(head))
    known = cast.described.get((meant.i, mention.mention_id)) if mention is not None else None
    country, sector = known or _described(tree, cast.at, meant, mention)
    if mention is not None and mention.entity_id in cast.known:
        country, sector = country or cast.known[mention.entity_id][0], sector or cast.known[mention.entity_id][1]
    return EventActor(
        start=start,
        end=end,
        surface=cast.doc.text[start:end],
        name=_name(meant, mention),
        entity_id=mention.entity_id if mention is not None else None,
        country_code=country,
        sector=sector,
    )


def _name(head: Token, mention: Mention | None) -> str | None:
    if (
        mention is not None
        and (mention.is_name or mention.is_pronoun or mention.is_nominal)
        and _is_head(mention, head)
    ):
        return mention.canonical_name
    if head.pos_ == "PRON":
        return None
    start, end = noun_phrase(head)
    while start < head.i and head.doc[start].dep_ in ("det", "poss", "case", "nummod"):
        start += 1
    return head.doc.words(start, end)


def _is_head(mention: Mention, head: Token) -> bool:
    return mention.end >= head.idx + len(head)


def _described(
    tree: Tree, at: Mapping[int, Mention], head: Token, mention: Mention | None
) -> tuple[str | None, str | None]:
    """Country and sector that the phrase itself tells: by its name, its modifiers, its role, its apposition."""
    start, end = noun_phrase(head)
    tokens = list(tree.tokens[start:end])
    tokens += [one for apposed in tree.children(head, "appos") for one in tree.tokens[slice(*noun_phrase(apposed))]]
    role = mention.role or "" if mention is not None else ""
    named = _group(" ".join(token.lower_ for token in tokens), mention)
    country = (named[1] if named else None) or next((code for token in tokens if (code := _country(at, token))), None)
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
