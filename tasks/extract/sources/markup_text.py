"""The running text of agency XML as plain HTML: its paragraphs and headings in order, nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterable

from lxml import etree

from tasks.extract.sources.feed_text import feed_text
from tasks.extract.sources.printable import without_controls

_PARAGRAPHS = {"p", "li", "pre", "blockquote"}
_HEADINGS = {"hl2", "h1", "h2", "h3", "h4"}
MAX_BLOCKS = 20_000


def xml_root(body: bytes) -> etree._Element | None:
    """The root of a document read safely: entities unresolved, no network, damage recovered."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    return etree.fromstring(feed_text(body).text.encode("utf-8", "replace"), parser)


def local(node: etree._Element) -> str:
    """The name of an element without its namespace, in lower case; empty for comments."""
    return str(node.tag).rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def find(node: etree._Element, *names: str) -> list[etree._Element]:
    """Descendants of these names, in document order."""
    return [child for child in node.iter() if local(child) in names]


def said(node: etree._Element | None) -> str | None:
    """All text within an element on one line; None where there is none."""
    if node is None:
        return None
    return " ".join(without_controls("".join(map(str, node.itertext()))).split()) or None


def _holds_blocks(node: etree._Element) -> bool:
    return any(local(below) in _PARAGRAPHS and said(below) for below in node.iterdescendants())


def markup_text(nodes: Iterable[etree._Element]) -> str:
    """Blocks of text below the nodes as HTML; a block within a block is written once, with the inner one."""
    blocks: list[str] = []
    for node in nodes:
        found = [child for child in node.iter() if local(child) in _PARAGRAPHS | _HEADINGS][:MAX_BLOCKS]
        inner = [child for child in found if not _holds_blocks(child)]
        for child in inner or [node]:
            text = said(child)
            if text:
                name = "h2" if local(child) in _HEADINGS else "p"
                blocks.append(f"<{name}>{html.escape(text)}</{name}>")
    return "\n".join(blocks)
