"""Quantities as attributed claims: which number, of what, asserted by whom.

A claim is an amount in the text (`amounts`) that counts or measures something; the stages below add what it
counts, what happened to it, whether it is denied or hedged, and who asserts it. Dates, clock times, ordinals,
scores, numbers in names and addresses are none. A span of time is one of kind `duration`, and points to its
row in `timexes`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc as SpacyDoc

from storage.records import Claim, Mention, Quote, Timex
from tasks.extract.claims.ages import aged
from tasks.extract.claims.amounts import amounts
from tasks.extract.claims.asserted_by import Holders, asserted_by, holders
from tasks.extract.claims.change import change
from tasks.extract.claims.counted import counted
from tasks.extract.claims.elided import elided
from tasks.extract.claims.hedging import is_hedged, is_negated
from tasks.extract.claims.kinds import CONFIDENCE, is_claim, kind
from tasks.extract.claims.lexicon import DIGEST
from tasks.extract.claims.quantity import Quantity, place
from tasks.extract.context import Context
from tasks.extract.parsed import Doc, parsed


@dataclass(frozen=True, slots=True)
class Article:
    """What the rows of one article share."""

    text: str
    mentions: Sequence[Mention]
    held: Holders
    timexes: Sequence[Timex]
    sentences: Sequence[int]
    """Offsets at which sentences begin"""
    version: str


def claims(
    document: SpacyDoc, context: Context, mentions: Sequence[Mention], quotes: Sequence[Quote], timexes: Sequence[Timex]
) -> tuple[Claim, ...]:
    """All claims of an article in the order of the text. Offsets index the text of the document."""
    doc, version = parsed(document), context.version("1", DIGEST)
    sentences = [sentence.start_char for sentence in doc.sents]
    held = holders(quotes)
    found = [quantity for quantity in quantities(doc) if is_claim(doc.text, quantity, timexes)]
    article = Article(doc.text, mentions, held, timexes, sentences, version)
    return tuple(_claim(article, quantity, number) for number, quantity in enumerate(found))


def quantities(doc: Doc) -> tuple[Quantity, ...]:
    """Amounts with what they count, before it is decided which of them are claims."""
    placed = (aged(doc.text, place(doc, amount)) for amount in amounts(doc.text))
    return elided(doc.text, [quantity.counting(counted(quantity)) for quantity in placed])


def _claim(article: Article, quantity: Quantity, number: int) -> Claim:
    text, amount, thing, unit = article.text, quantity.amount, quantity.thing, quantity.amount.unit
    source = asserted_by(quantity.last, article.held, article.mentions)
    kind_of = kind(quantity)
    whole = thing.whole if thing is not None and kind_of == "share" else None
    return Claim(
        start=amount.start,
        end=amount.end,
        surface=text[amount.start : amount.end],
        sentence=bisect_right(article.sentences, amount.start) - 1,
        confidence=CONFIDENCE[kind_of],
        rule=amount.rule,
        annotator="claims",
        annotator_version=article.version,
        claim_id=number,
        kind=kind_of,
        value=amount.value,
        lower=amount.lower,
        upper=amount.upper,
        approximator=amount.approximator,
        comparison=amount.comparison,
        previous_value=amount.previous,
        unit=unit.code if unit else None,
        unit_surface=text[unit.start : unit.end].strip() or None if unit else None,
        per=amount.per.code if amount.per else None,
        counted=thing.text if thing else None,
        counted_lemma=thing.lemma if thing else None,
        counted_start=thing.start if thing else None,
        counted_end=thing.end if thing else None,
        change=change(quantity),
        fraction_of=whole,
        is_fraction=whole is not None,
        is_negated=is_negated(quantity.last, quantity.first),
        is_hedged=is_hedged(quantity.last),
        timex_id=_timex(quantity, article.timexes) if kind_of == "duration" else None,
        quote_id=source.quote_id,
        speaker=source.speaker,
        speaker_start=source.start,
        speaker_end=source.end,
        speaker_name=source.name,
        speaker_entity_id=source.entity_id,
    )


def _timex(quantity: Quantity, timexes: Sequence[Timex]) -> int | None:
    start, end = quantity.amount.start, quantity.amount.end
    return next((timex.timex_id for timex in timexes if timex.start < end and start < timex.end), None)
