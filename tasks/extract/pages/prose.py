"""Read a page another way than trafilatura: the smallest element that holds most of its prose.

After the idea of Boilerpipe (Kohlschütter et al. 2010, "Boilerplate Detection using Shallow Text Features"): length
and share of link text tell prose from the rest. What stands in a comment, a teaser or a side column is left out by tag
and class, as far as they tell; an element that holds much of the page's text is never left out for its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element, iterwalk
from lxml.html import HtmlElement

from tasks.extract.characters import clean_line
from tasks.extract.pages.boxes import is_box, text_length
from tasks.extract.reading import Block

_KINDS = {"p": "paragraph", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading",
          "h6": "heading", "li": "list_item", "dt": "list_item", "dd": "list_item", "blockquote": "quote",
          "pre": "code", "tr": "table_row"}  # fmt: skip
_BLOCKS = {*_KINDS, "div", "article", "section", "main", "body", "ul", "ol", "dl", "table", "tbody", "thead", "td",
           "th", "header", "figure", "center", "details", "summary", "html", "address",
           "fieldset", "hr", "br"}  # fmt: skip
_NESTING_KINDS = ("quote", "list_item", "table_row")  # a div inside one of these is still it
_SENTENCE = re.compile(r"[.!?。！？…:;,、،؟।]")
_PROSE = 70  # characters from which a block without many links counts as prose
_DENSE_SCRIPT = 3  # times as much is said in as many characters of Chinese, Japanese or Korean
_MOST_LINKS = 0.6  # share of a block's text
_MOST_LINKS_IN_PROSE = 0.8
_HELD = 0.8  # share of the page's prose that the chosen element must hold
_WRAPPER = 0.4  # share of the page's text; an element with more is no box, whatever its name
_FEWEST = 500  # characters
_PLAIN_LENGTH, _PLAIN_OWN, _PLAIN_SHARE = 800, 0.85, 0.9
_DEEPEST = 400  # nested blocks

Path = tuple[_Element, ...]
Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A block of the page. `place` is tag and class of it and its parent; `prose` its characters if it is prose."""

    block: Block
    place: Place
    share_linked: float
    prose: int


@dataclass(frozen=True, slots=True)
class Prose:
    """The lines chosen, their share of the page's prose, and how much of their text is surely the article's own."""

    lines: tuple[Line, ...]
    share_of_page: float
    share_own: float

    @property
    def is_plain(self) -> bool:
        """An article and little else: nearly no text beside its own, nearly no other prose on the page."""
        return (
            _length(self.lines) >= _PLAIN_LENGTH and self.share_own >= _PLAIN_OWN and self.share_of_page >= _PLAIN_SHARE
        )


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    path: Path


def prose(root: HtmlElement) -> Prose:
    """The lines of the smallest element that holds four fifths of the page's prose; none where it has no prose."""
    found = _found(root)
    total = sum(item.line.prose for item in found)
    if not total:
        return Prose((), 0.0, 0.0)
    held: dict[_Element, int] = {}
    for item in found:
        if item.line.prose:
            for element in item.path:
                held[element] = held.get(element, 0) + item.line.prose
    enough = [element for element, characters in held.items() if characters >= _HELD * total]
    chosen = min(enough, key=lambda element: (held[element], -sum(1 for _ in element.iterancestors())))
    kept = [item for item in found if chosen in item.path and not _is_link_list(item.line)]
    lines = tuple(item.line for item in kept)
    return Prose(lines, sum(line.prose for line in lines) / total, _share_own(kept))


def _share_own(found: Sequence[_Found]) -> float:
    """Share of the text that belongs to an article by where it stands, whatever another reading would say of it.

    That is the text from the first to the last of the paragraphs that are marked up as most of the prose is, with the
    headings, lists and quotations between them, and all text in the element whose children hold most of the prose.
    """
    marked_up: Counter[Place] = Counter()
    held: Counter[_Element] = Counter()
    for item in found:
        marked_up[item.line.place] += item.line.prose
        held[item.path[-2:][0]] += item.line.prose
    place = max(marked_up, key=marked_up.__getitem__)
    body = max(held, key=held.__getitem__)
    own = [index for index, item in enumerate(found) if item.line.prose and item.line.place == place]
    certain = [item.line for index, item in enumerate(found) if own[0] <= index <= own[-1] or body in item.path]
    return _length(certain) / _length([item.line for item in found])


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.block.text) for line in lines)


def lines_within(element: HtmlElement) -> tuple[Line, ...]:
    """All lines of an element that is known to be the article; boxes and lists of links in it are left out."""
    return tuple(item.line for item in _found(element) if not _is_link_list(item.line))


def _is_link_list(line: Line) -> bool:
    return line.share_linked >= (_MOST_LINKS_IN_PROSE if line.prose else _MOST_LINKS)


def _found(root: HtmlElement) -> list[_Found]:
    """The blocks of the page in reading order, boxes left out. Iterative: pages nest deeply."""
    body = root.find("body")
    start = body if body is not None else root
    most = max(_FEWEST, _WRAPPER * text_length(start))
    found: list[_Found] = []
    parts: list[str] = []  # the text of the block that is being read, and how much of it is links
    linked = links = 0
    kind = "paragraph"
    path: Path = (start,)
    outer: list[tuple[str, Path]] = []
    is_left_out = False
    walk = iterwalk(start, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_start = event == "start"
        if is_start and element is not start and (len(path) > _DEEPEST or is_box(element, tag, most)):
            walk.skip_subtree()
            is_left_out = True
            continue
        if tag in _BLOCKS and not is_left_out:
            if parts:
                found += _finished(parts, kind, path, linked)
                parts, linked = [], 0
            if is_start:
                outer.append((kind, path))
                kind = _KINDS.get(tag) or (kind if kind in _NESTING_KINDS else "paragraph")
                path = (*path, element) if element is not start else path
            else:
                kind, path = outer.pop()
        # A heading that links to itself is no teaser.
        elif tag == "a" and not is_left_out and not (kind == "heading" and (element.get("href") or "").startswith("#")):
            links += 1 if is_start else -1
        is_left_out = False
        text = element.text if is_start else element.tail if element is not start else None
        if text and (parts or not text.isspace()):
            parts.append(text)
            linked += len(text.strip()) if links else 0
    return found + _finished(parts, kind, path, linked)


def _finished(parts: list[str], kind: str, path: Path, linked: int) -> list[_Found]:
    """The block of these pieces of text, if they hold any; `linked` of its characters are links."""
    text = clean_line("".join(parts))
    if not text:
        return []
    share_linked = min(1.0, linked / len(text))
    place = tuple((str(element.tag), element.get("class") or "") for element in path[-2:])
    prose = _prose(text, kind, share_linked)
    return [_Found(Line(Block(text=text, kind=kind), place, share_linked, prose), path)]


def _prose(text: str, kind: str, share_linked: float) -> int:
    """Characters of prose: none for short blocks, headings, code and blocks of links."""
    length = len(text)
    if length * _DENSE_SCRIPT < _PROSE or kind in ("heading", "code") or share_linked >= _MOST_LINKS:
        return 0
    if length < _PROSE and not any(ord(character) > 0x2E7F for character in text[:20]):
        return 0
    return length if _SENTENCE.search(text) else 0
