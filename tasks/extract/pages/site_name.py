"""The name of the site or publisher, for `source_name` and for telling it from a title or an author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from tasks.extract.pages.json_ld import Node, article_nodes, first, is_type
from tasks.extract.pages.signals import Signals

_WORD = re.compile(r"\w+")
_BODY = re.compile(r"(?:WebSite|Organization|NewsMediaOrganization|Corporation)$")
_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "dcterms.publisher",
          "publisher", "al:ios:app_name", "al:android:app_name", "citation_publisher")  # fmt: skip


def site_name(found: Signals) -> str | None:
    """The publisher as it calls itself: of the article's JSON-LD, then of the meta tags, then of the site's JSON-LD."""
    return next((name for name in _names(found) if "://" not in name and len(name) < 100), None)


def site_keys(found: Signals, url: str | None) -> frozenset[str]:
    """Every form in which the site's name or host may stand beside a title, as `key` writes it."""
    names = {key(name) for name in _names(found)}
    host = _host(url or found.canonical)
    labels = host.split(".")
    names |= {key(host), key(host.rsplit(".", 1)[0])} | ({key(labels[-2])} if len(labels) > 1 else set())
    return frozenset(name for name in names if name)


@lru_cache(maxsize=256)  # a title is held against each heading, piece by piece
def key(text: str) -> str:
    """A text without case, space and punctuation."""
    return "".join(_WORD.findall(text.casefold()))


def is_site(text: str, keys: frozenset[str]) -> bool:
    """The text is the site's name, or begins with it, or the name begins with the text."""
    found = key(text)
    return found in keys or any(
        len(name) > 3
        and ((found.startswith(name) and len(found) <= len(name) + 12) or (len(found) > 3 and name.startswith(found)))
        for name in keys
    )


def _names(found: Signals) -> Iterator[str]:
    for node in article_nodes(found.nodes):
        yield from _publisher(node)
    yield from found.all_metas(*_METAS)
    for node in found.nodes:
        if is_type(node, _BODY) and (name := first(node.get("name"))):
            yield name


def _publisher(node: Node) -> Iterator[str]:
    value = node.get("publisher")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and (name := first(item.get("name"))):
            yield name


def _host(url: str | None) -> str:
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
