"""Quoted regions: marks paired within each paragraph, including those that lack a partner."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.extract.quotes.marks import Mark, Role, marks

_PARAGRAPH = re.compile(r"[^\n]+")
# Beyond this a lone single mark is an apostrophe whose partner belongs to another word.
_LONGEST_SINGLE = 600
# Stages compare regions with attributions, so their time grows with the square; marks behind these are read as if they
# were not there, and nothing in the rows says so. The longest text that is annotated has 100,000 characters.
MOST_REGIONS = 600
# American style puts the sentence's own comma, and after a few quoted words its full stop, before the closing mark.
_TAIL = " \t\u00a0,"
_TAIL_OF_WORDS = _TAIL + ".;"
_SOME_WORDS = re.compile(r"[a-z][^.?!]*\.?,?\s*$")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch between quotation marks: `start` to `end` without them, `outer_start` to `outer_end` with them."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    is_unclosed: bool = False
    is_unopened: bool = False
    is_continued: bool = False

    def holds(self, offset: int) -> bool:
        """Whether the character at `offset` stands inside the marks."""
        return self.start <= offset < self.end


def regions(text: str) -> tuple[Region, ...]:
    """The outermost quoted regions of `text`, in order.

    A mark that lacks its partner reaches to the next opening mark or the end of the paragraph (`is_unclosed`), or back
    to the last mark or the start of the paragraph (`is_unopened`). A paragraph that ends inside a quotation while the
    next one opens with a mark again is a quotation over several paragraphs (`is_continued`), not an unclosed one.
    Only the first `MOST_REGIONS` are given.
    """
    found: list[Region] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = paragraph.span()
        own = marks(text, start, end)
        doubles = tuple(mark for mark in own if not mark.is_single)
        if (
            found
            and found[-1].is_unclosed
            and _opens(text, doubles, start)
            and "\n" in text[found[-1].outer_end : start]
        ):
            found[-1] = replace(found[-1], is_unclosed=False, is_continued=True)
        outer = list(_pair(text, doubles, start, end))
        singles = tuple(mark for mark in own if mark.is_single)
        found.extend(sorted([*outer, *_pair_singles(text, singles, outer)], key=lambda region: region.start))
        if len(found) > MOST_REGIONS:
            break
    return tuple(found[:MOST_REGIONS])


def _opens(text: str, doubles: tuple[Mark, ...], start: int) -> bool:
    return bool(doubles) and doubles[0].role is not Role.CLOSES and not text[start : doubles[0].start].strip()


def _pair(text: str, doubles: tuple[Mark, ...], start: int, end: int) -> Iterator[Region]:
    """Pair the double marks of one paragraph."""
    opened: Mark | None = None
    last = start
    for mark in doubles:
        if opened is None and mark.role is Role.CLOSES:
            yield _region(text, last, mark.start, outer=(last, mark.end), is_unopened=True)
            last = mark.end
        elif opened is None:
            opened = mark
        elif mark.role is Role.OPENS:
            yield _region(text, opened.end, mark.start, outer=(opened.start, mark.start), is_unclosed=True)
            opened = mark
        else:
            yield _region(text, opened.end, mark.start, outer=(opened.start, mark.end))
            last, opened = mark.end, None
    if opened is not None:
        yield _region(text, opened.end, end, outer=(opened.start, end), is_unclosed=True)


def _region(
    text: str, start: int, end: int, outer: tuple[int, int], is_unclosed: bool = False, is_unopened: bool = False
) -> Region:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Region(start, trimmed(text, start, end), *outer, is_unclosed=is_unclosed, is_unopened=is_unopened)


def trimmed(text: str, start: int, end: int) -> int:
    """Where the words of `text[start:end]` end, without the punctuation of the sentence that quotes them."""
    inner = text[start:end]
    return max(start, start + len(inner.rstrip(_TAIL_OF_WORDS if _SOME_WORDS.match(inner) else _TAIL)))


def _pair_singles(text: str, singles: tuple[Mark, ...], outer: list[Region]) -> Iterator[Region]:
    """Pair single marks outside the double ones; a lone one is an apostrophe."""
    starts = [region.outer_start for region in outer]
    free = [mark for mark in singles if not _is_within(mark, outer, starts)]
    position = 0
    while position < len(free):
        mark = free[position]
        position += 1
        if mark.role is not Role.OPENS:
            continue
        closing = _single_closing(text, free, position)
        if closing is not None:
            yield _region(text, mark.end, free[closing].start, outer=(mark.start, free[closing].end))
            position = closing + 1


def _is_within(mark: Mark, outer: list[Region], starts: list[int]) -> bool:
    before = bisect_right(starts, mark.start) - 1
    return before >= 0 and mark.start < outer[before].outer_end


def _single_closing(text: str, free: list[Mark], position: int) -> int | None:
    """Index of the first closing mark that is no plural possessive, before another one opens."""
    opened = free[position - 1]
    candidate: int | None = None
    for index in range(position, len(free)):
        mark = free[index]
        if mark.start - opened.end > _LONGEST_SINGLE or mark.role is Role.OPENS:
            break
        candidate = index
        if not _may_be_possessive(text, mark):
            break
    return candidate


def _may_be_possessive(text: str, mark: Mark) -> bool:
    return text[mark.start - 1] == "s" and bool(re.match(r"\s[a-z]", text[mark.end : mark.end + 2]))
