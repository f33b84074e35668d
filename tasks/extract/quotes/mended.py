"""Regions that lack a mark, cut where the quotation really ends or begins, as the sentence around it tells."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from tasks.extract.quotes.cues import MOST_TOKENS, is_saying
from tasks.extract.quotes.regions import Region
from tasks.extract.tokens import text_of

_FIRST_PERSON = frozenset(["i", "we", "you"])
_NAME_PARTS = ("PROPN", "NOUN", "ADJ", "DET", "PRON", "PART", "NUM")
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
        if not _attributes(token) or (region.is_continued and span.end - token.i > _LONGEST_END):
            continue
        first = _left_edge(token, span.start)
        tail = (
            span.end - token.i <= _LONGEST_TAIL
            and region.outer_end < len(text_of(doc))
            and _ends_open(text_of(doc)[region.start : region.outer_end])
        )
        if first > span.start and (doc[first - 1].text in (",", "—", "–", "-", "!", "?") or tail):
            end = doc[first - 1].idx + len(doc[first - 1])
            said = text_of(doc)[region.start : end].rstrip(" ,—–-")
            return replace(region, end=region.start + len(said), outer_end=end, is_unclosed=True, is_continued=False)
    return region


def _open(doc: Doc, region: Region, span: Span) -> Region:
    """`Ana Ruiz said, We won."` begins after the comma; `"No," she said. We won."` after the full stop."""
    start = span.start
    for token in span:
        if not _attributes(token) and not (token.tag_ == "VBG" and is_saying(token)):
            continue
        start = _after(token, span.end)
    if start >= span.end:
        return region
    return replace(region, start=doc[start].idx, outer_start=doc[start].idx)


def _after(verb: Token, end: int) -> int:
    """Index of the first token of what is said: behind the sentence or the comma that ends the attribution, if near."""
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
    first = min((c.left_edge.i for c in verb.children if c.dep_ == "nsubj" and c.i < verb.i), default=verb.i)
    first = max(first, least)
    while first > least and (verb.nbor(first - 1 - verb.i).pos_ in (*_NAME_PARTS, "ADV", "AUX")):
        first -= 1
    return first


def _ends_open(words: str) -> bool:
    return bool(re.search(r"[,:]\s*$", words))
