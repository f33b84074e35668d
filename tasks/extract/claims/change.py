"""What happened to a quantity: up, down, or the verb of which it is an argument. Finds no amounts."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from tasks.extract.claims.amounts import Amount
from tasks.extract.claims.counted import Counted, anchor
from tasks.extract.claims.lexicon import words

CHANGES = {form: entry for form, entry in words("change.").items() if entry.rule != "change.not"}
SAYS_NOTHING = frozenset(words("change.not"))
DIRECTIONS = frozenset({"up", "down"})
# Words that may stand between a verb of change and the amount it moves by.
BETWEEN = frozenset({"by", "a", "an", "of", "its", "some", "about", "another", "as", "much", "the"})
ARGUMENTS = frozenset(
    {
        "dobj",
        "nsubjpass",
        "nsubj",
        "attr",
        "oprd",
        "npadvmod",
        "pobj",
        "conj",
        "appos",
        "nummod",
        "prep",
        "dative",
        "advmod",
        "quantmod",
    }
)
# How far back a verb of change may stand, in tokens.
REACH = 4


def change(doc: Doc, amount: Amount, thing: Counted | None) -> str | None:
    """The direction or the verb; None where the sentence only states the quantity."""
    at = anchor(doc, amount)
    if at is None:
        return None
    is_measured = amount.unit is not None or amount.is_multiple
    is_bare = thing is None or thing.head.i < at.last.i
    if (is_measured or amount.is_part or is_bare) and (moved := _moved(doc, amount)):
        return moved
    head = thing.head if thing is not None and thing.head.i > at.last.i and not is_measured else at.last
    return None if is_measured else _verb(head)


def _moved(doc: Doc, amount: Amount) -> str | None:
    """A word of rising or falling right before the amount ("fell by about 5%") or right after it ("5% higher")."""
    span = doc.char_span(amount.start, amount.end, alignment_mode="expand")
    if span is None:
        return None
    if amount.previous is not None:
        return _direction(doc, span.start, BETWEEN | {"from"})
    for i in range(span.start - 1, max(-1, span.start - 1 - REACH), -1):
        token = doc[i]
        if direction := _of(token):
            return direction
        if token.lower_ not in BETWEEN and token.pos_ not in ("ADV", "PART"):
            break
    following = doc[span.end] if span.end < len(doc) else None
    return _of(following) if following is not None and following.tag_ in ("RBR", "JJR", "RB", "RP") else None


def _direction(doc: Doc, start: int, between: frozenset[str]) -> str | None:
    for i in range(start - 1, max(-1, start - 1 - REACH), -1):
        if direction := _of(doc[i]):
            return direction
        if doc[i].lower_ not in between and doc[i].pos_ not in ("ADV", "PART", "ADP"):
            return None
    return None


def _of(token: Token) -> str | None:
    """The direction that a token says."""
    if token.pos_ not in ("VERB", "AUX", "ADV", "ADP", "ADJ", "PART", "NOUN"):
        return None
    entry = CHANGES.get(token.lemma_.lower()) or CHANGES.get(token.lower_)
    is_plain = token.pos_ != "NOUN"
    return entry.value if entry and entry.value in DIRECTIONS and is_plain else None


def _verb(head: Token) -> str | None:
    """The verb that governs the counted noun, as its normalised change where it has one."""
    token = head
    for _ in range(6):
        if token.dep_ == "ROOT" or token.dep_ not in ARGUMENTS:
            break
        token = token.head
        if token.pos_ in ("VERB", "AUX"):
            break
    if token.pos_ != "VERB" or (token == head and token.dep_ not in ("relcl", "ROOT")):
        return _participle(head)
    lemma = token.lemma_.lower()
    particle = next((child.lower_ for child in token.children if child.dep_ == "prt"), "")
    phrase = f"{lemma} {particle}".strip()
    entry = CHANGES.get(phrase) or CHANGES.get(lemma)
    if entry:
        return entry.value
    return None if lemma in SAYS_NOTHING else phrase


def _participle(head: Token) -> str | None:
    """The participle after the noun: "12 people killed", "30 wounded in the blast"."""
    for child in head.children:
        if child.dep_ in ("acl", "relcl") and (entry := CHANGES.get(child.lemma_.lower())):
            return entry.value
    return None
