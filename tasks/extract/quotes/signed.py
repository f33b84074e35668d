"""Quoted regions with a name after a dash behind them: "..." — Ana Ruiz."""

from __future__ import annotations

import re

from tasks.extract.quotes.adjacent import LEAST_WORDS, covering, gap_after, word_count
from tasks.extract.quotes.attribution import Attribution, Offsets
from tasks.extract.quotes.scene import Scene

_SIGNATURE = re.compile(r"\s*[-–—―]+\s*(?=[A-Z@])(?P<name>[^\n.:;!?(]{2,60})")
# A name of more words has a role behind it, and only the parse tells that from a sentence.
_MOST_WORDS = 4


def signed(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give each region that no content covers yet to its signature."""
    found = list(before)
    for index, region in enumerate(scene.regions):
        if covering(found, region) is None and word_count(scene, region) >= LEAST_WORDS:
            name = _signature(scene, index)
            if name is not None:
                found.append(Attribution(((region.start, region.end),), name, None, "signature", "speech"))
    return tuple(found)


def _signature(scene: Scene, index: int) -> Offsets | None:
    region = scene.regions[index]
    end = scene.paragraph_of(region.start)[1]
    match = _SIGNATURE.match(scene.text, region.outer_end, end)
    if match is None:
        return None
    is_name = len(match["name"].split()) <= _MOST_WORDS and match["name"].istitle()
    if not is_name and any(token.pos_ in ("VERB", "AUX") for token in gap_after(scene, index)):
        return None
    start, stop = match.span("name")
    return start, stop - (len(match["name"]) - len(match["name"].rstrip()))
