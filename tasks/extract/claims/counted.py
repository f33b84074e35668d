"""What a quantity counts or measures, found in the parse. Reads no numbers and no units."""

from __future__ import annotations

import re

from tasks.extract.claims.change import CHANGES, DIRECTIONS, MOVES_BY
from tasks.extract.claims.lexicon import words
from tasks.extract.claims.quantity import Counted, Quantity, above, below, following
from tasks.extract.parsed import Span, Token

# Furthest the counted noun may stand behind its number, in tokens: "12 heavily armed masked men".
REACH = 7
# Longest noun phrase before its head, in tokens.
LONGEST = 15
MARKS = re.compile(r"[\"“”„«»‘’']+(?=\s|$)|(?<!\S)[\"“”„«»‘’']+")
# "$5 million in 2019", "5% in France": when and where, not what.
NOT_MEASURED = frozenset({"DATE", "TIME", "GPE", "LOC"})
BEFORE_NOUN = frozenset({"compound", "nummod", "amod", "quantmod", "npadvmod", "nmod", "poss", "advmod"})
SKIPPED = frozenset({"DET", "ADJ", "ADV", "NUM", "NOUN", "PROPN", "PART", "SYM"})
MODIFIERS = frozenset({"ADJ", "NOUN", "PROPN"})
DETERMINERS = frozenset({"DET", "PRON", "NUM", "ADP", "PUNCT", "SYM", "CCONJ", "ADV"})
EMPTY = frozenset({"ADP", "DET", "PUNCT", "CCONJ", "PART", "PRON"})
# Words that relate a quantity to another one and do not describe what is counted: "eight more picks".
ADDITIONS = frozenset({"more", "other", "further", "additional", "fewer", "less", "combined", "total", "such", "most"})
SPEAKERS = frozenset({"us", "you"})
CONTAINERS = frozenset(words("container"))
MEASURED = frozenset(words("measured.verb")) | {
    form for form, entry in CHANGES.items() if entry.value in DIRECTIONS and form not in MOVES_BY
}
LEVELS = frozenset({"at", "to", "by", "of"})


def counted(quantity: Quantity) -> Counted | None:
    """The thing counted or measured; None where the sentence names none."""
    amount, last = quantity.amount, quantity.last
    if amount.unit is not None and amount.unit.rule == "unit.age":
        head = _attributive(last) or _person(last)
        return _phrase(head, last, is_measured=True) if head else None
    if of := _complement(last):
        is_share = amount.is_part or (amount.unit is not None and amount.unit.rule == "unit.share")
        is_one_of = not amount.is_figure and amount.value == 1
        return _phrase(of, last, is_whole=is_share or is_one_of)
    if amount.unit is None and not (amount.is_part or amount.is_multiple):
        if head := _head_noun(last):
            return _phrase(_modifier(quantity, head) or head, last)
        level = _level(last)
        return _phrase(level, last, is_measured=True) if level else None
    is_time = amount.unit is not None and amount.unit.rule == "unit.time"
    head = _attributive(last) or (None if is_time else _within(last) or _worth(quantity) or _subject(last))
    return _phrase(head, last, is_measured=True) if head else None


def _complement(last: Token) -> Token | None:
    """The noun in the phrase with "of" right after the amount."""
    of = following(last)
    if of is None or of.lower_ != "of":
        return None
    noun = following(of)
    return noun if noun is not None and noun.lower_ in SPEAKERS else _noun_from(of)


def _noun_from(before: Token) -> Token | None:
    """The head of the first noun phrase after a token, within reach."""
    best: Token | None = None
    for token in before.doc[before.i + 1 : before.i + 1 + REACH]:
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
    is_between_adjectives = token.lower_ in (",", "and") and token.i > 0 and token.nbor(-1).pos_ == "ADJ"
    return token.is_quote or token.text in ("-", "–", "/") or is_between_adjectives


def _head_noun(last: Token) -> Token | None:
    """The noun that a number without unit stands before."""
    return _attributive(last) or _noun_from(last)


def _attributive(last: Token) -> Token | None:
    """The noun to the right that an amount modifies: "a $150,000 contract"."""
    token = last
    while token.dep_ in BEFORE_NOUN and token.head.i > token.i and token.head.i - last.i <= REACH:
        token = token.head
    is_noun = token.i > last.i and token.pos_ in ("NOUN", "PROPN")
    return token if is_noun and not _is_cut_off(last, token) else None


def _modifier(quantity: Quantity, head: Token) -> Token | None:
    """In "a 12-page document" pages are counted: a singular noun between a number above one and a singular noun."""
    if quantity.amount.value == 1 or head.tag_ not in ("NN", "NNP"):
        return None
    after = following(quantity.last)
    if after is not None and after.text in ("-", "–"):
        after = following(after)
    return after if after is not None and after.tag_ == "NN" and after.i < head.i else None


def _is_cut_off(last: Token, head: Token) -> bool:
    """A comma, verb or preposition in between: the number does not count that noun."""
    between = last.doc[last.i + 1 : head.i]
    return any(not _may_precede(token) and token.pos_ not in ("NOUN", "PROPN", "CCONJ") for token in between)


