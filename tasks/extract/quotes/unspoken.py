"""Marked words that nobody is quoted with: scare quotes and titles."""

from __future__ import annotations

import re

from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.scene import Scene

SCARE = "scare"
_MOST_WORDS = 3
_SMALL_WORD = re.compile(r"a|an|the|of|on|in|at|to|for|and|or|but|nor|by|from|with|as|is|vs", re.IGNORECASE)


def unspoken(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Add the marked words that no speech claims: "enemy" combatants, the film "Life of Brian"."""
    found = list(before)
    for region in scene.regions:
        span = (region.start, region.end)
        if not any(each.start <= region.start and region.end <= each.end for each in before):
            rule = "mark.title" if is_title(scene.text[slice(*span)]) else "mark.scare"
            found.append(Attribution((span,), None, None, rule, SCARE))
        elif _is_within_indirect(scene, span, before):
            found.append(Attribution((span,), None, None, "mark.scare", SCARE))
    return tuple(found)


def is_title(words: str) -> bool:
    """Two or more words, all but the small ones with a capital, and no sentence's full stop."""
    parts = re.findall(r"[\w’'-]+", words)
    if len(parts) < 2 or re.search(r"[.?!]\W*$", words):
        return False
    return all(part[0].isupper() or part[0].isdigit() or _SMALL_WORD.fullmatch(part) for part in parts)


def _is_within_indirect(scene: Scene, span: tuple[int, int], before: tuple[Attribution, ...]) -> bool:
    """A word or two before a noun, inside what is only reported: the marks belong to the noun, not to the speaker."""
    tokens = scene.tokens(*span)
    if len(tokens) > 1 or tokens[-1].i + 1 >= len(scene.doc):
        return False
    holders = [each for each in before if each.covers(*span)]
    after = scene.doc[tokens[-1].i + 2] if tokens[-1].i + 2 < len(scene.doc) else tokens[-1]
    return (
        bool(holders) and all(each.rule == "phrase.according" for each in holders) and after.pos_ in ("NOUN", "PROPN")
    )
