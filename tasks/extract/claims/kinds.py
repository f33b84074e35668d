"""Which amounts are quantities, of what kind, and how sure that is. Changes no amount."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc, Token

from storage.records import Timex
from tasks.extract.claims.amounts import Amount
from tasks.extract.claims.counted import Counted, anchor

# Entities of the model in which a bare number is part of a name.
NAMES = frozenset({"ORG", "PRODUCT", "FAC", "GPE", "LOC", "WORK_OF_ART", "EVENT", "LAW", "PERSON", "NORP"})
KINDS = {"unit.share": "share", "unit.time": "duration", "unit.age": "age"}
YEARS = range(1000, 2200)


def kind(amount: Amount, thing: Counted | None) -> str:
    """The kind of quantity, as the column `kind` names it."""
    if amount.unit is not None:
        prefix = amount.unit.rule.partition(".")[0]
        return KINDS.get(amount.unit.rule, "money" if prefix == "currency" else "measure")
    if amount.is_multiple:
        return "multiple"
    if amount.is_part:
        return "share"
    return "count" if thing else "number"


def confidence(amount: Amount, kind_of: str) -> float:
    """Share of rows of this kind that were right on development data."""
    return {"number": 0.6, "count": 0.8}.get(kind_of, 0.9) if amount.comparison == "=" else 0.9


def is_quantity(doc: Doc, amount: Amount, thing: Counted | None, timexes: Sequence[Timex]) -> bool:
    """Whether an amount counts or measures something, and is no year, name or pronoun."""
    at = anchor(doc, amount)
    if at is None:
        return False
    if amount.unit is not None or amount.is_multiple:
        return True
    if amount.is_part:
        return True
    if _is_year(doc, amount, at.number) or _is_in_a_date(amount, timexes):
        return False
    if _is_name(amount, at.number, thing):
        return False
    if amount.value == 1 and not amount.is_figure:
        return thing is not None and (thing.whole is not None or at.number.head == thing.head)
    if not amount.is_figure and thing is None:
        return amount.comparison != "=" or amount.lower != amount.upper
    return thing is not None or amount.value not in range(0, 100)


def _is_year(doc: Doc, amount: Amount, token: Token) -> bool:
    surface = doc.text[amount.core_start : amount.core_end]
    is_four_digits = len(surface) == 4 and surface.isdigit() and int(surface) in YEARS
    return is_four_digits and (token.ent_type_ == "DATE" and amount.comparison == "=")


def _is_in_a_date(amount: Amount, timexes: Sequence[Timex]) -> bool:
    return any(timex.start <= amount.core_start and amount.core_end <= timex.end for timex in timexes)


def _is_name(amount: Amount, token: Token, thing: Counted | None) -> bool:
    """A number that a name before it has taken: "iPhone 11", "the FTSE 100"."""
    if not amount.is_figure or amount.comparison != "=":
        return False
    before = token.nbor(-1) if token.i else None
    if before is None or before.pos_ != "PROPN" or before.sent != token.sent:
        return False
    is_tied = token.dep_ in ("nummod", "appos", "compound", "npadvmod", "prep") and token.head.i < token.i
    return is_tied or token.ent_type_ in NAMES or thing is None or thing.head.pos_ == "PROPN"
