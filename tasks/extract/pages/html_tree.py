"""Parse HTML once, into a tree that trafilatura accepts as it is."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

# libxml2 drops the text of anything nested deeper than this, without a word.
_DEPTH = 250
# Nor does it keep what follows the first of these, and templates close a page in its middle. The end implies them.
_CLOSING = re.compile(rb"</[bBhH](?i:ody|tml)\s*>")

# lxml.html's own parser asks a function of Python for the class of every element, each time one is looked at.
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)


def html_tree(markup: bytes) -> HtmlElement | None:
    """The root element, or None where the markup holds no element at all.

    A page nested too deeply for libxml2's default is parsed again without that limit, and its needless nesting undone.
    `markup` is what `clean_markup` returns.
    """
    markup = _CLOSING.sub(b"", markup)
    root, is_cut = _parsed(markup, huge=False)
    if is_cut:
        root, _ = _parsed(markup, huge=True)
        if root is not None:
            _flatten(root)
    return root


def _parsed(markup: bytes, *, huge: bool) -> tuple[HtmlElement | None, bool]:
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=huge,
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = etree.fromstring(markup, parser)
    except etree.ParserError:
        return None, False
    except etree.XMLSyntaxError:
        return None, not huge
    is_cut = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return (root if isinstance(root, HtmlElement) else None), is_cut


def _flatten(root: HtmlElement) -> None:
    """Raise what stands too deep: an element below the limit gives its children to its parent."""
    depth = {root: 0}
    for element in list(root.iter()):
        parent = element.getparent()
        if parent is None or not isinstance(element.tag, str):
            continue
        depth[element] = depth[parent] + 1
    for element in reversed([element for element, level in depth.items() if level > _DEPTH // 2 and len(element)]):
        element.drop_tag()
