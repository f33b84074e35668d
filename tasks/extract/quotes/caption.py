"""Picture credits: a caption and the name behind it, so that neither is taken for speech."""

from __future__ import annotations

import re
from functools import cache

from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.scene import Scene
from tasks.extract.rules import Rule, load_rules

CREDIT = "credit"
# What stands between a caption and its credit; without it no pattern need be tried.
_SETS_OFF = ":"


def caption(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Put the paragraphs that are a caption and its credit in the place of whatever was found in them."""
    kept = list(before)
    for start, end in scene.paragraphs:
        if scene.text.find(_SETS_OFF, start, end) < 0:
            continue
        for rule, pattern in _patterns():
            match = pattern.match(scene.text[start:end])
            if match is None:
                continue
            kept = [each for each in kept if not start <= each.start < end]
            content = (start + match.start("content"), start + match.end("content"))
            source = (start + match.start("source"), start + match.end("source"))
            words = (start + match.start("cue"), start + match.end("cue"))
            kept.append(Attribution((content,), source, None, rule.id, rule.value, words))
    return tuple(kept)


@cache
def _patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, rule.regex()) for rule in load_rules("quotes").with_prefix("caption."))
