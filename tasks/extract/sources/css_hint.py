"""The operator's hint where a site keeps its article: a CSS selector that travels with each page of the source."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from storage.operations import Header

CSS_HEADER = "newslake-css"
MAX_LENGTH = 500  # characters


def css_header(css: str | None) -> tuple[Header, ...]:
    """The hint as it is stored with a page, so that the page alone suffices to clean it again."""
    return (Header(name=CSS_HEADER, value=css),) if css else ()


def css_hint(headers: Iterable[Header]) -> etree.XPath | None:
    """The hint of a page, ready to be applied; None where there is none."""
    stated = next((header.value for header in headers if header.name == CSS_HEADER), None)
    return _compiled(stated) if stated else None


def css_complaint(css: str) -> str | None:
    """What is wrong with a selector; None where nothing is."""
    if len(css) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    return None if _compiled(css) is not None else "it is no CSS selector"


@lru_cache(maxsize=256)
def _compiled(css: str) -> etree.XPath | None:
    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(css))
    except (SelectorError, etree.XPathError, RecursionError):
        return None
