"""Regions that lack a mark, cut where the quotation most likely ends or begins, as the words around it tell."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from tasks.extract.parsed import Doc
from tasks.extract.quotes.beginnings import beginnings
from tasks.extract.quotes.edges import Edge, Stretch, likeliest
from tasks.extract.quotes.endings import endings
from tasks.extract.quotes.regions import Region, trimmed


def mended(doc: Doc, quoted: tuple[Region, ...]) -> tuple[Region, ...]:
    """The same regions; an unclosed one ends before its attribution, an unopened one begins after it."""
    if not any(region.is_unclosed or region.is_unopened or region.is_continued for region in quoted):
        return tuple(region for region in quoted if region.start < region.end)
    return tuple(kept for kept in (_mend(doc, region) for region in quoted) if kept.start < kept.end)


def _mend(doc: Doc, region: Region) -> Region:
    if region.is_unopened:
        return _open(doc, region)
    return _close(doc, region) if region.is_unclosed or region.is_continued else region


def _close(doc: Doc, region: Region) -> Region:
    """`"We won, he said` ends before `he`; a paragraph that the next one goes on with ends there or nowhere."""
    place = unclosed(doc, region)
    found = endings(place) if place.start < place.end else ()
    if region.is_continued:
        found = tuple(edge for edge in found if edge.index == place.end or _is_told(edge))
    best = likeliest(found)
    if best is None or (best.index == place.end == place.paragraph_end):
        return region
    last = doc[best.index - 1]
    outer_end = last.idx + len(last)
    end = trimmed(doc.text, region.start, outer_end)
    return replace(region, end=end, outer_end=max(end, outer_end), is_unclosed=True, is_continued=False)


def _is_told(edge: Edge) -> bool:
    return any(name.startswith("told.firm") for name in edge.features)


def _open(doc: Doc, region: Region) -> Region:
    """`Ana Ruiz said, We won."` begins after the comma; `"No," she said. We won."` after the full stop."""
    place = unopened(doc, region)
    best = likeliest(beginnings(place)) if place.start < place.end else None
    if best is None:
        return region
    start = doc[best.index].idx
    return replace(region, start=start, outer_start=start)


def unclosed(doc: Doc, region: Region) -> Stretch:
    """The tokens from behind an opening mark to the next one, or to the end of the paragraph."""
    paragraph = _paragraph(doc, region)
    start, end = bisect_left(doc.starts, region.start), _without_space(doc, bisect_left(doc.starts, region.outer_end))
    return Stretch(doc, paragraph[0], start, min(end, paragraph[1]), paragraph[1])


def unopened(doc: Doc, region: Region) -> Stretch:
    """The tokens from behind the mark before, or from the start of the paragraph, to a closing mark."""
    paragraph = _paragraph(doc, region)
    start = bisect_left(doc.starts, region.outer_start)
    end = bisect_left(doc.starts, region.end)
    while end < len(doc) and doc[end].idx < region.outer_end and not doc[end].is_quote:
        end += 1
    while start < end and doc[start].is_space:
        start += 1
    return Stretch(doc, min(paragraph[0], start), start, end, paragraph[1])


def _paragraph(doc: Doc, region: Region) -> tuple[int, int]:
    end = doc.text.find("\n", region.start)
    first = bisect_left(doc.starts, doc.text.rfind("\n", 0, region.start) + 1)
    last = _without_space(doc, bisect_left(doc.starts, end if end >= 0 else len(doc.text)))
    while first < last and doc[first].is_space:
        first += 1
    return first, last


def _without_space(doc: Doc, end: int) -> int:
    while end and doc[end - 1].is_space:
        end -= 1
    return end
