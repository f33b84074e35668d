"""Rows from attributions: kinds, flags, and the speaker's name."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import Mention, Quote, Span
from tasks.extract.context import Context
from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.caption import CREDIT
from tasks.extract.quotes.confidence import confidence
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.speakers import speaker
from tasks.extract.quotes.unspoken import SCARE
from tasks.extract.rules import load_rules

VERSION = "1"


def rows(
    scene: Scene, attributions: tuple[Attribution, ...], context: Context, mentions: Sequence[Mention]
) -> tuple[Quote, ...]:
    """One row an attribution, in the order of the text, numbered from 0."""
    version = context.version(VERSION, load_rules("quotes").digest)
    ordered = sorted(attributions, key=lambda each: (each.start, -each.end))
    return tuple(_row(scene, number, each, version, mentions) for number, each in enumerate(ordered))


def _row(scene: Scene, number: int, each: Attribution, version: str, mentions: Sequence[Mention]) -> Quote:
    text = scene.text
    cue = each.cue_span
    named = speaker(text, each.source, mentions)
    near = [r for r in scene.regions if r.start < each.end and each.start < r.end]
    touched = [r for r in near if each.covers(r.start, r.end)]
    return Quote(
        start=each.start,
        end=each.end,
        surface=text[each.start : each.end],
        sentence=0,
        confidence=confidence(each),
        rule=each.rule,
        annotator="quotes",
        annotator_version=version,
        quote_id=number,
        kind=kind(scene, each),
        content=tuple(Span(start=start, end=end) for start, end in each.content),
        content_text=" ".join(text[start:end] for start, end in each.content),
        cue=text[cue[0] : cue[1]] if cue else None,
        cue_lemma=each.cue.lemma if each.cue else None,
        cue_class=each.cue_class,
        cue_start=cue[0] if cue else None,
        cue_end=cue[1] if cue else None,
        speaker=text[each.source[0] : each.source[1]] if each.source else None,
        speaker_start=each.source[0] if each.source else None,
        speaker_end=each.source[1] if each.source else None,
        speaker_name=named.canonical_name if named else None,
        speaker_entity_id=named.entity_id if named else None,
        is_unclosed=any(r.is_unclosed for r in touched),
        is_continued=any(r.is_continued for r in touched),
    )


def kind(scene: Scene, each: Attribution) -> str:
    """direct if all letters stand inside marks, indirect if none does, else mixed."""
    if each.cue_class in (SCARE, CREDIT):
        return each.cue_class
    inside = outside = 0
    for start, end in each.content:
        held = sum(max(0, min(end, r.end) - max(start, r.start)) for r in scene.regions)
        inside += held
        outside += end - start - held
    if not inside:
        return "indirect"
    return "direct" if outside <= 0.05 * (inside + outside) else "mixed"
