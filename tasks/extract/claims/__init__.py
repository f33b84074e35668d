"""Quantities as attributed claims: which number, of what, asserted by whom.

A claim is an amount in the text (`amounts`) that counts or measures something; the stages below add what it
counts, what happened to it, whether it is denied or hedged, and who asserts it. Dates, clock times, ordinals,
scores, numbers in names and addresses are none. A span of time is one of kind `duration`, and points to its
row in `timexes`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from storage.records import Claim, Mention, Quote, Timex
from tasks.extract.claims.amounts import Amount, amounts
from tasks.extract.claims.asserted_by import asserted_by
from tasks.extract.claims.change import change
from tasks.extract.claims.counted import Counted, anchor, counted
from tasks.extract.claims.hedging import is_hedged, is_negated
from tasks.extract.claims.kinds import confidence, is_quantity, kind
from tasks.extract.claims.lexicon import DIGEST
from tasks.extract.context import Context


def claims(
    doc: Doc, context: Context, mentions: Sequence[Mention], quotes: Sequence[Quote], timexes: Sequence[Timex]
) -> tuple[Claim, ...]:
    """All claims of an article in the order of the text. `doc` is parsed; offsets index `doc.text`."""
    version = context.version("claims-1", DIGEST)
    starts = [sentence.start_char for sentence in doc.sents]
    found = _quantities(doc, timexes)
    return tuple(
        _claim(doc, number, amount, thing, mentions, quotes, timexes, bisect_right(starts, amount.start) - 1, version)
        for number, (amount, thing) in enumerate(found)
    )


def _quantities(doc: Doc, timexes: Sequence[Timex]) -> Iterator[tuple[Amount, Counted | None]]:
    for amount in amounts(doc.text):
        thing = counted(doc, amount)
        if is_quantity(doc, amount, thing, timexes):
            yield amount, thing


def _claim(
    doc: Doc,
    number: int,
    amount: Amount,
    thing: Counted | None,
    mentions: Sequence[Mention],
    quotes: Sequence[Quote],
    timexes: Sequence[Timex],
    sentence: int,
    version: str,
) -> Claim:
    at = anchor(doc, amount)
    token = at.last if at else doc[0]
    first = doc.char_span(amount.start, amount.end, alignment_mode="expand")
    source = asserted_by(doc, token, quotes, mentions)
    kind_of = kind(amount, thing)
    is_share = kind_of == "share" and thing is not None and thing.whole is not None
    return Claim(
        start=amount.start,
        end=amount.end,
        surface=doc.text[amount.start : amount.end],
        sentence=sentence,
        confidence=confidence(amount, kind_of),
        rule=amount.rule,
        annotator="claims",
        annotator_version=version,
        claim_id=number,
        kind=kind_of,
        value=amount.value,
        lower=amount.lower,
        upper=amount.upper,
        approximator=amount.approximator,
        comparison=amount.comparison,
        previous_value=amount.previous,
        unit=amount.unit.code if amount.unit else None,
        unit_surface=doc.text[amount.unit.start : amount.unit.end].strip() if amount.unit else None,
        per=amount.per.code if amount.per else None,
        counted=thing.text if thing else None,
        counted_start=thing.start if thing else None,
        counted_end=thing.end if thing else None,
        change=change(doc, amount, thing),
        fraction_of=thing.whole if is_share and thing else None,
        is_fraction=is_share,
        is_negated=is_negated(token, first[0] if first else token),
        is_hedged=is_hedged(token),
        timex_id=_timex(amount, timexes) if kind_of == "duration" else None,
        quote_id=source.quote_id,
        speaker=source.speaker,
        speaker_start=source.start,
        speaker_end=source.end,
        speaker_name=source.name,
        speaker_entity_id=source.entity_id,
    )


def _timex(amount: Amount, timexes: Sequence[Timex]) -> int | None:
    return next((timex.timex_id for timex in timexes if timex.start < amount.end and amount.start < timex.end), None)
