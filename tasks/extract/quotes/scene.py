"""What every stage looks at: the parsed text, its quoted regions, its paragraphs and its cues."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from tasks.extract.parsed import Doc, Span, Token
from tasks.extract.quotes.attribution import Cue, Offsets
from tasks.extract.quotes.cues import cues
from tasks.extract.quotes.mended import mended
from tasks.extract.quotes.regions import Region, regions
from tasks.extract.quotes.unmarked import unmarked

_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Scene:
    """A parsed text and what is marked in it; `region_of[i]` is the index of the region that holds token i, or -1."""

    doc: Doc
    text: str
    regions: tuple[Region, ...]
    paragraphs: tuple[Offsets, ...]
    cues: tuple[Cue, ...]
    region_of: tuple[int, ...]

    def paragraph_of(self, offset: int) -> Offsets:
        """The paragraph that holds the character at `offset`."""
        position = bisect_right(self.paragraphs, (offset, len(self.text) + 1)) - 1
        return self.paragraphs[max(0, position)]

    def is_quoted(self, token: Token) -> bool:
        """Whether the token stands inside quotation marks."""
        return self.region_of[token.i] >= 0

    def tokens(self, start: int, end: int) -> Span:
        """The tokens that touch `start` to `end`."""
        span = self.doc.char_span(start, max(end, start), alignment_mode="expand")
        return span if span is not None else self.doc[0:0]


def scene(doc: Doc) -> Scene:
    """Look at a parsed text: find its regions and the cues outside them."""
    text = doc.text
    found = unmarked(doc, mended(doc, regions(text)))
    region_of = [-1] * len(doc)
    for index, region in enumerate(found):
        first, last = bisect_left(doc.starts, region.start), bisect_left(doc.starts, region.end)
        region_of[first:last] = [index] * max(0, last - first)
    return Scene(
        doc=doc,
        text=text,
        regions=found,
        paragraphs=tuple(match.span() for match in _PARAGRAPH.finditer(text)) or ((0, len(text)),),
        cues=tuple(cue for cue in cues(doc) if region_of[cue.token.i] < 0),
        region_of=tuple(region_of),
    )
