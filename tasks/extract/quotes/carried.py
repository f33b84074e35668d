"""Quoted regions without a cue of their own: their speaker comes from the words before them."""

from __future__ import annotations

from dataclasses import replace

from tasks.extract.parsed import Span, Token
from tasks.extract.quotes.adjacent import LEAST_WORDS, covering, gap_before, word_count
from tasks.extract.quotes.attribution import Attribution, Offsets
from tasks.extract.quotes.cues import MOST_TOKENS
from tasks.extract.quotes.framed import merge
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.sources import phrase, source
from tasks.extract.quotes.unspoken import is_title


def carried(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give each region that still stands alone to the speaker or subject that it follows."""
    found = list(before)
    for index, region in enumerate(scene.regions):
        if covering(found, region) is not None or word_count(scene, region) < LEAST_WORDS:
            continue
        if is_title(scene.text[region.start : region.end]):
            continue
        span = (region.start, region.end)
        last = _directly_before(scene, found, index)
        if last is not None:
            found[last] = replace(found[last], content=merge((*found[last].content, span)))
            continue
        rule, speaker = _leader(scene, found, index)
        found.append(Attribution((span,), speaker, None, rule, "speech"))
    return tuple(found)


def _directly_before(scene: Scene, found: list[Attribution], index: int) -> int | None:
    """The attribution that ends the paragraph before a paragraph that is one quotation: its speaker goes on."""
    region = scene.regions[index]
    start = scene.paragraph_of(region.start)[0]
    if region.is_unopened or scene.text[start : region.outer_start].strip() or not start:
        return None
    before = scene.paragraph_of(len(scene.text[:start].rstrip()) - 1)
    near = [
        number
        for number, each in enumerate(found)
        if each.cue_class == "speech"
        and each.source is not None
        and each.rule != "signature"
        and before[0] < each.end <= before[1]
    ]
    last = max(near, key=lambda number: found[number].end, default=None)
    if last is None or scene.text[before[0] : before[1]].endswith(":"):
        return None
    return last if any(scene.is_quoted(token) for token in scene.tokens(*found[last].content[-1])) else None


def _leader(scene: Scene, found: list[Attribution], index: int) -> tuple[str, Offsets | None]:
    """Whose words a region are that follows a sentence of the article's own, or a paragraph."""
    region = scene.regions[index]
    gap = gap_before(scene, index)
    start = scene.paragraph_of(region.start)[0]
    if gap.text.strip():
        return "carried.sentence", _subject(scene, gap) or _last_speaker(found, region.start)
    before = scene.text[:start].rstrip()
    if before.endswith(":"):
        previous = scene.tokens(*scene.paragraph_of(len(before) - 1))
        return "carried.colon", _subject(scene, previous) or _last_speaker(found, region.start)
    return "carried.paragraph", _last_speaker(found, region.start)


def _subject(scene: Scene, words: Span) -> Offsets | None:
    """The subject of the last sentence in a stretch, if it can speak."""
    for token in reversed(list(words)):
        if token.dep_ == "ROOT" or (token.pos_ == "VERB" and token.dep_ in ("conj", "ccomp")):
            head: Token | None = source(token) if len(token.sent) <= MOST_TOKENS else None
            if head is not None and not scene.is_quoted(head):
                return phrase(head)
    return None


def _last_speaker(found: list[Attribution], offset: int) -> Offsets | None:
    earlier = [
        each
        for each in found
        if each.source is not None
        and each.cue_class == "speech"
        and (each.cue.token.idx if each.cue else each.start) < offset
    ]
    last = max(earlier, key=lambda each: each.cue.token.idx if each.cue else each.start, default=None)
    return last.source if last is not None else None
