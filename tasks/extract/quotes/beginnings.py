"""Where a quotation may begin that has no opening mark, and what speaks for each place."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from math import log

from tasks.extract.parsed import Doc, Token
from tasks.extract.quotes.asides import asides, is_cue_of_another
from tasks.extract.quotes.cues import is_saying
from tasks.extract.quotes.edges import Edge, Stretch
from tasks.extract.quotes.sentences import Sentence, sentences

ATTRIBUTED, STOP, COMMA, WORDS = "begin.attributed", "begin.stop", "begin.comma", "begin.words"
_BEGINS_WITH_PUNCTUATION = frozenset(("'", "‘", "$", "[", "(", "…", "..."))
_OWN = frozenset(("i", "we", "my", "our"))
_NAMES = ("NOUN", "PROPN", "ADJ")
_WEAK = ("ADP", "CCONJ", "SCONJ", "PUNCT", "PART")
_MOST_TOKENS = 400
_REACH = 40
_MOST_ARCS = 4
# How many tokens may stand between a cue and the words that it introduces.
_NEAR = 12
_BEHIND = 25


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of the stretch as a whole: its sentences, attributions and cues, and one behind the mark."""

    place: Stretch
    parts: tuple[Sentence, ...]
    told: Container[int]
    first_told: int
    cued: frozenset[int]
    is_told_behind: bool
    kind: str

    @property
    def last(self) -> int:
        """Where the sentence begins that the closing mark stands in."""
        return self.parts[-1].start


def beginnings(place: Stretch) -> tuple[Edge, ...]:
    """Candidates from the start of `place` to its last token, in order."""
    view = _view(place)
    starts = frozenset((place.start, *(part.start for part in view.parts)))
    found = []
    for index in range(max(place.start, place.end - _MOST_TOKENS), place.end):
        token = place.doc[index]
        if token.is_space or (token.is_punct and token.text not in _BEGINS_WITH_PUNCTUATION):
            continue
        edge = Edge(index, view.kind)
        if index in starts:
            _at_sentence(edge, view)
        elif not _within(edge, view):
            continue
        _size(edge, view, index in starts)
        _around(edge, view)
        found.append(edge)
    return tuple(found)


def _view(place: Stretch) -> _View:
    doc = place.doc
    told = asides(doc, place.start, place.end)
    behind = asides(doc, place.end, min(len(doc), place.end + _BEHIND))
    return _View(
        place=place,
        parts=sentences(doc, place.start, place.end, told),
        told=told,
        first_told=min(told, default=place.end),
        cued=frozenset(token.i for token in doc[place.start : place.end] if is_cue_of_another(token)),
        is_told_behind=bool(behind),
        kind=_kind(place, min(behind, default=len(doc))),
    )


def _kind(place: Stretch, told_behind: int) -> str:
    """What the mark that is left closes: an attributed sentence, the end of one, or words within one."""
    last = place.doc[place.end - 1].text
    rest = place.doc[place.end : place.paragraph_end]
    goes_on = any(not token.is_quote and not token.is_space for token in rest)
    if last in (",", "!", "?", "—") and goes_on and told_behind <= place.end + 2:
        return ATTRIBUTED
    if not goes_on or last in (".", "!", "?"):
        return STOP
    return COMMA if last == "," else WORDS


def _at_sentence(edge: Edge, view: _View) -> None:
    place = view.place
    if edge.index == place.start:
        edge.add("paragraph" if place.start == place.paragraph_start else "mark")
        return
    edge.add("sentence")
    # "...," she said. We won": behind the attribution of the words before, the same speaker goes on.
    if place.start > place.paragraph_start and edge.index == view.parts[1].start and view.first_told < edge.index:
        edge.add("resumes")


def _within(edge: Edge, view: _View) -> bool:
    """Features of a place within a sentence; false where nothing can begin."""
    doc, index = view.place.doc, edge.index
    before, token = doc[index - 1], doc[index]
    is_upper = token.text[:1].isupper()
    if index < view.last:
        if not (is_upper and (before.text in (",", ":") or is_saying(before))):
            return False
        edge.add("early")
    edge.add(_introduced(doc, max(view.place.start, index - 6), index) + (".upper" if is_upper else ""))
    if is_upper and token.pos_ != "PROPN" and token.lower_ != "i":
        edge.add("capital")
    if token.lower_ in _OWN:
        edge.add("own")
    if token.tag_ in ("VBD", "VBZ", "VBP", "MD", "VB"):
        edge.add("verb")
    if token.pos_ == "DET" or token.pos_ in _WEAK:
        edge.add(f"first.{token.pos_}")
    if before.pos_ in _NAMES and token.pos_ in _NAMES and token.head.i >= index and before.head.i >= index:
        edge.add("in.phrase")
    if any(near in view.told for near in range(index - _NEAR, index)):
        edge.add("near.aside")
    if any(near in view.cued for near in range(max(view.last, index - _NEAR), index)):
        edge.add("near.cue")
    words = [word.text for word in doc[index : view.place.end] if word.is_alpha]
    if len(words) > 1 and words[0][0].isupper() and all(word[0].isupper() or len(word) < 4 for word in words):
        edge.add("title.on" if before.text[:1].isupper() else "title")
    edge.add("arcs", _arcs(doc, index, view.place.end))
    return True


def _introduced(doc: Doc, low: int, index: int) -> str:
    """What kind of word leads to the place."""
    before: Token = doc[index - 1]
    if before.text in (",", ":"):
        return "comma.saying" if any(is_saying(token) for token in doc[low : index - 1]) else "comma"
    if is_saying(before):
        return "saying"
    if before.tag_ in ("PRP$", "POS"):
        return "possessive"
    if before.lemma_ == "be":
        return "be"
    named = {"that": "that", "whether": "that", "a": "article", "an": "article", "the": "article", "as": "as"}
    return named.get(before.lower_, f"after.{before.pos_}")


def _arcs(doc: Doc, index: int, end: int) -> int:
    """How many arcs of the parse the edge would cut."""
    over = sum(token.head.i < index for token in doc[index : min(end, index + _REACH)])
    return min(_MOST_ARCS, over + sum(index <= token.head.i < end for token in doc[max(0, index - _REACH) : index]))


def _size(edge: Edge, view: _View, is_sentence: bool) -> None:
    size = view.place.end - edge.index
    edge.add("length", log(size))
    edge.add("length.linear", size / 10)
    is_held = view.first_told < edge.index or any(view.last <= cue < edge.index for cue in view.cued)
    is_resumed = edge.index == view.place.start > view.place.paragraph_start
    if not (is_held or view.is_told_behind or is_resumed):
        edge.add("unheld")
    has_cue = any(view.last <= cue for cue in view.cued)
    if is_sentence and edge.index <= view.last and has_cue and not view.is_told_behind:
        edge.add("holds.cue")


def _around(edge: Edge, view: _View) -> None:
    """Which sentences the quotation would hold, and which it would leave out."""
    for part in view.parts:
        if part.start >= edge.index:
            edge.add("inside.sentence")
            edge.add("inside.aside", part.has_aside)
            edge.add("inside.unspoken", not part.is_spoken)
            edge.add("inside.narrated", part.is_narrated)
            edge.add("inside.cue", part.has_cue and not (view.is_told_behind and part.end == view.place.end))
        elif part.end <= edge.index:
            edge.add("outside.aside", part.has_aside)
            edge.add("outside.spoken", part.is_spoken)
            edge.add("outside.narrated", part.is_narrated)
