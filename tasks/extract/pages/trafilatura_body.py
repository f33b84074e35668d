"""Ask trafilatura for the body of a page, without what is not needed of its answer and of its way to it.

Its XPaths call a function of Python for each of an element's attributes that they test, even if the element has none
of that name. While trafilatura works for us they ask first whether it is there: a third of its time, the same answer.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura import bare_extraction, xpaths
from trafilatura.settings import Extractor

from tasks.extract.pages.blocks import blocks
from tasks.extract.reading import Block

LIBRARY = f"trafilatura-{version('trafilatura')}"
# It reports every page it can make nothing of; the reason is in our own refusal.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
_BASELINE: Any = import_module("trafilatura.baseline")  # the package has a function of that name
_TEST = re.compile(r"re:test\((?P<attributes>@\w+(?:\|@\w+)?), *'(?P<pattern>[^']*)'(?P<flags>, *'i')?\)")


def trafilatura_body(tree: HtmlElement, url: str | None, *, fast: bool) -> tuple[Block, ...]:
    """The paragraphs that trafilatura finds, none where it finds no article. The tree is not changed."""
    options = copy(_options(fast))
    options.url = options.source = url
    with _guarded_paths():
        document = bare_extraction(tree, url=url, options=options)
    if document is None or isinstance(document, dict) or document.body is None:
        return ()
    return blocks(document.body)


@cache
def _options(fast: bool) -> Extractor:
    """The library's defaults. The format only tells it not to write out the text, which we take from the tree."""
    return Extractor(output_format="txt", fast=fast)


def guarded(path: XPath) -> XPath:
    """The same XPath, except that a regular expression is tried only on attributes that are there.

    An attribute that is missing is the empty string to `re:test`; an expression that matches this stays as it is.
    """
    written = _TEST.sub(_guard, path.path)
    return XPath(written, namespaces={"re": xpaths.REGEXP_NS}, smart_strings=False)


def _guard(match: re.Match[str]) -> str:
    if re.search(match["pattern"], "", re.IGNORECASE if match["flags"] else 0):
        return match[0]
    return f"(({match['attributes'].replace('|', ' or ')}) and {match[0]})"


@contextmanager
def _guarded_paths() -> Iterator[None]:
    """Outside of this block trafilatura is as it was, for whoever else uses it in this process."""
    basic = _BASELINE.BASIC_CLEAN_XPATH
    try:
        for paths, ours, _ in _lists():
            paths[:] = ours
        _BASELINE.BASIC_CLEAN_XPATH = _basic()
        yield
    finally:
        for paths, _, theirs in _lists():
            paths[:] = theirs
        _BASELINE.BASIC_CLEAN_XPATH = basic


@cache
def _lists() -> tuple[tuple[list[XPath], list[XPath], list[XPath]], ...]:
    """The lists of XPaths that trafilatura's modules share, each with ours and theirs."""
    lists = [value for value in vars(xpaths).values() if isinstance(value, list) and isinstance(value[0], XPath)]
    return tuple((paths, [guarded(path) for path in paths], [*paths]) for paths in lists)


@cache
def _basic() -> XPath:
    return guarded(_BASELINE.BASIC_CLEAN_XPATH)
