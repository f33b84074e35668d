"""Who asserts a quantity: the speaker of the quote that holds it, or the source the sentence names. Finds no quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.records import Mention, Quote
from tasks.extract.claims.lexicon import words
from tasks.extract.claims.quantity import above, below
from tasks.extract.parsed import Token

SAYING = frozenset(words("attribution.verb"))
# Inside a quotation the one who says "I" is named outside it.
OWN_WORDS = frozenset({"i", "we"})
# Verbs of saying whose object may be the quantity itself: "confirmed 18 cases", "put the toll at 18".
STATING = frozenset(words("attribution.object"))

# How far from the quantity a source may be named, in tokens.
FURTHEST = 80


@dataclass(frozen=True, slots=True)
class Source:
    """Who asserts, with the row of `quotes` that says so; empty where the article itself asserts."""

    quote_id: int | None = None
    speaker: str | None = None
    start: int | None = None
    end: int | None = None
    name: str | None = None
    entity_id: int | None = None


def asserted_by(token: Token, quotes: Sequence[Quote], mentions: Sequence[Mention]) -> Source:
    """The source of what is said at `token`: the innermost quote, else "according to", else a verb of saying."""
    if quote := holding(token.idx, quotes):
        return speaking(quote)
    head = according(token) or saying(token)
    return named(head, mentions) if head else Source()


def speaking(quote: Quote) -> Source:
    """The speaker of a quote as a source."""
    return Source(
        quote_id=quote.quote_id, speaker=quote.speaker, start=quote.speaker_start, end=quote.speaker_end,
        name=quote.speaker_name, entity_id=quote.speaker_entity_id,
    )  # fmt: skip


def holding(offset: int, quotes: Sequence[Quote]) -> Quote | None:
    """The shortest quote whose content holds the offset; scare quotes assert nothing."""
    holding = [
        quote
        for quote in quotes
        if quote.kind != "scare" and any(span.start <= offset < span.end for span in quote.content)
    ]
    return min(holding, key=lambda quote: sum(span.end - span.start for span in quote.content), default=None)


def according(token: Token) -> Token | None:
    """The noun after "according to" in the sentence, no further off than `FURTHEST`."""
    sentence = token.sent
    start, end = max(sentence.start, token.i - FURTHEST), min(sentence.end - 1, token.i + FURTHEST)
    for word in token.doc[start:end]:
        if word.lower_ == "according" and word.nbor().lower_ == "to":
            return next((child for child in below(word.nbor()) if child.dep_ == "pobj"), None)
    return None


def saying(token: Token) -> Token | None:
    """The subject of the nearest verb of saying whose clause holds the token."""
    current = token
    for head in above(token):
        is_object = current.dep_ in ("dobj", "prep") and head.lemma_.lower() in STATING
        is_clause = current.dep_ in ("ccomp", "xcomp", "parataxis") or head.dep_ == "parataxis"
        if is_object or (is_clause and head.lemma_.lower() in SAYING):
            subject = next((child for child in below(head) if child.dep_ == "nsubj"), None)
            if subject is None or subject.lower_ not in OWN_WORDS:
                return subject
        current = head
    said = [
        child
        for child in below(current)
        if child.dep_ in ("parataxis", "ccomp") and child.lemma_.lower() in SAYING and child.i > token.i
    ]
    return next((child for verb in said[:1] for child in below(verb) if child.dep_ == "nsubj"), None)


def named(head: Token, mentions: Sequence[Mention]) -> Source:
    """The source whose phrase has this head, with the entity that is mentioned there."""
    doc = head.doc
    left = max(head.left_edge.i, head.i - FURTHEST)
    right = max(
        (child.right_edge.i for child in below(head) if child.dep_ == "amod" and child.i > head.i), default=head.i
    )
    right = min(right, head.i + FURTHEST)
    start, end = doc[left].idx, doc[right].idx + len(doc[right])
    held = [mention for mention in mentions if mention.start < end and start < mention.end and mention.end >= head.idx]
    mention = max(held, key=lambda mention: mention.end, default=None)
    return Source(
        speaker=doc[left : right + 1].text, start=start, end=end,
        name=mention.canonical_name if mention else None, entity_id=mention.entity_id if mention else None,
    )  # fmt: skip
