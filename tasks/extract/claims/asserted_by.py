"""Who asserts a quantity: the speaker of the quote that holds it, or the source the sentence names. Finds no quotes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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


NOBODY = Source()


def asserted_by(token: Token, held: Holders, mentions: Sequence[Mention]) -> Source:
    """The source of what is said at `token`: the innermost quote, else "according to", else a verb of saying."""
    if quote := held.at(token.idx):
        return speaking(quote)
    head = according(token) or saying(token)
    return named(head, mentions) if head else NOBODY


def speaking(quote: Quote) -> Source:
    """The speaker of a quote as a source."""
    return Source(
        quote_id=quote.quote_id, speaker=quote.speaker, start=quote.speaker_start, end=quote.speaker_end,
        name=quote.speaker_name, entity_id=quote.speaker_entity_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holders:
    """The shortest quote over each stretch of a text, which ends where the next one starts."""

    starts: Sequence[int]
    quotes: Sequence[Quote | None]

    def at(self, offset: int) -> Quote | None:
        """The shortest quote whose content holds the offset."""
        index = bisect_right(self.starts, offset) - 1
        return self.quotes[index] if index >= 0 else None


def holders(quotes: Sequence[Quote]) -> Holders:
    """Lay the quotes over one another, the shortest on top, of equal ones the first; scare quotes assert nothing."""
    asserting = [quote for quote in reversed(quotes) if quote.kind != "scare"]
    starts = sorted({edge for quote in asserting for span in quote.content for edge in (span.start, span.end)})
    held: list[Quote | None] = [None] * len(starts)
    for quote in sorted(asserting, key=_length, reverse=True):
        for span in quote.content:
            for stretch in range(bisect_left(starts, span.start), bisect_left(starts, span.end)):
                held[stretch] = quote
    return Holders(starts, held)


def _length(quote: Quote) -> int:
    return sum(span.end - span.start for span in quote.content)


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
