"""Give a bare number what its neighbours say: "435 homes and 187 by tender", "7- or 8-inch". Reads no numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.extract.claims.lexicon import UNITS
from tasks.extract.claims.quantity import Quantity
from tasks.extract.claims.units import Unit, denominator

LISTED = re.compile(r"[-–]?(?:,?\s(?:or|and|to)\s(?:an?\s)?|,\s)", re.IGNORECASE)
PART_OF = re.compile(r"\s(?:out\s)?of\s(?:the|its|their|an?|his|her)?\s?", re.IGNORECASE)
TIMES = {entry.form.lower(): entry for entry in UNITS if entry.rule == "unit.time"}
# Longest stretch between a bare number and the amount whose unit it shares.
LONGEST_GAP = 12


def elided(text: str, found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """The same quantities; bare ones take unit or noun from the next or the one before in their sentence."""
    completed: list[Quantity] = []
    for i, quantity in enumerate(found):
        this = _per_counted(text, _spanned(quantity))
        if i + 1 < len(found):
            this = _from_next(text, this, found[i + 1])
        if completed and _is_denominator(this, completed[-1]):
            continue
        completed.append(_from_before(this, completed[-1]) if completed else this)
    return tuple(completed)


def _spanned(quantity: Quantity) -> Quantity:
    """A counted unit of time is a unit: "the 50 previous years"."""
    thing, amount = quantity.thing, quantity.amount
    if amount.unit is not None or thing is None or amount.is_part or thing.is_measured:
        return quantity
    entry = TIMES.get(thing.head.lower_)
    if entry is None:
        return quantity
    unit = Unit(thing.head.idx, thing.end, entry.value, entry.rule)
    return replace(quantity, amount=replace(amount, unit=unit, end=max(amount.end, thing.end)), thing=None)


def _per_counted(text: str, quantity: Quantity) -> Quantity:
    """The denominator behind what is counted: "112 infections per 100,000 people"."""
    amount, thing = quantity.amount, quantity.thing
    if amount.unit is not None or amount.per is not None or thing is None or thing.end < amount.end:
        return quantity
    per = denominator(text, thing.end)
    return replace(quantity, amount=replace(amount, per=per)) if per else quantity


def _is_denominator(quantity: Quantity, before: Quantity) -> bool:
    per = before.amount.per
    return per is not None and per.start <= quantity.amount.core_start < per.end


def _from_next(text: str, quantity: Quantity, following: Quantity) -> Quantity:
    amount, unit = quantity.amount, following.amount.unit
    gap = text[amount.end : following.amount.start]
    if amount.unit is not None or unit is None or amount.is_part or amount.is_multiple or len(gap) > LONGEST_GAP:
        return quantity
    is_hanging = gap[:1] in ("-", "–")
    is_listed = LISTED.fullmatch(gap) and (is_hanging or quantity.thing is None)
    if is_listed or (PART_OF.fullmatch(gap) and unit.rule.startswith("currency")):
        return replace(quantity, amount=replace(amount, unit=unit), thing=following.thing)
    return quantity


def _from_before(quantity: Quantity, before: Quantity) -> Quantity:
    """The thing counted before in the same sentence, where nothing was measured since."""
    amount, thing = quantity.amount, before.thing
    is_bare = (
        amount.unit is None and quantity.thing is None and not (amount.is_part or amount.is_multiple or amount.per)
    )
    if not is_bare or thing is None or thing.is_measured or before.amount.unit is not None or before.amount.is_part:
        return quantity
    is_near = thing.head.i < quantity.number.i and thing.head.sent.end > quantity.number.i
    return replace(quantity, thing=thing) if is_near else quantity
