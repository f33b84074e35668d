"""Where a walk back goes on from a document: to older pages of a feed, or to the parts of a sitemap index."""

from __future__ import annotations

from tasks.extract.history.next_page import Walked, next_page
from tasks.extract.history.sitemap_parts import sitemap_parts
from tasks.extract.history.wanted import Wanted
from tasks.extract.sources.feed import Feed


def following(read: Feed, url: str, walked: Walked, wanted: Wanted) -> tuple[str, ...]:
    """The addresses to ask next, in order; none where the walk is at its end. `walked` is the walk before `read`."""
    if read.parts:
        seen = walked.addresses | {url}
        parts = sitemap_parts(read.parts, wanted.since, wanted.until)
        return tuple(dict.fromkeys(part.url for part in parts if part.url not in seen))
    step = next_page(read, url, walked, wanted.since)
    return (step,) if isinstance(step, str) else ()
