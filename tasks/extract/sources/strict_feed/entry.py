"""The entries of a plain feed, as feedparser gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tasks.extract.sources.strict_feed.author import author
from tasks.extract.sources.strict_feed.element_name import OTHER_PEOPLE, OWN_CONTEXT, RDF, TITLES, element_name
from tasks.extract.sources.strict_feed.texts import (
    TYPES,
    OutOfTheOrdinary,
    attributes_of,
    language_of,
    read_id,
    read_link,
    require_harmless,
    stripped_text,
    text_of,
    typed_text,
    with_href,
)

_DATES = {
    "pubdate": "published", "published": "published", "issued": "published", "dcterms_issued": "published",
    "updated": "updated", "modified": "updated", "lastbuilddate": "updated", "dc_date": "updated",
    "dcterms_modified": "updated", "created": "created", "dcterms_created": "created",
}  # fmt: skip
_DESCRIPTIONS = {
    "description": "text/html", "dc_description": "text/html", "media_description": "text/html",
    "abstract": "text/plain", "summary": "text/plain", "itunes_summary": "text/plain",
}  # fmt: skip
_CONTENTS = {"content_encoded": "text/html", "fullitem": "text/html", "content": "text/plain"}
_AUTHORS = {"author", "managingeditor", "dc_creator", "dc_author", "itunes_author"}
_CATEGORIES = {"category", "keywords", "dc_subject", "media_category"}
_KEYWORDS = {"media_keywords", "itunes_keywords", "tags"}
_OTHERS = {"wp_post_type", "wp_status", "feedburner_origlink"}
_CONTAINERS = {"media_group", "media_content"}
_NEVER = {
    "body", "xhtml_body", "itunes_category", "itunes_name", "itunes_email", "item", "entry", "language", "dc_language",
}  # fmt: skip
_HANDLED = {
    *_DATES, *_DESCRIPTIONS, *_CONTENTS, *_AUTHORS, *_CATEGORIES, *_KEYWORDS, *_OTHERS, *_CONTAINERS, *TITLES,
    *_NEVER, "link", "id", "guid", "enclosure", "media_title", "media_thumbnail", "generator", "name", "email",
}  # fmt: skip


@dataclass(slots=True)
class _Entry:
    """An entry while it is read."""

    values: dict[str, Any] = field(default_factory=dict)
    has_content: bool = False
    summary_depth: int | None = None
    has_own_context: bool = False
    has_media_title: bool = False
    has_plain_author: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """Reads the entries of one feed."""

    base: str
    is_atom: bool
    language: str | None

    def item(self, node: etree._Element) -> dict[str, Any]:
        item = _Entry()
        if "lastmod" in node.attrib or "href" in node.attrib:
            raise OutOfTheOrdinary("attributes of an item")
        if about := node.get(f"{{{RDF}}}about"):
            item.values["id"] = about
        self._children(node, item, language_of(node, self.language), 0)
        if item.has_media_title and (item.has_own_context or not item.values.get("title")):
            raise OutOfTheOrdinary("media:title")
        return item.values

    def _children(self, node: etree._Element, item: _Entry, language: str | None, depth: int) -> None:
        for child in node:
            name = element_name(child)
            if name in _HANDLED:
                self._child(name, child, item, language, depth)
            elif name in OWN_CONTEXT:
                item.has_own_context = True
                if name != "source" and len(child):
                    raise OutOfTheOrdinary("image")
            elif name not in OTHER_PEOPLE and len(child):
                require_harmless(child, _HANDLED | OWN_CONTEXT)

    def _child(self, name: str, child: etree._Element, item: _Entry, language: str | None, depth: int) -> None:
        values = item.values
        if name in _CONTAINERS:
            if name == "media_content":
                values.setdefault("media_content", []).append(attributes_of(child))
            self._children(child, item, language, depth + 1)
        elif depth and name not in ("media_title", "media_description", "media_thumbnail", "media_keywords"):
            if name not in ("media_category",):
                raise OutOfTheOrdinary("media")
            _category(child, values)
        elif name in TITLES:
            if "title" in values:
                raise OutOfTheOrdinary("titles")
            values["title"] = typed_text(child)
            values["title_detail"] = {"language": language_of(child, language)}
        elif name == "media_title":
            text_of(child)
            item.has_media_title = True
        elif name in _DATES:
            values[_DATES[name]] = text_of(child)
        elif name == "link":
            read_link(child, values, self.base)
        elif name in ("id", "guid"):
            read_id(child, values, self.base)
        elif name in _DESCRIPTIONS:
            self._description(child, item, _DESCRIPTIONS[name], depth)
        elif name in _CONTENTS:
            self._content(child, item, _CONTENTS[name])
        elif name in _AUTHORS:
            if len(child) and item.has_plain_author:
                raise OutOfTheOrdinary("authors")
            item.has_plain_author = item.has_plain_author or not len(child)
            values.setdefault("authors", []).append(_author(child))
        elif name in _CATEGORIES:
            _category(child, values)
        elif name in _KEYWORDS:
            values.setdefault("tags", []).extend(
                {"term": term.strip()} for term in text_of(child).split(",") if term.strip()
            )
        elif name == "enclosure":
            values.setdefault("links", []).append(with_href(attributes_of(child)) | {"rel": "enclosure"})
        elif name == "media_thumbnail":
            values.setdefault("media_thumbnail", []).append(_thumbnail(child))
        elif name in _OTHERS:
            if child.attrib:
                raise OutOfTheOrdinary(name)
            values[name] = text_of(child)
        else:
            raise OutOfTheOrdinary(name)

    def _description(self, child: etree._Element, item: _Entry, usual: str, depth: int) -> None:
        """The first one is the summary; a second one before any content is taken for content."""
        if "summary" in item.values and not item.has_content:
            self._content(child, item, "text/plain")
            return
        value = typed_text(child, usual)
        if item.summary_depth is None or depth <= item.summary_depth:
            item.summary_depth = depth
            item.values["summary"] = value

    def _content(self, child: etree._Element, item: _Entry, usual: str) -> None:
        value = typed_text(child, usual)
        kind = TYPES[child.get("type", usual).lower()]
        if kind == "text/plain" and not self.is_atom and ("<" in value or "&" in value):
            raise OutOfTheOrdinary("content that may be HTML")
        if child.get("src"):
            raise OutOfTheOrdinary("content elsewhere")
        item.has_content = True
        item.values.setdefault("content", []).append({"type": kind, "value": value})
        item.values.setdefault("summary", value)


def _author(child: etree._Element) -> dict[str, str]:
    if not len(child):
        return author(text_of(child))
    found: dict[str, str] = {}
    for part in child:
        name = element_name(part)
        if name in ("name", "email"):
            if name in found:
                raise OutOfTheOrdinary("authors")
            found[name] = stripped_text(part)
        elif name not in ("uri", "url", "homepage"):
            if name in _HANDLED:
                raise OutOfTheOrdinary("authors")
            require_harmless(part, _HANDLED)
    return found


def _category(child: etree._Element, values: dict[str, Any]) -> None:
    attributes = attributes_of(child)
    tags = values.setdefault("tags", [])
    term, label, text = attributes.get("term"), attributes.get("label"), text_of(child)
    if term or label:
        tags.append({"term": term or text, "label": label})
    if (text and term) or (text and not label):
        tags.append({"term": text})


def _thumbnail(child: etree._Element) -> dict[str, str]:
    attributes = attributes_of(child)
    text = text_of(child)
    return attributes if "url" in attributes or not text else attributes | {"url": text}
