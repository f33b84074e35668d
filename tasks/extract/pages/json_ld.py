"""Read the JSON-LD of a page, as publishers really write it, and find the node that is the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Node: TypeAlias = "dict[str, Json]"

# schema.org types of a page's main content, most telling first; subtypes end the same way.
_ARTICLE = re.compile(
    r"(?:Article|BlogPosting|Report|Reportage\w*|Review|ClaimReview|SocialMediaPosting|DiscussionForumPosting"
    r"|AnalysisNewsArticle|ScholarlyArticle|Recipe|HowTo|PodcastEpisode|NewsVideo)$"
)
_PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage|FAQPage|CollectionPage|CreativeWork|VideoObject)$")
_WRAPPER = re.compile(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*;?\s*$|^\s*<!--|-->\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'([}\]"])(\s*\n\s*)(")')
_DEEPEST = 12
_MOST_NODES = 400
_LARGEST = 1_000_000  # characters of one script


def json_ld(scripts: Sequence[str]) -> tuple[Node, ...]:
    """Every object of the scripts, outermost first, in page order; broken scripts are repaired or left out."""
    nodes: list[Node] = []
    for script in scripts:
        for value in _values(script):
            nodes += _nodes(value)
            if len(nodes) >= _MOST_NODES:
                return tuple(nodes[:_MOST_NODES])
    return tuple(nodes)


def article_nodes(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes that are an article, then those that are a page; nodes with a headline before those without."""
    articles = [node for node in nodes if is_type(node, _ARTICLE)]
    pages = [node for node in nodes if is_type(node, _PAGE)]
    articles.sort(key=lambda node: not ("headline" in node or "datePublished" in node))
    return (*articles, *pages)


def is_article(node: Node) -> bool:
    """The node is of a type that is an article, not merely a page."""
    return is_type(node, _ARTICLE)


def is_type(node: Node, pattern: re.Pattern[str]) -> bool:
    """One of the node's types matches."""
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and pattern.search(name) for name in kinds)


def strings(value: Json) -> tuple[str, ...]:
    """The strings of a value that may be a string, a list of them, or objects with a name or value."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            inner = item.get("name") or item.get("@value") or item.get("url") or item.get("@id")
            item = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(item, int | float) and not isinstance(item, bool):
            item = str(item)
        if isinstance(item, str) and item.strip():
            found.append(unescape(item).strip())
    return tuple(found)


def first(value: Json) -> str | None:
    """The first string of a value, or None."""
    return next(iter(strings(value)), None)


def _values(script: str) -> Iterator[Json]:
    """The JSON values of a script: one as a rule, several where they were written one after the other."""
    text = _WRAPPER.sub("", _WRAPPER.sub("", script[:_LARGEST])).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _MISSING_COMMA.sub(r"\1,\2\3", text)), unescape(text)):
        try:
            yield json.loads(attempt, strict=False)
            return
        except RecursionError:
            return
        except ValueError:
            continue
    yield from _one_after_another(text)


def _one_after_another(text: str) -> Iterator[Json]:
    decoder = json.JSONDecoder(strict=False)
    position = 0
    for _ in range(20):
        start = min((at for at in (text.find("{", position), text.find("[", position)) if at >= 0), default=-1)
        if start < 0:
            return
        try:
            value, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return
        yield value


def _nodes(value: Json, depth: int = 0) -> Iterator[Node]:
    """Objects that have a type, outermost first. What an article merely mentions is not looked into."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "itemReviewed",
            "hasPart",
            "liveBlogUpdate",
            "blogPost",
        ):
            if isinstance(value.get(key), dict | list):
                if key in ("liveBlogUpdate", "blogPost", "hasPart"):
                    continue
                yield from _nodes(value[key], depth + 1)
