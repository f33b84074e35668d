"""Turn an extracted body into paragraphs, each with what it was on the page."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from tasks.extract.characters import clean_line
from tasks.extract.reading import Block

# trafilatura's own tags and those of HTML; whatever is not here is read as part of the line.
_KINDS = {
    "p": "paragraph", "div": "paragraph", "article": "paragraph", "section": "paragraph", "body": "paragraph",
    "main": "paragraph", "html": "paragraph", "dd": "paragraph", "dt": "paragraph", "list": "paragraph",
    "ul": "paragraph", "ol": "paragraph", "table": "paragraph", "ab": "paragraph", "fw": "paragraph",
    "head": "heading", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading",
    "h6": "heading", "item": "list_item", "li": "list_item", "quote": "quote", "blockquote": "quote",
    "row": "table_row", "tr": "table_row", "code": "code", "pre": "code", "figcaption": "caption",
}  # fmt: skip
_CELLS = {"cell", "td", "th"}
_BREAKS = {"lb", "br", "hr"}
_SILENT = {"script", "style", "noscript", "graphic", "img", "svg", "done"}
_BREAK = "\n"


def blocks(body: _Element) -> tuple[Block, ...]:
    """The paragraphs of a body in reading order, none empty."""
    found: list[Block] = []
    line: list[str] = []
    kind = "paragraph"
    for text, opens in _pieces(body):
        if opens is not None:
            found += _finished(line, kind)
            line, kind = [], opens
        elif text:
            line.append(text)
    found += _finished(line, kind)
    return tuple(found)


def _pieces(body: _Element) -> Iterator[tuple[str, str | None]]:
    """Text as it comes, and at every border of a block the kind of what follows. Iterative: pages nest deeply."""
    stack: list[tuple[_Element, str, bool]] = [(body, "paragraph", False)]
    while stack:
        element, outer, is_done = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        kind = _KINDS.get(tag)
        inner = (kind if kind and kind != "paragraph" else outer) if kind else outer
        if is_done:
            if kind:
                yield "", outer
            elif tag in _CELLS and element.getnext() is not None:
                yield " | ", None
            if element is not body and element.tail:
                yield element.tail, None
            continue
        if kind:
            yield "", inner
        elif tag in _BREAKS:
            yield _BREAK, None
        stack.append((element, outer, True))
        if tag in _SILENT or not tag:
            continue
        if element.text:
            yield element.text.replace(_BREAK, " ") if tag not in ("code", "pre") else element.text, None
        stack.extend((child, inner, False) for child in reversed(element))


def _finished(line: list[str], kind: str) -> Iterator[Block]:
    """The block or blocks of a line: a line break after a finished sentence, or two in a row, divide it."""
    parts = "".join(line).split(_BREAK)
    current = ""
    for part in parts:
        text = clean_line(part)
        is_sentence = current.endswith((".", "!", "?", "…", ":", "”", '"', "»", "。"))
        if current and (not text or is_sentence):
            yield Block(text=current, kind=kind)
            current = text
        else:
            current = f"{current} {text}".strip()
    if current.strip(" |"):
        yield Block(text=current, kind=kind)
