"""The names that feedparser gives elements: a usual prefix for each namespace, none for those of feeds themselves."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TITLES = {"title", "dc_title"}
OWN_CONTEXT = {"source", "image", "textinput"}  # what stands in these says nothing of what is around them
OTHER_PEOPLE = {"contributor", "dc_contributor", "itunes_owner"}
_PREFIXES = {
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}


def element_name(node: etree._Element) -> str:
    """`title`, `dc_creator`, `media_content`: in lower case; a namespace unknown here goes by the document's prefix."""
    return _named(str(node.tag), node.prefix)


@lru_cache(maxsize=4096)
def _named(tag: str, prefix: str | None) -> str:
    namespace, _, local = tag.rpartition("}")
    known = _PREFIXES.get(namespace.removeprefix("{").lower()) if namespace else ""
    used = (prefix or "").lower() if known is None else known
    return f"{used}_{local.lower()}" if used else local.lower()
