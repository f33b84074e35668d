"""Find the main text of a page by two readings and what they agree on.

trafilatura knows more about pages, our own `prose` about where the article ends; each fails on pages where the other
does not. trafilatura's fast mode reads every page that is not plain; its thorough mode, which costs half as much
again, only those that seem brief, or on which the fast one and ours disagree and it may find another text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from tasks.extract.pages.prose import Line, Place, lines_within, prose
from tasks.extract.pages.shingles import is_held, shingles
from tasks.extract.pages.trafilatura_body import trafilatura_body
from tasks.extract.reading import Block

# Shares of one reading's characters that the other holds; tuned on development pages.
AGREEMENT = 0.9  # from which the fast reading is not doubted
_WHOLE = 0.9  # of ours, from which ours has nothing of its own
_LOST = 0.85  # of theirs, below which ours has lost part of the article
_STRANGERS = 0.6  # of both, below which they read different parts of the page
_FRAGMENT = 0.3  # of ours, below which theirs is a fragment
_LONGER = 1.25
_WHOLE_BODY = 1_000  # characters from which the text in metadata is more than a summary
_FOUND = 0.85  # of its shingles
_TELLING = 40  # characters
_SHORT = 600  # characters; two readings may agree on a fragment
# Characters from which trafilatura looks no further for a text than its fast mode does, unless that failed. On 41
# development pages on which a longer reading was doubted, its thorough mode read the same.
_LONG = 3_000
_BRIEF = 1_500  # characters of ours, below which two of three fast readings were doubted
_TYPICAL = 0.5  # of the text of a place
_STRUCTURE = ("heading", "list_item", "table_row")


@dataclass(frozen=True, slots=True, kw_only=True)
class MainText:
    """The paragraphs of the article, and how they were found.

    css (as the operator's hint says), json_ld (ours as far as the metadata has it), plain (ours), agreed, joined, ours,
    trafilatura, none.
    """

    blocks: tuple[Block, ...]
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Two readings of a page side by side. `held` tells for each of our lines whether trafilatura has it too."""

    theirs: tuple[Block, ...]
    ours: tuple[Line, ...]
    held: tuple[bool, ...]
    theirs_in_ours: float
    ours_in_theirs: float


def main_text(tree: HtmlElement, url: str | None, body: str | None = None) -> MainText:
    """The paragraphs of the article; none where there is no article. The tree is not changed.

    `body` is the text that the page's metadata gives of itself.
    """
    read = prose(tree)
    ours = read.lines
    told = _told(ours, body)
    if told:
        return MainText(blocks=told, method="json_ld")
    if read.is_plain:
        return MainText(blocks=tuple(line.block for line in ours), method="plain")
    our_shingles = tuple(shingles(line.block.text) for line in ours)
    is_brief = sum(len(line.block.text) for line in ours) < _BRIEF
    compared = _compared(trafilatura_body(tree, url, fast=not is_brief), ours, our_shingles)
    if not is_brief and _is_doubtful(compared):
        compared = _compared(trafilatura_body(tree, url, fast=False), ours, our_shingles)
    return _chosen(compared)


def hinted_text(tree: HtmlElement, hint: etree.XPath) -> MainText | None:
    """The paragraphs of the elements that an operator's hint selects; None where it selects no text.

    An element within another that is selected too is read with it.
    """
    found = hint(tree)
    selected = [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []
    chosen = set(selected)
    outer = (element for element in selected if not chosen & set(element.iterancestors()))
    lines = tuple(line.block for element in outer for line in lines_within(element))
    return MainText(blocks=lines, method="css") if lines else None


def _told(ours: tuple[Line, ...], body: str | None) -> tuple[Block, ...]:
    """Our lines that the publisher's own text of the article holds, if that is whole and nearly all of it was found.

    Publishers leave headings and lists out of it, so these are kept between the lines it holds.
    """
    if not body or len(body) < _WHOLE_BODY:
        return ()
    wanted = shingles(body)
    found = [shingles(line.block.text) for line in ours]
    held = tuple(is_held(some, wanted) for some in found)
    covered = frozenset().union(*(some for some, is_told in zip(found, held, strict=True) if is_told))
    if len(covered & wanted) < _FOUND * len(wanted):
        return ()
    return _kept(ours, held, prose_between=False)


def _is_doubtful(compared: _Comparison) -> bool:
    """The thorough mode may find more than the fast one did, or something else."""
    length = _length(compared.theirs)
    least = min(compared.theirs_in_ours, compared.ours_in_theirs)
    return length < _SHORT or least < _FRAGMENT or (least < AGREEMENT and length < _LONG)


def _compared(theirs: tuple[Block, ...], ours: tuple[Line, ...], our_shingles: Sequence[frozenset[int]]) -> _Comparison:
    """`our_shingles` are those of our lines."""
    their_shingles = [shingles(block.text) for block in theirs]
    all_theirs = frozenset().union(*their_shingles)
    all_ours = frozenset().union(*our_shingles)
    held = tuple(is_held(found, all_theirs) for found in our_shingles)
    return _Comparison(
        theirs=theirs,
        ours=ours,
        held=held,
        theirs_in_ours=_share(theirs, [is_held(found, all_ours) for found in their_shingles]),
        ours_in_theirs=_share([line.block for line in ours], held),
    )


def _share(found: Sequence[Block], is_counted: Sequence[bool]) -> float:
    """Share of the characters that count."""
    counted = sum(len(block.text) for block, counts in zip(found, is_counted, strict=True) if counts)
    return counted / max(1, sum(len(block.text) for block in found))


def _chosen(compared: _Comparison) -> MainText:
    """Ours where trafilatura has a fragment or another part that is shorter, theirs where ours lost some, else both."""
    theirs, ours = compared.theirs, tuple(line.block for line in compared.ours)
    if not theirs and not ours:
        return MainText(blocks=(), method="none")
    if compared.ours_in_theirs >= _WHOLE and compared.theirs_in_ours < _LOST:
        return MainText(blocks=theirs, method="trafilatura")
    if max(compared.theirs_in_ours, compared.ours_in_theirs) < _STRANGERS:
        is_ours = _length(ours) >= _length(theirs)
        return MainText(blocks=ours if is_ours else theirs, method="ours" if is_ours else "trafilatura")
    joined = _joined(compared)
    if compared.ours_in_theirs < _FRAGMENT and _length(ours) > _LONGER * _length(joined):
        return MainText(blocks=ours, method="ours")
    return MainText(blocks=joined, method="agreed" if len(joined) == sum(compared.held) else "joined")


def _joined(compared: _Comparison) -> tuple[Block, ...]:
    """Our lines that trafilatura has too, those marked up as these are, and prose, headings and lists between them."""
    return _kept(compared.ours, compared.held, prose_between=True)


def _kept(ours: Sequence[Line], held: Sequence[bool], *, prose_between: bool) -> tuple[Block, ...]:
    """The lines that are held elsewhere, and what belongs to them by its markup or by standing between them."""
    places = _places(ours, held)
    # A short line ("0 comments") may stand anywhere on both sides, and so tells nothing of where the article ends.
    # So may a list that is held by one line.
    positions = [
        index
        for index, line in enumerate(ours)
        if held[index] and len(line.block.text) >= _TELLING and (line.place in places or not _is_typical(line))
    ]
    first, last = (positions[0], positions[-1]) if positions else (0, -1)
    return tuple(
        line.block
        for index, (line, is_held_too) in enumerate(zip(ours, held, strict=True))
        if is_held_too
        or (prose_between and line.place in places)
        or (first < index < last and (line.block.kind in _STRUCTURE or (prose_between and line.prose)))
    )


def _places(ours: Sequence[Line], held: Sequence[bool]) -> frozenset[Place]:
    """How the article's own lines are marked up: places of whose text at least half is held elsewhere."""
    known: Counter[Place] = Counter()
    all_text: Counter[Place] = Counter()
    for line, is_held_too in zip(ours, held, strict=True):
        if _is_typical(line):
            all_text[line.place] += len(line.block.text)
            known[line.place] += len(line.block.text) * is_held_too
    return frozenset(place for place, length in known.items() if length >= max(1, _TYPICAL * all_text[place]))


def _is_typical(line: Line) -> bool:
    return bool(line.prose) or line.block.kind == "list_item"


def _length(found: Sequence[Block]) -> int:
    return sum(len(block.text) for block in found)
