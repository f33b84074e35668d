"""Attributions within a stretch of text, whatever marks stand around it: "Ana Ruiz said", "said Ruiz", "she added"."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from tasks.extract.parsed import Doc, Token
from tasks.extract.quotes.cues import is_saying, lexicon

FIRST_PERSON = frozenset(("i", "we", "you"))
_FINITE = ("VBD", "VBZ", "VBP")
_PAST_OR_PRESENT = frozenset((*_FINITE, "VBN"))
_THIRD_PERSON = frozenset(("he", "she", "they"))
_OF_HOLDER = ("PROPN", "NOUN", "ADJ", "DET", "PRON", "PART", "NUM", "ADV", "AUX")
_BEFORE = frozenset((",", "!", "?", "—", "–", "--"))
_STOPS = frozenset((".", ",", ";", ":"))
_LONGEST_HOLDER = 10
# "Ruiz, 44, a nurse, said": how many commas may stand in the phrase, and how many tokens it may have.
_MOST_COMMAS = 2
_LONGEST_DESCRIBED = 20


class Certainty(Enum):
    """How sure it is that words attribute what stands beside them."""

    FIRM = "firm"
    LOOSE = "loose"


def asides(doc: Doc, low: int, high: int) -> dict[int, Certainty]:
    """The first token of each attribution in `doc[low:high]`.

    It is firm where a comma sets it off and nothing that was said follows its verb: "..., Ruiz said on Monday."
    """
    found: dict[int, Certainty] = {}
    for token in doc.tokens[low:high]:
        if token.tag_ not in _PAST_OR_PRESENT and token.lower_ != "according":
            continue
        for first, is_firm in _of(token, low):
            if first >= low and found.get(first) is not Certainty.FIRM:
                found[first] = Certainty.FIRM if is_firm else Certainty.LOOSE
    return found


def is_cue_of_another(token: Token) -> bool:
    """A verb of any rule whose subject is not the one who speaks."""
    return token.pos_ == "VERB" and token.lemma_.lower() in lexicon() and not _is_own(token)


def _is_finite(token: Token) -> bool:
    """A past tense is often taken for a participle; one with a subject and no auxiliary is none."""
    if token.tag_ != "VBN":
        return token.tag_ in _FINITE
    below = [child.dep_ for child in token.children]
    return "nsubj" in below and "aux" not in below and "auxpass" not in below


def _is_own(verb: Token) -> bool:
    return any(child.dep_ == "nsubj" and child.lower_ in FIRST_PERSON for child in verb.children)


def _of(token: Token, low: int) -> Iterator[tuple[int, bool]]:
    if token.lower_ == "according":
        if _next_is(token, ("to",)):
            yield token.i, token.i > low and token.nbor(-1).text == ","
    elif _is_finite(token) and not _is_own(token):
        yield from _said(token, low) if is_saying(token) else _went_on(token, low)


def _said(verb: Token, low: int) -> Iterator[tuple[int, bool]]:
    doc, ends = verb.doc, _ends_with(verb)
    subjects = [child for child in verb.children if child.dep_ == "nsubj" and child.i < verb.i]
    before = doc[verb.i - 1].text if verb.i > low else ""
    if _has_holder_behind(verb) and (before in ("", ",", "!", "?", ".", "'") or not subjects):
        yield verb.i, before in (",", "!", "?")
    first = _holder_before(verb, low)
    if low < first < verb.i and doc[first - 1].text in _BEFORE:
        yield first, ends
    yield from ((start, ends) for start in _described(verb, first, low))
    yield from ((subject.left_edge.i, ends) for subject in subjects)


def _went_on(verb: Token, low: int) -> Iterator[tuple[int, bool]]:
    """`..., Ruiz continued.`: after a comma somebody, a verb of any kind, and the end of the clause."""
    first = _holder_before(verb, low)
    holder = verb.nbor(-1) if first < verb.i else verb
    is_somebody = first < verb.i and (holder.pos_ == "PROPN" or holder.lower_ in _THIRD_PERSON)
    if is_somebody and first > low and verb.doc[first - 1].text in (",", "!", "?") and _next_is(verb, (".", ",")):
        yield first, True


def _holder_before(verb: Token, low: int) -> int:
    """Index of the first token of the noun phrase that ends right before the verb; the verb's own if there is none."""
    return _back(verb.doc, verb.i, max(low, verb.i - _LONGEST_HOLDER), _OF_HOLDER)


def _described(verb: Token, first: int, low: int) -> Iterator[int]:
    """Where a name begins that has its age or office behind it, between commas."""
    doc, least = verb.doc, max(low, verb.i - _LONGEST_DESCRIBED)
    for _ in range(_MOST_COMMAS):
        if first <= least or doc[first - 1].text != ",":
            return
        start = _back(doc, first - 1, least, (*_OF_HOLDER, "ADP"))
        if start == first - 1:
            return
        is_name = doc[start].pos_ in ("PROPN", "DET", "PRON", "NOUN") and doc[start].text[:1].isupper()
        if is_name and start > low and doc[start - 1].text in (",", "!", "?"):
            yield start
        first = start


def _back(doc: Doc, index: int, least: int, wanted: tuple[str, ...]) -> int:
    start = index
    while start > least and _is_part(doc[start - 1], wanted):
        start -= 1
    while start < index and doc[start].is_space:
        start += 1
    return start


def _is_part(token: Token, wanted: tuple[str, ...]) -> bool:
    """Also a capital that the model took for a verb: "Trump" in "Trump senior adviser Paul Manafort"."""
    return token.pos_ in wanted or _is_blank(token) or (token.text[:1].isupper() and not token.is_sent_start)


def _ends_with(verb: Token) -> bool:
    """Whether what follows a verb tells when, where or whom, and not what."""
    after = _next(verb)
    if after is None or after.is_space or after.text in _STOPS or after.dep_ == "dative":
        return True
    later = [child.dep_ for child in verb.children if child.i > verb.i]
    if "ccomp" in later or "xcomp" in later:
        return False
    is_phrase = after.pos_ in ("PROPN", "NOUN", "PRON", "DET")
    return after.pos_ in ("ADP", "ADV") or (is_phrase and any(d in ("dobj", "npadvmod", "dative") for d in later))


def _has_holder_behind(verb: Token) -> bool:
    after = _next(verb)
    return after is not None and (after.pos_ in ("PROPN", "DET", "NUM", "NOUN", "ADJ") or after.lower_ in _THIRD_PERSON)


def _next_is(token: Token, words: tuple[str, ...]) -> bool:
    after = _next(token)
    return after is not None and after.lower_ in words


def _next(token: Token) -> Token | None:
    """The token behind, over a no-break space that the tokenizer made a token of."""
    index = token.i + 1
    while index < len(token.doc) - 1 and _is_blank(token.doc[index]):
        index += 1
    return token.doc[index] if index < len(token.doc) else None


def _is_blank(token: Token) -> bool:
    return token.is_space and "\n" not in token.text
