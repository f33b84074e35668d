"""Where a quotation may end that has no closing mark, and what speaks for each place."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from tasks.extract.parsed import Doc, Span
from tasks.extract.quotes.asides import Certainty, asides
from tasks.extract.quotes.cues import is_saying
from tasks.extract.quotes.edges import Edge, Stretch
from tasks.extract.quotes.sentences import Sentence, sentences

SENTENCE, WORDS = "end.sentence", "end.words"
_DASHES = frozenset(("-", "–", "—", "―", "--"))
_DANGLING = ("DET", "ADP", "CCONJ", "SCONJ", "AUX", "PART")
# Quotations of a few words end within these many tokens or with a sentence.
_MOST_WORDS = 60
_MOST_TOKENS = 400
# How far arcs of the parse are counted, and how many are too many.
_REACH = 40
_MOST_ARCS = 4


def endings(place: Stretch) -> tuple[Edge, ...]:
    """Candidates from behind the first token of `place` to its end, in order."""
    doc, kind = place.doc, _kind(place)
    told = asides(doc, place.start, place.end)
    parts = sentences(doc, place.start, place.end, told)
    starts = frozenset(part.start for part in parts[1:])
    found = []
    for index in range(place.start + 1, min(place.end, place.start + _MOST_TOKENS) + 1):
        is_stop = index == place.end or index in starts or index in told
        if not (is_stop or _may_end(doc, place, index, kind)):
            continue
        edge = Edge(index, kind)
        _stop(edge, place, starts, told)
        if index < place.end:
            _followed(edge, doc, place.start, index in starts)
        _size(edge, index - place.start)
        _around(edge, place, parts)
        found.append(edge)
    return tuple(found)


def _kind(place: Stretch) -> str:
    """Whether the opening mark begins a sentence of somebody's or some words within one of the article's."""
    doc, index = place.doc, place.start - 1
    while index >= place.paragraph_start and (doc[index].is_quote or doc[index].is_space):
        index -= 1
    is_lower = doc[place.start].text[:1].islower()
    if index < place.paragraph_start:
        return WORDS if is_lower else SENTENCE
    before = doc[index]
    near = doc[max(place.paragraph_start, index - 4) : index]
    if before.text in (",", ":") and any(is_saying(token) for token in near):
        return SENTENCE
    leads = before.text in (".", "!", "?", ",", ":") or is_saying(before) or before.lower_ == "that"
    return SENTENCE if leads and not is_lower else WORDS


def _may_end(doc: Doc, place: Stretch, index: int, kind: str) -> bool:
    if doc[index].text in _DASHES or doc[index - 1].text in ("!", "?"):
        return True
    return kind == WORDS and index - place.start <= _MOST_WORDS and not doc[index - 1].is_space


def _stop(edge: Edge, place: Stretch, starts: frozenset[int], told: Mapping[int, Certainty]) -> None:
    """The punctuation before the edge, and an attribution behind it."""
    before = place.doc[edge.index - 1].text
    if edge.index == place.end:
        edge.add("paragraph" if place.end == place.paragraph_end else "mark")
    elif edge.index in starts:
        edge.add("sentence")
    elif before == ",":
        edge.add("comma")
    elif before in (";", ":") or before in _DASHES:
        edge.add("stop")
    elif before in ("!", "?"):
        edge.add("call")
    if edge.index in told:
        is_set_off = before in (",", "!", "?", "—")
        edge.add(f"told.{told[edge.index].value}{'.comma' if is_set_off else ''}")


def _followed(edge: Edge, doc: Doc, start: int, is_sentence: bool) -> None:
    """What the words before and behind the edge are to each other."""
    before, after = doc[edge.index - 1], doc[edge.index]
    if after.text in _DASHES:
        edge.add("dash")
    elif after.is_punct:
        edge.add("before.punct")
    if not is_sentence and before.text not in (",", ";", ":"):
        edge.add(f"next.{after.pos_}")
        if after.tag_ in ("VBD", "VBZ", "VBP", "MD"):
            edge.add("next.finite")
    elif before.text == ",":
        edge.add(f"comma.{after.pos_}")
    if before.pos_ in _DANGLING:
        edge.add("dangling")
    if _is_title(doc[start : edge.index]):
        edge.add("title.on" if after.text[:1].isupper() else "title")
    edge.add("arcs", _arcs(doc, start, edge.index))


def _is_title(words: Span) -> bool:
    named = [token.text for token in words if token.is_alpha]
    return len(named) > 1 and named[-1][0].isupper() and all(word[0].isupper() or len(word) < 4 for word in named)


def _arcs(doc: Doc, start: int, index: int) -> int:
    """How many arcs of the parse the edge would cut."""
    over = sum(token.head.i >= index for token in doc[max(start, index - _REACH) : index])
    return min(_MOST_ARCS, over + sum(start <= token.head.i < index for token in doc[index : index + _REACH]))


def _size(edge: Edge, size: int) -> None:
    edge.add("length", log(size))
    if edge.kind == WORDS:
        edge.add("length.linear", size / 10)


def _around(edge: Edge, place: Stretch, parts: tuple[Sentence, ...]) -> None:
    """Which sentences the quotation would hold, and which it would leave out."""
    for part in parts:
        if place.start < part.start and part.end <= edge.index:
            edge.add("inside.sentence")
            edge.add("inside.aside", part.has_aside)
            edge.add("inside.unspoken", not part.is_spoken)
            edge.add("inside.narrated", part.is_narrated)
        elif part.start >= edge.index:
            edge.add("outside.aside", part.has_aside)
            edge.add("outside.spoken", part.is_spoken)
            edge.add("outside.narrated", part.is_narrated)
    # The sentence that leads to the next mark is the article's.
    if place.end < place.paragraph_end and place.start < parts[-1].start < edge.index:
        edge.add("inside.lead")
