"""Speech whose two marks are both missing, as far as an attribution and its first person tell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tasks.extract.parsed import Doc
from tasks.extract.quotes.asides import Certainty, asides
from tasks.extract.quotes.cues import is_saying
from tasks.extract.quotes.regions import Region, trimmed
from tasks.extract.quotes.sentences import Sentence, sentences

_PARAGRAPH = re.compile(r"[^\n]+")
_FIRST_PERSON = frozenset(("i", "we", "my", "our", "me", "us"))
_SECOND_PERSON = frozenset(("you", "your"))
_THIRD_PERSON = frozenset(("he", "she", "they"))
_SET_OFF = (",", "!", "?")
_LEAST_TOKENS = 4
_FINITE = ("VBD", "VBZ", "VBP")

Tokens = tuple[int, int]


def unmarked(doc: Doc, quoted: tuple[Region, ...]) -> tuple[Region, ...]:
    """The regions in order: one that runs over an attribution parted at it, and what stands without any mark added."""
    parted = [part for region in quoted for part in _parted(doc, region)]
    added = [_region(doc, *found) for gap in _gaps(doc, parted) for found in _spoken(doc, *gap)]
    return tuple(sorted((*parted, *added), key=lambda region: region.start)) if added else tuple(parted)


def _parted(doc: Doc, region: Region) -> tuple[Region, ...]:
    """`"We won, she said. We always do."` has lost the two marks around its attribution."""
    low, high = bisect_left(doc.starts, region.start), bisect_left(doc.starts, region.end)
    if region.is_unclosed or region.is_unopened or region.is_continued or high - low < 2 * _LEAST_TOKENS:
        return (region,)
    told = asides(doc, low, high)
    for part in sentences(doc, low, high, told):
        first = _set_off(doc, told, low + 2, part)
        if first is None or part.end >= high or not _is_whole(doc, first, part.end):
            continue
        cut = doc[first - 1].idx + 1
        left = replace(region, end=trimmed(doc.text, region.start, cut), outer_end=cut, is_unclosed=True)
        start = doc[part.end].idx
        return (left, replace(region, start=start, outer_start=start, is_unopened=True))
    return (region,)


def _is_whole(doc: Doc, first: int, end: int) -> bool:
    """Whether an attribution names somebody and fills the rest of its sentence."""
    words = doc[first:end]
    verbs = [token.i for token in words if token.tag_ in _FINITE and is_saying(token)]
    is_somebody = any(token.pos_ == "PROPN" or token.lower_ in _THIRD_PERSON for token in words)
    is_alone = bool(verbs) and not any(token.text in (",", ":", "'", "‘") for token in doc[verbs[-1] : end])
    return is_somebody and is_alone and doc[end - 1].text == "."


def _set_off(doc: Doc, told: Mapping[int, Certainty], least: int, part: Sentence) -> int | None:
    """The first attribution of a sentence that stands behind what it attributes, after a comma."""
    firm = (index for index in sorted(told) if told[index] is Certainty.FIRM and doc[index].lower_ != "according")
    return next((i for i in firm if max(least, part.start) < i < part.end and doc[i - 1].text in _SET_OFF), None)


def _gaps(doc: Doc, quoted: list[Region]) -> Iterator[tuple[int, int, bool]]:
    """The tokens outside the regions, paragraph by paragraph, and whether a region stands before them."""
    position = 0
    for paragraph in _PARAGRAPH.finditer(doc.text):
        low, is_behind = paragraph.start(), False
        while position < len(quoted) and quoted[position].outer_start < paragraph.end():
            yield from _tokens(doc, low, quoted[position].outer_start, is_behind)
            low, is_behind = max(low, quoted[position].outer_end), True
            position += 1
        yield from _tokens(doc, low, paragraph.end(), is_behind)


def _tokens(doc: Doc, start: int, end: int, is_behind: bool) -> Iterator[tuple[int, int, bool]]:
    low, high = bisect_left(doc.starts, start), bisect_left(doc.starts, end)
    while low < high and (doc[low].is_space or doc[low].is_quote):
        low += 1
    while low < high and doc[high - 1].is_space:
        high -= 1
    if high - low > _LEAST_TOKENS:
        yield low, high, is_behind


def _spoken(doc: Doc, low: int, high: int, is_behind: bool) -> Iterator[Tokens]:
    """What was said in a gap: before an attribution, behind one, or going on where the quotation before it stopped."""
    told = asides(doc, low, high)
    if not told:
        return
    parts = sentences(doc, low, high, told)
    for part in parts:
        first = _set_off(doc, told, part.start + _LEAST_TOKENS - 1, part)
        if first is not None and _is_own(doc, part.start, first) and doc[part.end - 1].text == ".":
            yield part.start, first - 1
            continue
        begin = _introduced(doc, part, high)
        if begin is not None and begin < part.end:
            yield begin, part.end
    if is_behind and parts[0].has_aside and len(parts) > 1 and _is_own(doc, parts[1].start, parts[1].end):
        end = _goes_on(parts)
        if end > parts[0].end:
            yield parts[1].start, end


def _goes_on(parts: tuple[Sentence, ...]) -> int:
    """Where the sentences behind the first end that sound spoken and attribute nothing."""
    end = parts[0].end
    for part in parts[1:]:
        if not part.is_spoken or part.has_aside:
            break
        end = part.end
    return end


def _introduced(doc: Doc, part: Sentence, high: int) -> int | None:
    """Where speech begins behind its verb: "She replied: I do not know.\""""
    for token in doc[part.start : min(part.end, high - _LEAST_TOKENS)]:
        if token.tag_ not in ("VBD", "VBZ") or not is_saying(token) or token.nbor().text not in (",", ":"):
            continue
        has_subject = any(child.dep_ == "nsubj" and child.i < token.i for child in token.children)
        begin = token.i + 2
        if has_subject and doc[begin].text[:1].isupper() and _is_own(doc, begin, part.end):
            return begin
    return None


def _is_own(doc: Doc, start: int, end: int) -> bool:
    """Whether first or second persons occur, which the article itself does not use beside an attribution."""
    persons = _FIRST_PERSON | _SECOND_PERSON
    return any(token.lower_ in persons and token.text != "US" for token in doc[start:end])


def _region(doc: Doc, low: int, high: int) -> Region:
    last = doc[high - 1]
    start, end = doc[low].idx, last.idx + len(last)
    return Region(start, trimmed(doc.text, start, end), start, end, is_unclosed=True, is_unopened=True)
