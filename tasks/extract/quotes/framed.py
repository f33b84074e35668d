"""Attributions that the parse of a sentence gives: a cue, its source and its complement."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import groupby

from tasks.extract.parsed import Token
from tasks.extract.quotes.attribution import Attribution, Cue, Offsets
from tasks.extract.quotes.contents import Content, clause, infinitive, object_, parenthetical, preposition, request
from tasks.extract.quotes.fronted import outside_fronted
from tasks.extract.quotes.nominal import adjective, adjective_holder, noun, noun_about, noun_holder
from tasks.extract.quotes.regions import Region
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.sources import ahead, beside, phrase, source

# In this order: the first construction that gives a content is the one the cue has.
FRAMES: tuple[tuple[str, str, Callable[[Cue], Content]], ...] = (
    ("clause", "clause", clause),
    ("parenthetical", "clause", parenthetical),
    ("request", "request", request),
    ("infinitive", "infinitive", infinitive),
    ("preposition", "preposition", preposition),
    ("object", "object", object_),
    ("noun", "noun", noun),
    ("noun_about", "noun_about", noun_about),
    ("adjective", "adjective", adjective),
)
_FINITE = ("VBD", "VBZ", "VBP")
_HOLDERS: dict[str, Callable[[Token], Token | None]] = {
    "noun": noun_holder,
    "noun_about": noun_holder,
    "adjective": adjective_holder,
}


def framed(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Add, for each cue, the attribution that its sentence's parse gives."""
    found = []
    for _, group in groupby(scene.cues, key=lambda cue: cue.token.i):
        attribution = _first_frame(scene, tuple(group))
        if attribution is not None:
            found.append(attribution)
    return (*before, *found)


def _first_frame(scene: Scene, readings: tuple[Cue, ...]) -> Attribution | None:
    for name, wanted, construction in FRAMES:
        for cue in readings:
            if cue.frame != wanted or (name == "parenthetical" and cue.cue_class != "speech"):
                continue
            content = construction(cue)
            if not content:
                continue
            content = tuple(widen(span, scene.regions) for span in outside_fronted(cue, content))
            content = _only_direct(scene, cue, content)
            head = _HOLDERS.get(cue.frame, source)(cue.token)
            if head is None and cue.frame == "clause":
                head = beside(cue.token) if content[0][0] < cue.token.idx else None
            if head is not None and scene.is_quoted(head):
                head = None
            if head is None and cue.token.tag_ in _FINITE:
                head = ahead(cue.token)
                head = head if head is not None and not scene.is_quoted(head) else None
            return Attribution(
                content=merge(content),
                source=phrase(head) if head is not None else None,
                cue=cue,
                rule=f"{cue.rule}" if name != "parenthetical" else cue.rule.replace("clause.", "parenthetical."),
                cue_class=cue.cue_class,
            )
    return None


def _only_direct(scene: Scene, cue: Cue, content: Content) -> Content:
    """A full sentence in marks right after its cue is all that was said: what follows the marks is the article's."""
    start = content[0][0]
    first = bisect_left(scene.regions, start, key=lambda region: region.start)
    region = scene.regions[first] if first < len(scene.regions) else None
    if start < cue.token.idx or region is None or start not in (region.start, region.outer_start):
        return content
    if region.end >= content[-1][1] or not scene.text[region.start : region.start + 1].isupper():
        return content
    return ((region.start, region.end),)


def widen(span: Offsets, quoted: tuple[Region, ...]) -> Offsets:
    """The span, and all of any region that it cuts; with its marks where the span holds words outside them too."""
    start, end = span
    first = bisect_left(quoted, start, key=lambda region: region.outer_end)
    for region in quoted[first:]:
        if region.start >= end:
            break
        if start >= region.start:
            start = region.start if end <= region.outer_end else min(start, region.outer_start)
        if end <= region.outer_end:
            end = region.end if start >= region.start else max(end, region.outer_end)
    return start, end


def merge(spans: tuple[Offsets, ...]) -> tuple[Offsets, ...]:
    """The spans in order, overlapping ones made one."""
    merged: list[Offsets] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
