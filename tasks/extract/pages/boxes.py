"""Tell by tag and class what stands on a page beside its article: comments, teasers, newsletters, menus."""

from __future__ import annotations

from functools import lru_cache

from lxml.etree import XPath, _Element

from tasks.extract.rules import load_rules

RULES = load_rules("boxes")
_NAMED = RULES.with_prefix("class.box")[0].regex()
_BUILDER = RULES.with_prefix("class.builder")[0].regex()
_PANEL = RULES.with_prefix("class.panel")[0].regex()
_HIDDEN = RULES.with_prefix("style.hidden")[0].regex()
# Never text, and text only where they wrap much of the page.
_SILENT = {
    "script", "style", "noscript", "select", "option", "svg", "iframe", "template", "head", "input", "textarea",
    "object", "video", "audio", "canvas", "menu", "figcaption", "time", "math",
}  # fmt: skip
_WRAPPERS = {"form", "aside", "footer", "dialog", "nav", "label", "button"}
_TRUSTED = {"html", "body", "main", "article", "p", "a", "span", "b", "i", "em", "strong", "br",
            "h1", "h2", "h3", "h4", "h5", "h6"}  # fmt: skip
_TEXT_TAGS = ("p", "div", "li", "td", "span", "blockquote", "br", "section", "article", "h2", "h3")
# Characters from which what is hidden and not named as a box is a part of the article that opens at a click.
_UNFOLDS = 300
_ALL_TEXT = XPath("string-length()")
_LONGEST_KEPT = 200  # characters of names
# React sends parts of the page hidden, to be moved into place by a script.
_STREAMED = "S:"


def is_box(element: _Element, tag: str, most: float) -> bool:
    """The element is no part of an article, unless it holds `most` characters or more."""
    if tag in _TRUSTED:
        return False
    if tag in _SILENT:
        return True
    if tag in _WRAPPERS:
        return _is_shorter(element, most)
    get = element.get
    identifier, style = get("id", ""), get("style")
    is_hidden = get("hidden") is not None or (style is not None and bool(_HIDDEN.search(style)))
    if is_hidden and identifier.startswith(_STREAMED):
        return False
    names = f"{get('class', '')} {identifier}"
    is_named = names != " " and (_kept_verdict if len(names) <= _LONGEST_KEPT else _is_named)(names)
    if not is_hidden and not is_named:
        return False
    return _is_shorter(element, most if is_named else min(most, _UNFOLDS))


def _is_named(names: str) -> bool:
    return bool(_NAMED.search(names) and _NAMED.search(_BUILDER.sub("", names))) and not _PANEL.search(names)


_kept_verdict = lru_cache(maxsize=4096)(_is_named)  # the pages of a site name their elements alike


def _is_shorter(element: _Element, most: float) -> bool:
    """Most boxes are so by all the text in them, which costs a third of looking at what of it counts."""
    length = _ALL_TEXT(element)
    return (isinstance(length, float) and length < most) or text_length(element) < most


def text_length(element: _Element) -> int:
    """Characters of text in the element, those of scripts not counted."""
    return sum([len(text.strip()) for text in element.itertext(*_TEXT_TAGS)])
