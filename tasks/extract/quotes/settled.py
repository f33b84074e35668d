"""Which attributions stand: thoughts inside somebody's speech are part of that speech, not attributions beside it."""

from __future__ import annotations

from itertools import accumulate

from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.scene import Scene

# Constructions that say little without the one who judges, wants or talks: "was asked to leave".
_NEED_A_SOURCE = ("object", "preposition", "infinitive", "request", "noun", "noun_about", "adjective")
_THOUGHT = "belief"


def settled(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Drop what stands inside another content, except speech within speech, and opinions that nobody holds."""
    depth = _depth(len(scene.text), before)
    return tuple(each for each in before if not _is_idle(each) and not _is_part(each, depth))


def _is_idle(each: Attribution) -> bool:
    return each.source is None and (each.rule.partition(".")[0] in _NEED_A_SOURCE or each.cue_class == _THOUGHT)


def _is_part(each: Attribution, depth: list[int]) -> bool:
    if each.cue is None or (each.rule == "clause.say" and each.source is not None):
        return False
    return depth[each.cue.token.idx] > (1 if each.covers(*each.cue.span) else 0)


def _depth(size: int, found: tuple[Attribution, ...]) -> list[int]:
    """Per character, how many contents hold it."""
    steps = [0] * (size + 1)
    for each in found:
        for start, end in each.content:
            steps[start] += 1
            steps[end] -= 1
    return list(accumulate(steps))
