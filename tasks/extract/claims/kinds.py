"""Which quantities are claims, of what kind, and how sure that is. Changes no quantity."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import Timex
from tasks.extract.claims.change import suffered
from tasks.extract.claims.lexicon import words
from tasks.extract.claims.quantity import Counted, Quantity, below, following
from tasks.extract.parsed import Token

# Entities of the model in which a bare number is part of a name.
NAMES = frozenset({"ORG", "PRODUCT", "FAC", "GPE", "LOC", "WORK_OF_ART", "EVENT", "LAW", "PERSON", "NORP"})
# Names that a sentence may set before a number without giving it to them: "In Syria 12 people", "On Friday 5".
APART = frozenset({"GPE", "LOC", "DATE", "TIME", "NORP", "PERSON"})
BY_UNIT = {"unit.share": "share", "unit.time": "duration", "unit.age": "age"}
COLLECTIVES = frozenset(words("collective"))
# Share of the rows of a kind whose value was right on development data; docs/claims.md, "Confidence".
CONFIDENCE = {
    "measure": 0.95, "share": 0.95, "money": 0.92, "number": 0.86, "count": 0.86, "duration": 0.86, "age": 0.86,
    "multiple": 0.5,
}  # fmt: skip
YEARS = range(1000, 2200)
SMALLEST_BARE = 100


def kind(quantity: Quantity) -> str:
    """The kind of quantity, as the column `kind` names it."""
    amount, thing = quantity.amount, quantity.thing
    if amount.unit is not None:
        is_money = amount.unit.rule.startswith("currency")
        return BY_UNIT.get(amount.unit.rule, "money" if is_money else "measure")
    if amount.is_multiple:
        return "multiple"
    if amount.is_part:
        return "share"
    is_count = thing is not None and not thing.is_measured
    return "count" if is_count or suffered(quantity) is not None else "number"


def is_claim(text: str, quantity: Quantity, timexes: Sequence[Timex]) -> bool:
    """Whether an amount counts or measures something, and is no year, name or pronoun."""
    amount, thing, number = quantity.amount, quantity.thing, quantity.number
    if amount.unit is not None or amount.per is not None or amount.is_multiple:
        return True
    if amount.is_part:
        return not _is_ordinal(quantity)
    if _is_year(text, quantity) or _is_in_a_date(quantity, timexes) or _is_name(quantity):
        return False
    if amount.value == 1 and not amount.is_figure:
        return thing is not None and (thing.whole is not None or number.head == thing.head)
    if thing is not None or suffered(quantity) is not None:
        return True
    is_bounded = amount.comparison != "=" or amount.lower != amount.upper or amount.previous is not None
    return is_bounded or (amount.is_figure and not (amount.value.is_integer() and abs(amount.value) < SMALLEST_BARE))


def _is_ordinal(quantity: Quantity) -> bool:
    """In "a third goal", "a third-place finish" nothing is divided."""
    after = following(quantity.number)
    is_article = quantity.first.lower_ in ("a", "an") and quantity.amount.rule == "number.part"
    return is_article and after is not None and (after.pos_ in ("NOUN", "PROPN", "ADJ") or after.text in ("-", "–"))


def _is_year(text: str, quantity: Quantity) -> bool:
    amount = quantity.amount
    surface = text[amount.core_start : amount.core_end]
    is_like_a_year = len(surface) == 4 and surface.isdecimal() and int(surface) in YEARS
    return is_like_a_year and quantity.number.ent_type_ == "DATE" and amount.comparison == "="


def _is_in_a_date(quantity: Quantity, timexes: Sequence[Timex]) -> bool:
    amount = quantity.amount
    return any(timex.start <= amount.core_start and amount.core_end <= timex.end for timex in timexes)


def _is_name(quantity: Quantity) -> bool:
    """A number that a name has taken: "iPhone 11", "the FTSE 100", "two 737 Max jets"."""
    amount, token, thing = quantity.amount, quantity.number, quantity.thing
    if not amount.is_figure or amount.comparison != "=" or amount.scale > 1:
        return False
    before, after = following(token, -1), following(token)
    if _is_model(quantity):
        return True
    # "3.2 ERA" and "120 OPS" are amounts in a unit that the tables do not know; "11 Pro Max" is a name.
    is_whole = amount.value.is_integer() and amount.core_end - amount.core_start == len(f"{amount.value:.0f}")
    is_named_after = is_whole and after is not None and after.tag_ == "NNP" and not after.text.isupper()
    if is_named_after and (thing is None or thing.head.tag_ == "NNP" or _counts_too(token, thing)):
        return True
    if before is None or before.pos_ != "PROPN" or before.is_sent_end:
        return False
    is_tied = token.dep_ in ("nummod", "appos", "compound", "npadvmod", "prep") and token.head.i < token.i
    if thing is not None and thing.head.tag_ == "NNS" and token.head == thing.head and before.head != thing.head:
        return False
    return (
        is_tied
        or token.ent_type_ in NAMES
        or thing is None
        or thing.head.tag_ == "NNP"
        or before.ent_type_ not in APART
    )


def _is_model(quantity: Quantity) -> bool:
    """A large bare figure before a singular noun: "the 777 airliner"."""
    thing, amount = quantity.thing, quantity.amount
    is_large = amount.value >= SMALLEST_BARE and amount.core_end - amount.core_start == len(f"{amount.value:.0f}")
    if thing is None or thing.is_measured or thing.whole or not is_large or thing.head.i != quantity.last.i + 1:
        return False
    return (
        thing.head.tag_ == "NN"
        and thing.head.lower_ not in COLLECTIVES
        and thing.head.lemma_.lower() == thing.head.lower_
    )


def _counts_too(token: Token, thing: Counted) -> bool:
    """Another number before this one counts the same noun."""
    return any(other.like_num and other.i < token.i for other in below(thing.head))