def _within(last: Token) -> Token | None:
    """The noun after "in": "$1 billion in gains"."""
    after = following(last)
    if after is None or after.lower_ != "in":
        return None
    noun = _noun_from(after)
    return noun if noun is not None and noun.ent_type_ not in NOT_MEASURED and noun.lower_ != "half" else None


def _worth(quantity: Quantity) -> Token | None:
    """The noun of "aid worth $40 million"."""
    worth, noun = following(quantity.first, -1), following(quantity.first, -2)
    is_valued = worth is not None and worth.lower_ in ("worth", "valued")
    return noun if is_valued and noun is not None and noun.pos_ in ("NOUN", "PROPN") else None


def _person(last: Token) -> Token | None:
    """Whose age it is: "two men, aged 24", "Maria, who was 10"."""
    for ancestor in above(last):
        if ancestor.pos_ in ("NOUN", "PROPN") and ancestor.i < last.i:
            return ancestor
        subject = next((child for child in below(ancestor) if child.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is not None and subject.pos_ in ("NOUN", "PROPN"):
            return subject
    return None


def _level(last: Token) -> Token | None:
    """What a bare number is the level of: "gained 0.7% to 6,327", "put the toll at 18"."""
    is_after = last.dep_ == "pobj" and last.head.lower_ in LEVELS
    is_equated = last.dep_ == "attr" and last.head.lemma_ == "be"
    return _subject(last) if is_after or is_equated else None


def _subject(last: Token) -> Token | None:
    """The object or subject of the verb that governs the amount, or the noun it is an adjunct of."""
    under = last
    if last.pos_ == "VERB":
        return _argument(last, last, last)
    for ancestor in above(last):
        if ancestor.pos_ in ("VERB", "AUX"):
            return _argument(ancestor, under, last)
        if ancestor.pos_ in ("NOUN", "PROPN") and ancestor.i < last.i and under.dep_ not in ("conj", "appos"):
            return ancestor
        under = ancestor
    return None


def _argument(verb: Token, under: Token, last: Token) -> Token | None:
    if under.dep_ in ("nsubj", "nsubjpass") or (verb.dep_ == "acl" and verb.head.i < verb.i):
        return verb.head if verb.dep_ == "acl" else None
    objects = [child for child in below(verb) if child.dep_ == "dobj" and child.i < last.i and child != under]
    if objects and under.dep_ == "prep":
        return objects[0] if objects[0].pos_ in ("NOUN", "PROPN") else None
    if verb.lemma_.lower() not in MEASURED:
        return None
    subject = next((child for child in below(verb) if child.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None and verb.dep_ == "conj":
        subject = next((child for child in below(verb.head) if child.dep_ in ("nsubj", "nsubjpass")), None)
    return subject if subject is not None and subject.pos_ in ("NOUN", "PROPN") else None


def _phrase(head: Token, last: Token, *, is_whole: bool = False, is_measured: bool = False) -> Counted:
    """The noun phrase of `head` without determiner, number and quotation marks; with it as the whole of a share."""
    doc = head.doc
    left, floor = head.i, max(last.i + 1 if head.i > last.i else 0, head.i - LONGEST)
    edge = head.left_edge.i
    while left > floor and (left > edge or doc[left - 1].is_quote or doc[left - 1].pos_ in MODIFIERS):
        left -= 1
    whole_start = left
    while left < head.i and (_is_determiner(doc[left]) or any(token.tag_ == "POS" for token in doc[left : head.i])):
        left += 1
    span, whole = doc[left : _right_edge(head) + 1], doc[whole_start : _right_edge(head) + 1]
    return Counted(
        head=head,
        start=span.start_char,
        end=span.end_char,
        text=re.sub(r"\s+", " ", MARKS.sub("", span.text)).strip(),
        lemma=_lemma(span),
        is_measured=is_measured,
        whole=whole.text.strip() if is_whole else None,
    )


def _is_determiner(token: Token) -> bool:
    """A word that is no part of the name of what is counted."""
    is_number = token.pos_ != "PROPN" and any(character.isdigit() for character in token.text)
    is_possessive = token.tag_ in ("POS", "PRP$", "CD") or token.dep_ == "poss"
    return token.pos_ in DETERMINERS or is_possessive or is_number or token.lower_ in ADDITIONS


def _lemma(span: Span) -> str:
    """Dictionary forms of the words that carry meaning."""
    kept = [token for token in span if token.pos_ not in EMPTY and token.lower_ not in ADDITIONS]
    return " ".join(token.text if token.pos_ == "PROPN" else token.lemma_ for token in kept) or span.text


def _right_edge(head: Token) -> int:
    """Include the "of" phrase of a container noun."""
    of = following(head)
    if of is None or of.lower_ != "of" or head.lemma_.lower() not in CONTAINERS:
        return head.i
    noun = _noun_from(of)
    return noun.i if noun is not None else head.i
