"""Regions that lack a mark, cut where the quotation really ends or begins, as the sentence around it tells."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from tasks.extract.quotes.cues import is_saying
from tasks.extract.quotes.regions import Region

_FIRST_PERSON = frozenset(["i", "we", "you"])
_NAME_PARTS = ("PROPN", "NOUN", "ADJ", "DET", "PRON", "PART", "NUM")
_LONGEST_TAIL = 10


def mended(doc: Doc, quoted: tuple[Region, ...]) -> tuple[Region, ...]:
    """The same regions; an unclosed one ends before its attribution, an unopened one begins after it."""
    return tuple(kept for kept in (_mend(doc, region) for region in quoted) if kept.start < kept.end)


def _mend(doc: Doc, region: Region) -> Region:
    if not (region.is_unclosed or region.is_unopened):
        return region
    span = doc.char_span(region.start, region.end, alignment_mode="contract")
    if span is None:
        return region
    return _close(doc, region, span) if region.is_unclosed else _open(doc, region, span)


def _close(doc: Doc, region: Region, span: Span) -> Region:
    """`"We won, he said` ends before `he`; `"We won. Ana Ruiz told us,` before `Ana` when a new mark follows."""
    for token in span:
        if not _attributes(token):
            continue
        first = _left_edge(token, span.start)
        tail = (
            span.end - token.i <= _LONGEST_TAIL
            and region.outer_end < len(doc.text)
            and _ends_open(doc.text[region.start : region.outer_end])
        )
        if first > span.start and (doc[first - 1].text in (",", "—", "–", "-", "!", "?") or tail):
            end = doc[first - 1].idx + len(doc[first - 1])
            said = doc.text[region.start : end].rstrip(" ,—–-")
            return replace(region, end=region.start + len(said), outer_end=end)
    return region


def _open(doc: Doc, region: Region, span: Span) -> Region:
    """`Ana Ruiz said, We won."` begins after the comma; `"No," she said. We won."` after the full stop."""
    start = span.start
    for token in span:
        if not _attributes(token):
            continue
        for later in doc[token.i + 1 : span.end]:
            if later.text in (",", ":", ".", "that"):
                start = later.i + 1
                break
    if start >= span.end:
        return region
    return replace(region, start=doc[start].idx, outer_start=doc[start].idx)


def _attributes(token: Token) -> bool:
    """A finite verb of saying whose subject is a third person."""
    if token.tag_ not in ("VBD", "VBZ", "VBP") or not is_saying(token):
        return False
    return not any(child.dep_ == "nsubj" and child.lower_ in _FIRST_PERSON for child in token.children)


def _left_edge(verb: Token, least: int) -> int:
    """Index of the first token of the attribution: of the noun phrase before the verb, or of the verb itself."""
    first = verb.i
    while first > least and (verb.nbor(first - 1 - verb.i).pos_ in (*_NAME_PARTS, "ADV", "AUX")):
        first -= 1
    return first


def _ends_open(words: str) -> bool:
    return bool(re.search(r"[,:]\s*$", words))
