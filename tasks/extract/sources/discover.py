"""Where a site keeps its feeds: what its pages link to, else where feeds usually stand."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

_LINK = re.compile(r"<(?:link|a)\b[^>]{0,2000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"\btype\s*=\s*[\"']?\s*application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_ALTERNATE = re.compile(r"\brel\s*=\s*[\"']?[^\"'>]{0,100}\b(?:alternate|feed)\b", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_COMMENTS = re.compile(r"comments?(?:/|-|_|\.|$)", re.IGNORECASE)
COMMON_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
)
MAX_FEEDS = 20


def feed_links(page: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page declares, in its order, those of comments last."""
    found: list[str] = []
    for tag in _LINK.finditer(page[:2_000_000].decode("utf-8", "replace")):
        href = _HREF.search(tag[0])
        if href and _FEED_TYPE.search(tag[0]) and _ALTERNATE.search(tag[0]):
            value = html.unescape(next(group for group in href.groups() if group is not None))
            found.append(_joined(url, value))
    feeds = dict.fromkeys(address for address in found if address.startswith(("http://", "https://")))
    return tuple(sorted(feeds, key=lambda address: bool(_COMMENTS.search(address))))[:MAX_FEEDS]


def usual_addresses(url: str) -> tuple[str, ...]:
    """Where a site that declares none may keep a feed."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    below = [url.rstrip("/") + "/feed"] if parts.path.strip("/") else []
    return tuple(dict.fromkeys([*below, *(root + path for path in COMMON_PATHS)]))


def _joined(base: str, value: str) -> str:
    try:
        return urljoin(base, value.strip())
    except ValueError:
        return ""
