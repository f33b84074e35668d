"""Recognise a bare number as somebody's age: "Senard, 65, now faces", "who was 10", "aged 34". Reads no number."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.extract.claims.quantity import Quantity, following
from tasks.extract.claims.units import Unit

YOUNGEST_APPOSED, OLDEST = 10, 120
TOLD = re.compile(
    r"\b(?:aged?|ages?\sof|who\s(?:is|was|turned|turns)|turned|turns|turning)\s(?:(?:just|only|over|under|about)\s)?$",
    re.IGNORECASE,
)
# "Turned 40 pages" tells no age; "aged 60 for years" does.
NOT_TOLD = re.compile(r"\s(?!when|or|and|at|in|on|to|with|for|by|from|after|before)[a-z]|[-–]")
CLOSING = re.compile(r"[,)]|\.?$|\.\s|\s(?:who|has|had|was|is|said|from|of)\b")


def aged(text: str, quantity: Quantity) -> Quantity:
    """The quantity with years of age for its unit where it is an age, else as it was."""
    amount = quantity.amount
    if amount.unit or amount.is_part or amount.is_multiple or not 0 < amount.value <= OLDEST:
        return quantity
    before = text[max(0, amount.core_start - 24) : amount.core_start]
    after = text[amount.core_end : amount.core_end + 8]
    is_told = bool(TOLD.search(before)) and not NOT_TOLD.match(after)
    if not (is_told or (_is_apposed(quantity) and CLOSING.match(after))):
        return quantity
    return replace(quantity, amount=replace(amount, unit=Unit(amount.core_end, amount.core_end, "a{age}", "unit.age")))


def _is_apposed(quantity: Quantity) -> bool:
    """The number stands behind a person, between commas or not: "Nick Hague, 44,"."""
    before = following(quantity.number, -1)
    if before is None or not quantity.amount.is_figure or quantity.amount.value < YOUNGEST_APPOSED:
        return False
    if before.text != ",":
        return before.ent_type_ == "PERSON"
    noun = following(quantity.number, -2)
    return noun is not None and (noun.ent_type_ == "PERSON" or noun.pos_ == "NOUN")
