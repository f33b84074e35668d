"""What happened to a quantity: up, down, or the verb of which it is an argument. Finds no amounts."""

from __future__ import annotations

from tasks.extract.claims.amounts import Amount
from tasks.extract.claims.lexicon import words
from tasks.extract.claims.quantity import Quantity, below, following
from tasks.extract.parsed import Token

CHANGES = {form: entry for form, entry in words("change.").items() if entry.rule != "change.not"}
# Verbs that move their object by the number only with "by", or where it is a share or points.
MOVES_BY = frozenset(words("change.up_by"))
SAYS_NOTHING = frozenset(words("change.not"))
DIRECTIONS = frozenset({"up", "down"})
# Words that may stand between a verb of change and the amount it moves by.
BETWEEN = frozenset({"by", "a", "an", "of", "its", "some", "about", "another", "as", "much", "the"})
ARGUMENTS = frozenset(
    (
        "dobj",
        "nsubjpass",
        "nsubj",
        "attr",
        "oprd",
        "npadvmod",
        "conj",
        "appos",
        "nummod",
        "dative",
        "advmod",
        "quantmod",
    )
)
SUFFERINGS = frozenset(entry.value for entry in CHANGES.values()) - DIRECTIONS
WORDS_OF_CHANGE = frozenset({"VERB", "AUX", "ADV", "ADP", "ADJ", "PART"})
# How far back a verb of change may stand, in tokens.
REACH = 4


def change(quantity: Quantity) -> str | None:
    """The direction or the verb; None where the sentence only states the quantity."""
    amount, thing = quantity.amount, quantity.thing
    is_measured = amount.unit is not None or amount.is_multiple
    is_bare = thing is None or thing.is_measured
    if (is_measured or amount.is_part or is_bare) and (moved := _moved(quantity)):
        return moved
    if is_measured or is_bare:
        return None if is_measured or amount.is_part else suffered(quantity)
    of = following(quantity.last)
    is_inside = of is not None and of.lower_ == "of"
    return _verb(thing.head if thing and thing.head.i > quantity.last.i and not is_inside else quantity.last)


def suffered(quantity: Quantity) -> str | None:
    """What befell people who are only counted: "wounding 238", "40 were hurt"."""
    token = quantity.number
    found = _verb(token) if token.dep_ in ("nsubj", "nsubjpass", "dobj", "conj", "nummod", "appos") else None
    return found if found in SUFFERINGS else None


def _moved(quantity: Quantity) -> str | None:
    """A word of rising or falling right before the amount ("fell by about 5%") or right after it ("5% higher")."""
    amount, first = quantity.amount, quantity.first
    by = following(first, -1)
    if by is not None and by.lower_ == "by" and (direction := _direction(by.head)):
        return direction
    between = BETWEEN | {"from", "to", "at"} if amount.previous is not None else BETWEEN
    for distance in range(1, REACH + 1):
        token = following(first, -distance)
        if token is None:
            break
        if direction := _direction(token):
            return direction if token.lemma_.lower() not in MOVES_BY or _is_relative(amount) else None
        if token.lower_ not in between and token.pos_ not in ("ADV", "PART"):
            break
    after = following(quantity.last)
    return _direction(after) if after is not None and after.tag_ in ("RBR", "JJR", "RB", "RP") else None


def _is_relative(amount: Amount) -> bool:
    return amount.unit is not None and (amount.unit.rule == "unit.share" or amount.unit.code == "[point]")


def _direction(token: Token) -> str | None:
    """The direction that a token says."""
    if token.pos_ not in WORDS_OF_CHANGE:
        return None
    entry = CHANGES.get(token.lemma_.lower()) or CHANGES.get(token.lower_)
    return entry.value if entry and entry.value in DIRECTIONS else None


def _verb(head: Token) -> str | None:
    """The verb that governs the counted noun, as its normalised change where it has one."""
    token, role = head, ""
    for _ in range(6):
        if token.dep_ not in ARGUMENTS:
            break
        token, role = token.head, token.dep_
        if token.pos_ in ("VERB", "AUX"):
            break
    if token.pos_ != "VERB" or token == head:
        return _participle(head)
    lemma = token.lemma_.lower()
    particle = next((child.lower_ for child in below(token) if child.dep_ == "prt"), "")
    phrase = f"{lemma} {particle}".strip()
    entry = CHANGES.get(phrase) or CHANGES.get(lemma)
    is_itself_moving = role == "nsubj" and entry is not None and entry.value in DIRECTIONS
    if entry and lemma not in MOVES_BY and not is_itself_moving:
        return entry.value
    return _participle(head) if lemma in SAYS_NOTHING else phrase


def _participle(head: Token) -> str | None:
    """The participle after the noun: "12 people killed", "30 wounded in the blast"."""
    for child in below(head):
        if child.dep_ in ("acl", "relcl") and (entry := CHANGES.get(child.lemma_.lower())):
            return entry.value
    return None
