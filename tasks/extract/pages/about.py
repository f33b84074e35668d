"""What a page says about itself besides title, authors and dates, each from the first place that has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from storage.operations import Header
from tasks.extract.pages.json_ld import Json, article_nodes, first, strings
from tasks.extract.pages.signals import Signals

_FREE_TIERS = ("free", "none", "open")
_NO_MACHINES = re.compile(r"\b(?:noai|notrain|noml)\b", re.IGNORECASE)
_KEYWORD = re.compile(r"\s*[;,|]\s*")
_MOST_TAGS = 30


def description(found: Signals) -> str | None:
    """The publisher's summary."""
    return found.meta("og:description", "description", "twitter:description", "dc.description") or _node(
        found, "description"
    )


def image_url(found: Signals, url: str | None) -> str | None:
    """The lead image, as an absolute address where the page's own address is known."""
    stated = found.meta("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    return _joined(url, stated) or _joined(url, next(_images(found), None))


def section(found: Signals) -> str | None:
    """The section or category."""
    return _node(found, "articleSection") or found.meta(
        "article:section", "parsely-section", "section", "cxenseparse:section"
    )


def tags(found: Signals) -> tuple[str, ...]:
    """Keywords: of the article's JSON-LD, else tag by tag of its meta tags, else of the meta tag that lists them."""
    for texts in (
        [text for node in article_nodes(found.nodes)[:2] for text in strings(node.get("keywords"))],
        list(found.all_metas("article:tag")),
        list(found.all_metas("news_keywords", "parsely-tags", "sailthru.tags", "keywords")[:1]),
    ):
        words = [word.strip() for text in texts for word in _KEYWORD.split(text)]
        if kept := tuple(dict.fromkeys(word for word in words if 1 < len(word) < 80)):
            return kept[:_MOST_TAGS]
    return ()


def canonical_url(found: Signals, url: str | None) -> str | None:
    """The lasting address; one that leads to a front page, while the page's own does not, is a publisher's mistake."""
    for stated in (found.canonical, found.meta("og:url")):
        absolute = _joined(url, stated)
        if (
            absolute
            and absolute.startswith(("http://", "https://"))
            and (_has_path(absolute) or not _has_path(url or ""))
        ):
            return absolute
    return None


def is_paywalled(found: Signals) -> bool | None:
    """The publisher says that the whole text is not free (True) or is free (False); None where it says nothing."""
    for node in article_nodes(found.nodes):
        parts = node.get("hasPart")
        stated = [node, *(parts if isinstance(parts, list) else [parts])]
        said = [
            each["isAccessibleForFree"] for each in stated if isinstance(each, dict) and "isAccessibleForFree" in each
        ]
        if said:  # a part that is not free makes the whole so
            return any(str(value).lower().rsplit("/", 1)[-1] in ("false", "no", "0") for value in said)
    tier = found.meta("article:content_tier", "content_tier", "cxenseparse:access")
    return None if tier is None else tier.lower() not in _FREE_TIERS


def is_opted_out(found: Signals, headers: Sequence[Header]) -> bool:
    """The page or its headers forbid machine use: robots "noai", or a text-and-data-mining reservation."""
    said = [*found.all_metas("robots", "googlebot", "ai"), *(h.value for h in headers if h.name == "x-robots-tag")]
    reserved = [*found.all_metas("tdm-reservation"), *(h.value for h in headers if h.name == "tdm-reservation")]
    return any(_NO_MACHINES.search(text) for text in said) or any(text.strip() == "1" for text in reserved)


def language(found: Signals) -> str | None:
    """The language that the page declares."""
    return found.language or _node(found, "inLanguage") or found.meta("og:locale", "content-language", "language")


def body_text(found: Signals) -> str | None:
    """The article's text as its JSON-LD has it."""
    bodies = [text for node in article_nodes(found.nodes) if (text := first(node.get("articleBody")))]
    return max(bodies, key=len, default=None)


def _node(found: Signals, name: str) -> str | None:
    return next((text for node in article_nodes(found.nodes) if (text := first(node.get(name)))), None)


def _images(found: Signals) -> Iterator[str]:
    for node in article_nodes(found.nodes):
        value: Json = node.get("image")
        for item in value if isinstance(value, list) else [value]:
            if text := first(item.get("url") or item.get("contentUrl")) if isinstance(item, dict) else first(item):
                yield text


def _joined(url: str | None, stated: str | None) -> str | None:
    if not stated or stated.startswith("data:"):
        return None
    try:
        return urljoin(url or "", stated.strip())
    except ValueError:
        return None


def _has_path(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)
