"""Who reports an event: the speaker of the quote that holds it, else the source that its sentence names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.records import Mention, Quote
from tasks.extract.claims.asserted_by import NOBODY, Holders, Source, holders, named, saying, speaking
from tasks.extract.events.tree import Tree
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Token


@dataclass(frozen=True, slots=True)
class Reporters:
    """The quotes of an article, and the sources that "according to" names, by number of sentence."""

    held: Holders
    speakers: Mapping[int, Source]
    """Who speaks, by quote"""
    mentions: Sequence[Mention]
    according: Mapping[int, Token]
    """Head of the source's phrase by number of sentence"""
    sentences: Sequence[int]
    """Number of the sentence of each token"""
    cues: frozenset[int]
    """Offsets of the verbs of saying whose content is known, so that it is not guessed"""


def reporters(tree: Tree, quotes: Sequence[Quote], mentions: Sequence[Mention], sentences: Sequence[int]) -> Reporters:
    """Look once at the whole article for what every event asks."""
    according: dict[int, Token] = {}
    for index in indices(tree.doc, "lower_", ("according",)):
        if index + 1 < len(tree.tokens) and (following := tree.tokens[index + 1]).lower_ == "to":
            source = tree.first(following, "pobj")
            if source is not None:
                according.setdefault(sentences[index], source)
    cues = frozenset(quote.cue_start for quote in quotes if quote.cue_start is not None)
    speakers = {quote.quote_id: speaking(quote) for quote in quotes}
    return Reporters(holders(quotes), speakers, mentions, according, sentences, cues)


def reported_by(told: Reporters, token: Token) -> Source:
    """The source of what is told at `token`; empty where the article itself tells it."""
    if quote := told.held.at(token.idx):
        return told.speakers[quote.quote_id]
    head = told.according.get(told.sentences[token.i]) or saying(token)
    if head is None or head.i == token.i or head.head.idx in told.cues:
        return NOBODY
    return named(head, told.mentions)
