"""What a quantity counts, found in the parse. Reads no numbers and no units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from tasks.extract.claims.amounts import Amount

# Furthest the counted noun may stand behind its number, in tokens: "12 heavily armed masked men".
REACH = 7
MARKS = re.compile(r"[\"“”„«»‘’']+(?=\s|$)|(?<!\S)[\"“”„«»‘’']+")
# "$5 million in 2019", "5% in France": when and where, not what.
NOT_MEASURED = frozenset({"DATE", "TIME", "GPE", "LOC"})
BEFORE_NOUN = frozenset({"compound", "nummod", "amod", "quantmod", "npadvmod", "nmod", "poss", "advmod"})
SKIPPED = frozenset({"DET", "ADJ", "ADV", "NUM", "NOUN", "PROPN", "PART", "SYM"})
# Heads that only make sense with what is in them: "barrels of oil", "a series of raids".
CONTAINERS = frozenset(
    [
        "barrel",
        "bottle",
        "box",
        "bag",
        "case",
        "category",
        "cup",
        "glass",
        "kind",
        "line",
        "load",
        "pack",
        "pair",
        "part",
        "piece",
        "round",
        "series",
        "set",
        "sort",
        "stick",
        "tablet",
        "type",
        "unit",
        "vial",
        "dose",
        "form",
        "member",
        "percent",
        "million",
        "billion",
        "thousand",
        "victim",
        "case",
        "count",
        "act",
    ]
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The thing counted. `whole_start` to `whole_end` is what a share is taken of, with its determiner."""

    head: Token
    start: int
    end: int
    text: str
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The tokens of an amount: its last one, and the number's own last one."""

    last: Token
    number: Token


def anchor(doc: Doc, amount: Amount) -> Anchor | None:
    """Where the amount stands in the parse; None for a stretch without tokens."""
    core = doc.char_span(amount.core_start, amount.core_end, alignment_mode="expand")
    unit_end = amount.unit.end if amount.unit and amount.unit.end > amount.core_end else amount.core_end
    whole = doc.char_span(amount.core_start, unit_end, alignment_mode="expand")
    if core is None or whole is None or not len(core):
        return None
    return Anchor(last=whole[-1], number=core[-1])


def counted(doc: Doc, amount: Amount) -> Counted | None:
    """The thing counted by an amount; None where the sentence names none."""
    at = anchor(doc, amount)
    if at is None:
        return None
    is_share = amount.is_part or (amount.unit is not None and amount.unit.rule == "unit.share")
    if of := _complement(at.last, "of"):
        return _phrase(doc, of, at.last, is_whole=is_share or _is_one_of(amount))
    if amount.unit is None:
        head = _head_noun(at.last)
        return _phrase(doc, head, at.last) if head else None
    head = _measured_noun(at.last)
    return _phrase(doc, head, at.last) if head else None


def _is_one_of(amount: Amount) -> bool:
    return not amount.is_figure and amount.value == 1


def _complement(last: Token, preposition: str) -> Token | None:
    """The noun in the phrase with `preposition` right after the amount."""
    following = _next(last)
    if following is None or following.lower_ != preposition:
        return None
    return _noun_from(following.i + 1, following)


def _next(token: Token) -> Token | None:
    return token.nbor() if token.i + 1 < len(token.doc) else None


def _noun_from(i: int, limit: Token) -> Token | None:
    """The head of the first noun phrase from token `i` on, within reach."""
    doc = limit.doc
    best: Token | None = None
    for token in doc[i : i + REACH]:
        if token.pos_ in ("NOUN", "PROPN"):
            best = token
        elif best is not None and token.tag_ == "POS":
            best = None
        elif best is not None or not _may_precede(token):
            break
    return best


def _may_precede(token: Token) -> bool:
    """Whether a token may stand between a number and its noun."""
    if token.pos_ in SKIPPED or token.tag_ in ("VBN", "VBG", "PRP$", "CD"):
        return True
    return (
        token.is_quote
        or token.text in ("-", "–", "/")
        or (token.lower_ in (",", "and") and token.nbor(-1).pos_ == "ADJ")
    )


