"""Regions that lack a mark, cut where the quotation really ends or begins, as the sentence around it tells."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.extract.parsed import Doc, Span, Token
from tasks.extract.quotes.cues import MOST_TOKENS, is_saying
from tasks.extract.quotes.regions import Region

_FIRST_PERSON = frozenset(["i", "we", "you"])
_NAME_PARTS = ("PROPN", "NOUN", "ADJ", "DET", "PRON", "PART", "NUM")
_SPOKEN = frozenset(["i", "we", "you", "my", "our", "your", "me", "us", "!", "?"])
_THIRD_PERSON = frozenset(["he", "she", "they"])
_STOPS = frozenset([",", ";", ":", ".", "!", "?", "—", "–", "--"])
_LONGEST_HOLDER = 8
_LONGEST_TAIL = 10
_LONGEST_END = 25


def mended(doc: Doc, quoted: tuple[Region, ...]) -> tuple[Region, ...]:
    """The same regions; an unclosed one ends before its attribution, an unopened one begins after it."""
    return tuple(kept for kept in (_mend(doc, region) for region in quoted) if kept.start < kept.end)


def _mend(doc: Doc, region: Region) -> Region:
    if not (region.is_unclosed or region.is_unopened or region.is_continued):
        return region
    span = doc.char_span(region.start, region.end, alignment_mode="contract")
    if span is None:
        return region
    return _open(doc, region, span) if region.is_unopened else _close(doc, region, span)


def _close(doc: Doc, region: Region, span: Span) -> Region:
    """`"We won, he said` ends before `he`; `"We won. Ana Ruiz told us,` before `Ana` when a new mark follows."""
    for token in span:
        # A quotation that the next paragraph goes on with has an attribution at its end, if it lacks its mark at all.
        if region.is_continued and span.end - token.i > _LONGEST_END:
            continue
        is_trailing = span.end - token.i <= _LONGEST_TAIL and token.tag_ in ("VBD", "VBZ")
        if not _attributes(token) and not is_trailing:
            continue
        first = _left_edge(token, span.start)
        tail = (
            span.end - token.i <= _LONGEST_TAIL
            and region.outer_end < len(doc.text)
            and _ends_open(doc.text[region.start : region.outer_end])
            and _attributes(token)
        )
        is_cut = first > span.start and doc[first - 1].text in (",", "—", "–", "-", "!", "?")
        if is_cut and not _attributes(token):
            is_cut = _is_postponed(doc, first, token)
        if first > span.start and (is_cut or tail):
            end = doc[first - 1].idx + len(doc[first - 1])
            said = doc.text[region.start : end].rstrip(" ,—–-")
            return replace(region, end=region.start + len(said), outer_end=end, is_unclosed=True, is_continued=False)
    return _few_words(doc, region, span) if region.is_unclosed else region


def _is_postponed(doc: Doc, first: int, verb: Token) -> bool:
    """`..., Ruiz continued.`: after a comma somebody, a verb of any kind, and the end of the sentence."""
    holder = doc[first : verb.i]
    after = doc[verb.i + 1] if verb.i + 1 < len(doc) else None
    is_somebody = len(holder) > 0 and (holder[-1].pos_ == "PROPN" or holder.text.lower() in _THIRD_PERSON)
    return is_somebody and after is not None and after.text in (".", ",")


def _few_words(doc: Doc, region: Region, span: Span) -> Region:
    """`called it "a mess and left town, ...`: a few words that lack their closing mark end at the next stop at most."""
    is_said = span.start > 1 and any(is_saying(token) for token in doc[span.start - 2 : span.start])
    if is_said or not doc.text[region.start : region.start + 1].islower():
        return region
    for token in span[1:]:
        starts_clause = token.lower_ in ("and", "but", "while") and token.i + 1 < span.end and _is_verb(token.nbor())
        if token.text in _STOPS or starts_clause:
            end = doc[token.i - 1].idx + len(doc[token.i - 1])
            return replace(region, end=end, outer_end=end)
    return region


def _is_verb(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX")


def _open(doc: Doc, region: Region, span: Span) -> Region:
    """`Ana Ruiz said, We won."` begins after the comma; `"No," she said. We won."` after the full stop."""
    start = span.start
    has_own = _is_attributed_behind(doc, region, span)
    for token in span:
        if not _attributes(token) and not (token.tag_ == "VBG" and is_saying(token)):
            continue
        ends = token.sent.end
        start = ends if has_own and span.start < ends < span.end else _after(token, span.end)
        # Right behind the quotation before, the first attribution is that one's; later ones are part of what was said.
        if token.i - span.start < _LONGEST_TAIL and region.outer_start > 0 and doc.text[region.outer_start - 1] != "\n":
            break
    if start == span.start:
        start = _after_narration(span)
    if start >= span.end:
        return region
    return replace(region, start=doc[start].idx, outer_start=doc[start].idx)


def _is_attributed_behind(doc: Doc, region: Region, span: Span) -> bool:
    """`We won," he said`: the words have their attribution behind them, so one before them has other words."""
    if "," not in doc.text[region.end : region.outer_end]:
        return False
    return any(is_saying(token) for token in doc[span.end : span.end + _LONGEST_HOLDER] if token.tag_ != "VBG")


def _after_narration(span: Span) -> int:
    """`Brandt left at noon. We won," said Ruiz.`: what the article tells before the words that somebody said."""
    start: int = span.start
    while start < span.end:
        sentence = span.doc[start].sent
        if sentence.end >= span.end or not _is_narrated(span.doc[start : sentence.end]):
            break
        start = sentence.end
    return start


def _is_narrated(sentence: Span) -> bool:
    """In the past tense and about third persons, without the short forms of speech."""
    if any(token.lower_ in _SPOKEN or "’" in token.text or "'" in token.text for token in sentence):
        return False
    return sentence.root.tag_ == "VBD" and any(child.dep_.startswith("nsubj") for child in sentence.root.children)


def _after(verb: Token, end: int) -> int:
    """Index of the first token of what is said: right behind the verb whose clause it is, else behind the sentence or
    the comma that ends the attribution, if near."""
    for child in verb.rights:
        if child.dep_ == "ccomp" and child.left_edge.i == verb.i + 1 < end - 1:
            return verb.i + (2 if child.left_edge.lower_ == "that" else 1)
    for later in verb.doc[verb.i + 1 : end - 1]:
        if later.text == "." or (later.text in (",", ":") and later.i - verb.i <= _LONGEST_TAIL):
            return later.i + 1
        if later.is_punct:
            break
    return verb.i + 1


def _attributes(token: Token) -> bool:
    """A finite verb of saying whose subject is a third person."""
    if token.tag_ not in ("VBD", "VBZ", "VBP") or not is_saying(token) or len(token.sent) > MOST_TOKENS:
        return False
    return not any(child.dep_ == "nsubj" and child.lower_ in _FIRST_PERSON for child in token.children)


def _left_edge(verb: Token, least: int) -> int:
    """Index of the first token of the attribution: of the noun phrase before the verb, or of the verb itself."""
    first = verb.i
    while first > least and verb.i - first < _LONGEST_HOLDER and _is_of_holder(verb.doc[first - 1]):
        first -= 1
    if first < verb.i and verb.doc[first - 1].text in (",", "—", "–", "!", "?"):
        return max(first, least)
    first = min((c.left_edge.i for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i), default=verb.i)
    first = max(first, least)
    while first > least and _is_of_holder(verb.doc[first - 1]):
        first -= 1
    return first


def _is_of_holder(token: Token) -> bool:
    return token.pos_ in (*_NAME_PARTS, "ADV", "AUX")


def _ends_open(words: str) -> bool:
    return bool(re.search(r"[,:]\s*$", words))
