"""What is remembered of an article's text to find its like again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storage.operations import Sketch
from storage.records import Article
from tasks.extract.duplicates.keys import keys
from tasks.extract.duplicates.packed import pack
from tasks.extract.duplicates.shingles import shingles, words

VERSION = 2
"""Raised whenever the same text gives other keys or shingles; what is remembered is then made anew."""
SIZE = 4
"""Words in a shingle of those that are compared."""
_DAY = timedelta(days=1)
_SPANS = {"day": _DAY, "month": 31 * _DAY, "year": 366 * _DAY}


def sketch(article: Article) -> Sketch:
    """The sketch of an article as it stands."""
    found = words(article.text)
    spread = shingles(found, SIZE)
    return Sketch(
        article_id=article.article_id,
        number=number_of(article.article_id),
        text_sha256=article.text_sha256,
        appeared_at=appeared_at(article),
        publisher=publisher(article),
        keys=keys(found, spread),
        shingles=pack(spread),
        version=VERSION,
    )


def number_of(article_id: str) -> int:
    """The article as a signed 64-bit number, which takes a quarter of the space of its id."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "big", signed=True)


def appeared_at(article: Article) -> datetime:
    """When the text was there at the latest: where only the day is known, when we read it or the day's end."""
    span = _SPANS.get(article.published_precision)
    if span is None:
        return article.published_at
    return max(article.published_at, min(article.published_at + span, article.fetched_at))


def publisher(article: Article) -> str:
    """Who printed it: the host of its address, else the name of its source."""
    try:
        host = urlsplit(article.canonical_url or article.url or "").hostname
    except ValueError:
        host = None
    return (host or "").removeprefix("www.") or (article.source_name or article.source_id).casefold()
