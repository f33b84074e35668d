"""What a feed says of its other documents (RFC 5005): the page or archive before it, and whether there is any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.extract.sources.printable import printable

# An archive leads to older entries by `prev-archive`; the pages of a paged feed, newest first, by `next`.
_EARLIER = ("prev-archive", "next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """`earlier` is the address of the document with older entries; `is_complete` says that there is none.

    `is_wordpress` says that the software behind the feed answers `?paged=N`, though its feeds do not say so.
    """

    earlier: str | None = None
    is_archive: bool = False
    is_complete: bool = False
    is_wordpress: bool = False


def paging(about: Mapping[str, Any]) -> Paging:
    """Read from what feedparser makes of the head of a feed; its links are complete addresses."""
    links = about.get("links")
    named: dict[str, str] = {}
    for link in links if isinstance(links, list) else ():
        if isinstance(link.get("href"), str):
            named.setdefault(str(link.get("rel", "")).lower(), link["href"])
    earlier = next((named[rel] for rel in _EARLIER if rel in named), None)
    return Paging(
        earlier=printable(earlier),
        is_archive=_has_element(about, "archive"),
        is_complete=_has_element(about, "complete"),
        is_wordpress="wordpress.org" in str(about.get("generator") or ""),
    )


def _has_element(about: Mapping[str, Any], name: str) -> bool:
    """An element of the history extension; its prefix is the publisher's choice."""
    return any(key.endswith(f"_{name}") for key in about)
