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
    """The quantities without denominators; bare ones take unit, rate or noun from their neighbours in the sentence."""
    completed: list[Quantity] = []
    for quantity in reversed(found):
        this = _per_counted(text, _spanned(quantity))
        while completed and _is_denominator(completed[-1], this):
            completed.pop()
        completed.append(_from_next(text, this, completed[-1]) if completed else this)
    forward: list[Quantity] = []
    for quantity in reversed(completed):
        forward.append(_from_before(quantity, forward[-1]) if forward else quantity)
    return tuple(forward)


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
    """Unit and rate of the next amount of a list: "7- or 8-inch", "21 points and 9 rebounds per game"."""
    amount, thing, after = quantity.amount, quantity.thing, following.amount
    if amount.is_part or amount.is_multiple:
        return quantity
    end = max(amount.end, thing.end) if thing is not None else amount.end
    if after.per is not None and amount.per is None and LISTED.fullmatch(text, end, after.start):
        quantity = replace(quantity, amount=replace(amount, per=after.per))
    gap = text[amount.end : after.start]
    if amount.unit is not None or after.unit is None or len(gap) > LONGEST_GAP:
        return quantity
    is_listed = LISTED.fullmatch(gap) and (gap[:1] in ("-", "–") or thing is None)
    if is_listed or (PART_OF.fullmatch(gap) and after.unit.rule.startswith("currency")):
        return replace(quantity, amount=replace(quantity.amount, unit=after.unit), thing=following.thing)
    return quantity


def _from_before(quantity: Quantity, before: Quantity) -> Quantity:
    """The thing counted before in the same sentence, where nothing was measured since."""
    amount, thing = quantity.amount, before.thing
    unit = before.amount.unit
    if unit is not None and unit.rule == "unit.age" and amount.unit is None and quantity.first.i - before.last.i == 2:
        return replace(quantity, amount=replace(amount, unit=unit), thing=thing)
    is_bare = (
        amount.unit is None and quantity.thing is None and not (amount.is_part or amount.is_multiple or amount.per)
    )
    if not is_bare or thing is None or thing.is_measured or before.amount.unit is not None or before.amount.is_part:
        return quantity
    is_near = thing.head.i < quantity.number.i and thing.head.sent.end > quantity.number.i
    return replace(quantity, thing=thing) if is_near else quantity
