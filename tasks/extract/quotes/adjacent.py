"""Quoted regions beside a cue: "...", said X; X said: "..."; "...", he said, "..."."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Span, Token

from tasks.extract.quotes.attribution import Attribution, Cue
from tasks.extract.quotes.framed import merge
from tasks.extract.quotes.regions import Region
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.sources import phrase, source

_INTRODUCES = re.compile(r"[,:]\s*$|\b(?:that|as)\s*$|\w\s*$|[—–―-]\s*$")


def adjacent(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give each region that no content covers yet to the cue after it, or else to the cue before it."""
    found = list(before)
    for index, region in enumerate(scene.regions):
        if covering(found, region) is not None:
            continue
        cue, rule = _cue_after(scene, index), "adjacent.after"
        if cue is None:
            cue, rule = _cue_before(scene, index), "adjacent.before"
        if cue is None:
            continue
        holder = next(
            (n for n, each in enumerate(found) if each.cue is not None and each.cue.token.i == cue.token.i), None
        )
        if holder is not None and rule == "adjacent.after":
            found[holder] = replace(found[holder], content=merge((*found[holder].content, (region.start, region.end))))
            continue
        head = source(cue.token) or _beside(scene, cue.token)
        span = phrase(head) if head is not None and not scene.is_quoted(head) else None
        found.append(Attribution(((region.start, region.end),), span, cue, rule, cue.cue_class, 0.85))
    return tuple(found)


def covering(found: list[Attribution], region: Region) -> int | None:
    """Index of the attribution whose content holds at least half of the region."""
    size = max(1, region.end - region.start)
    best = max(range(len(found)), key=lambda n: found[n].covers(region.start, region.end), default=None)
    return best if best is not None and 2 * found[best].covers(region.start, region.end) >= size else None


def gap_after(scene: Scene, index: int) -> Span:
    """The tokens from the end of a region to the next region or the end of the paragraph."""
    region = scene.regions[index]
    end = scene.paragraph_of(region.start)[1]
    if index + 1 < len(scene.regions):
        end = min(end, scene.regions[index + 1].outer_start)
    return scene.tokens(region.outer_end, end) if region.outer_end < end else scene.doc[0:0]


def gap_before(scene: Scene, index: int) -> Span:
    """The tokens from the end of the region before, or the start of the paragraph, to a region."""
    region = scene.regions[index]
    start = scene.paragraph_of(region.start)[0]
    if index:
        start = max(start, scene.regions[index - 1].outer_end)
    return scene.tokens(start, region.outer_start) if start < region.outer_start else scene.doc[0:0]


def _cue_after(scene: Scene, index: int) -> Cue | None:
    """The first verb of saying in the rest of the sentence that the region ends in."""
    gap = gap_after(scene, index)
    ends = scene.text[scene.regions[index].end - 1 : scene.regions[index].outer_end]
    known = {cue.token.i: cue for cue in reversed(scene.cues) if cue.frame == "clause"}
    for position, token in enumerate(gap):
        if token.text in (".", "!", "?", ";") and position > 0:
            return None
        if position > 40:
            return None
        if token.i in known:
            return known[token.i] if re.search(r"[,!?—–…-]", ends) or position <= 3 else None
    return None


def _cue_before(scene: Scene, index: int) -> Cue | None:
    """The last verb of saying in the part of the sentence that leads up to the region."""
    gap = gap_before(scene, index)
    if not len(gap) or not _INTRODUCES.search(gap.text):
        return None
    known = {cue.token.i: cue for cue in reversed(scene.cues)}
    for position, token in enumerate(reversed(list(gap))):
        if token.text in (".", "!", "?") and position > 0:
            return None
        if token.i in known:
            return known[token.i]
    return None


def _beside(scene: Scene, verb: Token) -> Token | None:
    """The noun phrase right after an inverted verb that the parse gave no subject."""
    for token in scene.doc[verb.i + 1 : verb.i + 8]:
        if token.is_punct or token.is_space:
            return None
        if token.pos_ in ("NOUN", "PROPN", "PRON") and token.dep_ not in ("compound", "poss", "npadvmod"):
            return token
    return None
