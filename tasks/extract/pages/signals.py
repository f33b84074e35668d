"""Collect what a page says about itself outside of its text, in one pass and without judging it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml.etree import XPath, _Element
from lxml.html import HtmlElement

from tasks.extract.characters import clean_line
from tasks.extract.pages.json_ld import Node, json_ld

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_HAS_YEAR = "[text()[contains(., '20') or contains(., '19')]][not(self::script or self::style)]"
_YEARS_BELOW = XPath(f"following::*{_HAS_YEAR}")
_YEARS_ABOVE = XPath(f"preceding::*{_HAS_YEAR}")
_BY = r"\W{0,3}(?:by|von|par|por|door|af|av|text)\b"
_BY_BEGIN = re.compile(rf"\s*{_BY}", re.IGNORECASE)
_BY_LINE = re.compile(rf"{_BY}\s*:?\s+\S.{{2,60}}$", re.IGNORECASE)
_MOST = 2_000  # characters of one value
_MOST_ELEMENTS = 60
_ASIDE = (
    "comment", "related", "sidebar", "teaser", "widget", "recommend", "popular", "trending", "footer", "latest",
    "newsletter", "promo", "card", "more-", "carousel", "disqus", "most-read", "nav", "menu", "list-item",
)  # fmt: skip
_PROPERTIES = {"headline", "datePublished", "dateModified", "dateCreated", "author", "name", "publisher", "keywords",
               "articleSection", "description"}  # fmt: skip
_DESCRIBED = XPath("descendant::*[@itemprop]")
_LINE_TAGS = ("p", "span", "div", "em", "strong", "b", "i", "a", "h2", "h3", "td")
_SIGNED_TAGS = ("a", "span", "div", "p", "address", "li", "h3", "h4", "h5", "h6", "cite", "em", "strong", "b", "small",
                "section")  # fmt: skip
_SIGNED_CLASS = re.compile("[bB]yline|[aA]uthor|autor")
_SIGNED_NAME = re.compile("author|byline")
_SIGNED_LINK = re.compile("/authors?/|/autor/")
_DATED_TAGS = ("span", "div", "p", "li", "small", "em", "abbr", "h4", "h5", "h6", "a", "td", "b", "i", "strong")
_DATED_CLASS = re.compile("date|Date|time|publish|posted|meta|datum|fecha|byline|info")
_DATED_NAME = re.compile("date|publish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An element that may name an author or a date: its text, its machine-readable value, and how it is marked up.

    `pieces` are the texts of its child elements;
    `aside` names the comment, teaser or side column in which it stands, if any; `is_home` that it links to the front
    page.
    """

    text: str
    value: str
    name: str
    aside: str
    is_home: bool
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """A page about itself. `metas` has the lower-case names of `<meta>` tags with their contents, in order."""

    metas: tuple[tuple[str, str], ...]
    nodes: tuple[Node, ...]
    properties: tuple[Mark, ...]
    headings: tuple[Mark, ...]
    subheadings: tuple[str, ...]
    times: tuple[Mark, ...]
    document_title: str | None
    canonical: str | None
    language: str | None

    def meta(self, *names: str) -> str | None:
        """Content of the first meta tag that has one of the names, the names in order of trust."""
        return next(iter(self.all_metas(*names)), None)

    def all_metas(self, *names: str) -> tuple[str, ...]:
        """Contents of the meta tags of these names, in the order of the names."""
        return tuple(content for name in names for key, content in self.metas if key == name)