def _head_noun(last: Token) -> Token | None:
    """The noun that a number without unit stands before."""
    token = last
    while token.dep_ in BEFORE_NOUN and token.head.i > token.i and token.head.i - last.i <= REACH:
        token = token.head
    if token.i > last.i and token.pos_ in ("NOUN", "PROPN") and not _is_cut_off(last, token):
        return token
    return _noun_from(last.i + 1, last)


def _is_cut_off(last: Token, head: Token) -> bool:
    """A comma, verb or preposition in between: the number does not count that noun."""
    return any(
        not _may_precede(token) and token.pos_ not in ("NOUN", "PROPN", "CCONJ")
        for token in last.doc[last.i + 1 : head.i]
    )


def _measured_noun(last: Token) -> Token | None:
    """The noun that a measured amount stands before or is said of: "a $150,000 contract", "the price was $5"."""
    token = last
    while token.dep_ in BEFORE_NOUN and token.head.i > token.i and token.head.i - last.i <= REACH:
        token = token.head
    if token.i > last.i and token.pos_ in ("NOUN", "PROPN") and not _is_cut_off(last, token):
        return token
    following = _next(last)
    if following is not None and following.lower_ == "in":
        noun = _noun_from(following.i + 1, following)
        if noun is not None and noun.ent_type_ not in NOT_MEASURED:
            return noun
    return _subject(last)


def _subject(token: Token) -> Token | None:
    """The subject of the verb that governs the amount, or what it is an adjunct of."""
    for ancestor in token.ancestors:
        if ancestor.pos_ in ("VERB", "AUX"):
            subjects = [child for child in ancestor.children if child.dep_ in ("nsubj", "nsubjpass")]
            nouns = [child for child in subjects if child.pos_ in ("NOUN", "PROPN")]
            return nouns[-1] if nouns else None
        if ancestor.pos_ in ("NOUN", "PROPN") and ancestor.i < token.i and token.dep_ not in ("conj", "appos"):
            return ancestor
    return None


def _phrase(doc: Doc, head: Token, last: Token, *, is_whole: bool = False) -> Counted:
    """The noun phrase of `head` without determiner, number and quotation marks; with it as the whole of a share."""
    tokens = [token for token in head.subtree if token.i <= head.i]
    left = head.i
    floor = last.i + 1 if head.i > last.i else 0
    while left - 1 >= floor and (
        doc[left - 1] in tokens or doc[left - 1].is_quote or doc[left - 1].pos_ in ("ADJ", "NOUN", "PROPN")
    ):
        left -= 1
    end = _right_edge(head)
    whole_start = left
    while left < head.i and (
        doc[left].pos_ in ("DET", "PRON", "NUM", "ADP", "PUNCT", "SYM", "CCONJ", "ADV")
        or doc[left].tag_ in ("POS", "PRP$", "CD")
        or doc[left].dep_ == "poss"
        or _has_possessive(doc, left, head)
    ):
        left += 1
    start, stop = doc[left].idx, doc[end].idx + len(doc[end])
    whole = doc.text[doc[whole_start].idx : stop].strip() if is_whole else None
    return Counted(head=head, start=start, end=stop, text=_clean(doc.text[start:stop]), whole=whole)


def _has_possessive(doc: Doc, left: int, head: Token) -> bool:
    """A possessor still stands between `left` and the head: "the country’s 400 districts"."""
    return any(token.tag_ == "POS" for token in doc[left : head.i])


def _right_edge(head: Token) -> int:
    """Include a short "of" phrase of a container noun."""
    following = _next(head)
    if following is None or following.lower_ != "of" or head.lemma_.lower() not in CONTAINERS:
        return head.i
    noun = _noun_from(following.i + 1, following)
    return noun.i if noun is not None else head.i


def _clean(text: str) -> str:
    """Without quotation marks and line breaks."""
    return re.sub(r"\s+", " ", MARKS.sub("", text)).strip()
