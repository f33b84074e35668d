"""Quoted regions without a cue of their own: their speaker comes from the words before them."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.extract.quotes.adjacent import covering, gap_before
from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.framed import merge
from tasks.extract.quotes.scene import Scene

LEAST_WORDS = 4


def carried(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give each region that still stands alone to the attribution or the subject that it follows."""
    found = list(before)
    for index, region in enumerate(scene.regions):
        if covering(found, region) is not None:
            continue
        if len(re.findall(r"\w+", scene.text[region.start : region.end])) < LEAST_WORDS:
            continue
        previous = scene.regions[index - 1] if index else None
        paragraph = scene.paragraph_of(region.start)
        same_paragraph = previous is not None and previous.start >= paragraph[0]
        holder = covering(found, previous) if previous is not None else None
        gap = gap_before(scene, index).text.strip()
        if (
            holder is not None
            and previous is not None
            and ((same_paragraph and len(gap) < 200) or (previous.is_continued and not gap))
        ):
            found[holder] = replace(found[holder], content=merge((*found[holder].content, (region.start, region.end))))
            continue
        # A new paragraph: the last speaker before it.
        earlier = [
            each
            for each in found
            if each.source is not None
            and each.source[0] < region.start
            and (each.cue is None or each.cue.token.idx < region.start)
        ]
        last = max(earlier, key=lambda each: each.cue.token.idx if each.cue else each.start, default=None)
        found.append(
            Attribution(
                ((region.start, region.end),), last.source if last else None, None, "carried.paragraph", "speech", 0.5
            )
        )
    return tuple(found)