def signals(root: HtmlElement) -> Signals:
    """What the page says about itself. The tree is not changed."""
    metas: list[tuple[str, str]] = []
    scripts: list[str] = []
    headings: list[HtmlElement] = []
    subheadings: list[HtmlElement] = []
    times: list[HtmlElement] = []
    document_title = canonical = None
    for element in root.iter("meta", "link", "script", "title", "h1", "h2", "time"):
        match element.tag:
            case "meta":
                metas += _meta(element)
            case "link" if element.get("rel", "").lower() == "canonical" and not canonical:
                canonical = element.get("href")
            case "script" if element.get("type", "").strip().lower() == "application/ld+json":
                scripts.append("".join(element.itertext()))
            case "title" if document_title is None and _tag(element.getparent()) != "svg":
                document_title = _text(element)
            case "h1":
                headings.append(element)
            case "h2":
                subheadings.append(element)
            case "time":
                times.append(element)
    return Signals(
        metas=tuple(metas),
        nodes=json_ld(scripts),
        properties=tuple(
            _mark(element, element.get("itemprop", ""))
            for element in _few([it for it in _elements(_DESCRIBED, root) if it.get("itemprop") in _PROPERTIES], 100)
        ),
        headings=tuple(mark for element in headings[:10] if (mark := _heading(element)).text),
        subheadings=tuple(text for element in subheadings[:5] if (text := _text(element))),
        times=tuple(_mark(element, _name(element)) for element in _few(times)),
        document_title=document_title,
        canonical=canonical,
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def bylines(root: HtmlElement) -> tuple[Mark, ...]:
    """Elements marked up as naming an author, and lines that say so below the heading, in page order.

    Not part of `signals`: most pages say it in metadata.
    """
    heading = next(root.iter("h1"), None)
    below = [] if heading is None else [line for line in _below(heading) if _BY_LINE.match(_text(line) or "")]
    return tuple(_mark(element, _name(element)) for element in (*islice(_signed(root), _MOST_ELEMENTS), *below[:5]))


def _below(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Those of the next elements of the page whose own text begins as a byline does."""
    for element in islice(_following(heading, *_LINE_TAGS), 80):
        if element.text and _BY_BEGIN.match(element.text):
            yield element


def _following(element: HtmlElement, *tags: str) -> Iterator[HtmlElement]:
    """The elements behind this one in page order, one at a time: an XPath would collect all of the page."""
    level: HtmlElement | None = element
    while level is not None:
        for sibling in level.itersiblings():
            yield from sibling.iter(*tags)
        level = level.getparent()


def dated(root: HtmlElement) -> tuple[Mark, ...]:
    """Elements marked up as giving a date, then short lines with a year around the heading.

    Not part of `signals`: most pages say it in metadata.
    """
    heading = next(root.iter("h1"), None)
    around = (
        []
        if heading is None
        else [*_elements(_YEARS_BELOW, heading)[:12], *reversed(_elements(_YEARS_ABOVE, heading)[-6:])]
    )
    lines = [element for element in around if len(_text(element) or "") <= 100]
    marked = [
        element for element in islice(_dated(root), 150) if _YEAR.search(f"{_text(element)} {element.get('datetime')}")
    ]
    return tuple(_mark(element, _name(element)) for element in _few([*marked, *lines]))


# Going through the elements once takes a quarter of the time of an XPath that looks into their attributes.
def _signed(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in root.iter(*_SIGNED_TAGS):
        values = " ".join(element.values())
        if "uthor" not in values and "yline" not in values and "autor" not in values:
            continue
        get = element.get
        if (
            ((names := get("class")) and _SIGNED_CLASS.search(names))
            or ((address := get("href")) and _SIGNED_LINK.search(address))
            or ((identifier := get("id")) and _SIGNED_NAME.search(identifier))
            or get("rel") == "author"
            or ((tested := get("data-testid")) and _SIGNED_NAME.search(tested))
        ):
            yield element


def _dated(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in root.iter(*_DATED_TAGS):
        names, identifier = element.get("class"), element.get("id")
        if (names and _DATED_CLASS.search(names)) or (identifier and _DATED_NAME.search(identifier)):
            yield element


def _mark(element: HtmlElement, name: str) -> Mark:
    value = element.get("datetime") or element.get("content") or element.get("title") or element.get("data-datetime")
    return Mark(
        text=_text(element) or "",
        value=clean_line((value or "")[:_MOST]),
        name=name.lower(),
        aside=_aside(element),
        is_home=_is_home(element),
    )


def _heading(element: HtmlElement) -> Mark:
    pieces = [text for child in element.iterdescendants() if isinstance(child.tag, str) and (text := _text(child))]
    tails = [clean_line(child.tail) for child in element if child.tail and child.tail.strip()]
    return replace(_mark(element, "h1"), pieces=tuple(dict.fromkeys((*pieces[:20], *tails[:20]))))


def _aside(element: HtmlElement) -> str:
    """What it stands in that is not the article (comment, teaser, side column, footer), as tags and classes tell."""
    for ancestor in element.iterancestors():
        tag = _tag(ancestor)
        if tag in ("aside", "nav", "footer"):
            return tag
        if tag in ("body", "main", "html") or next(ancestor.iterdescendants("h1"), None) is not None:
            return ""
        marks = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}".lower()
        if marks != " " and (found := next((word for word in _ASIDE if word in marks), "")):
            return found
    return ""


def _is_home(element: HtmlElement) -> bool:
    """A heading that is a link to the front page: the name of the site."""
    links = [element.getparent(), *element.iter("a")]
    return any(
        _tag(link) == "a"
        and (
            link.get("rel") == "home"
            or ((link.get("href") or "x").count("/") in (1, 3) and (link.get("href") or "").endswith("/"))
            or (link.get("href") or "").rstrip("/").count("/") == 2
        )
        for link in links
        if link is not None
    )


def _meta(element: HtmlElement) -> Iterator[tuple[str, str]]:
    content = element.get("content")
    if not content or not (value := clean_line(content[:_MOST])):
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := element.get(attribute):
            yield name.strip().lower(), value


def _name(element: HtmlElement) -> str:
    return " ".join(element.get(name) or "" for name in ("class", "id", "rel", "itemprop", "href", "data-testid"))[:300]


def _few(elements: list[HtmlElement], most: int = _MOST_ELEMENTS) -> list[HtmlElement]:
    return elements[:most]


def _elements(path: XPath, element: HtmlElement) -> list[HtmlElement]:
    found = path(element)
    return [item for item in found if isinstance(item, HtmlElement)] if isinstance(found, list) else []


def _text(element: HtmlElement) -> str | None:
    parts: list[str] = []
    length = 0
    for text in element.itertext():
        parts.append(text)
        length += len(text)
        if length > _MOST:
            break
    return clean_line(" ".join(parts)[:_MOST]) or None


def _tag(element: _Element | None) -> str:
    return element.tag if element is not None and isinstance(element.tag, str) else ""
