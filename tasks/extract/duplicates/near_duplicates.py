"""Rows of `duplicates` for new articles, from their sketches and those of the articles they may repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from storage.operations import Sketch
from storage.records import Duplicate
from tasks.extract.duplicates.compare import Overlap, Shingled, boilerplate, overlap
from tasks.extract.duplicates.kind import kind
from tasks.extract.duplicates.packed import unpack

MOST_BOILERPLATE = 3
"""Rows that an article gets for passages that make no duplicate: the largest."""
DOUBTFUL = 0.25
"""Of an article that has this share in common with another, boilerplate may be what the rest of it is."""


def near_duplicates(
    articles: Iterable[Sketch],
    near: Mapping[str, Sequence[Sketch]],
    first_with_text: Mapping[str, Sketch],
    now: datetime,
) -> tuple[Duplicate, ...]:
    """A row for each pair of an article and one of those near it (by article id) that have much text in common.

    The row belongs to the later of the two, whichever came to us first, so that the order of arrival does not matter.
    `first_with_text` is the earliest known article with a text, by its hash; none of `articles`. Copies to the letter
    are paired with the earliest alone, which stands for all of them. Articles are never dropped: a reprint is a fact
    about its publisher.
    """
    new = sorted(articles, key=age, reverse=True)
    with_text: dict[str, list[Sketch]] = {text: [first] for text, first in first_with_text.items()}
    for article in new:
        with_text.setdefault(article.text_sha256, []).append(article)
    first = {text: min(carriers, key=age) for text, carriers in with_text.items()}
    found = {
        (row.article_id, row.original_id): row
        for text, carriers in with_text.items()
        for carrier in carriers
        for row in _exact(carrier, first[text], now)
    }
    for article in new:
        for row in _near(article, _one_a_text(article, near.get(article.article_id, ()), first), now):
            found.setdefault((row.article_id, row.original_id), row)
    return tuple(found.values())


def is_doubtful(row: Duplicate) -> bool:
    """Whether it may matter to a pair what of the article that was known before is boilerplate."""
    shares = (row.share_of_article or 0.0, row.share_of_original or 0.0)
    return row.kind == "excerpt" or (row.kind == "shared_boilerplate" and max(shares) >= DOUBTFUL)


def reconsidered(
    found: Iterable[Duplicate], sketches: Mapping[str, Sketch], near: Mapping[str, Sequence[Sketch]]
) -> tuple[Duplicate, ...]:
    """The same rows, the doubtful ones with the kind that they have when the boilerplate of both is left aside.

    `sketches` are the articles by their ids, `near` what is near each of those in doubtful rows.
    """
    rows = [_again(row, sketches, near) if is_doubtful(row) else row for row in found]
    weak: dict[str, list[Duplicate]] = {}
    for row in rows:
        if row.kind == "shared_boilerplate":
            weak.setdefault(row.article_id, []).append(row)
    kept = {id(row) for some in weak.values() for row in _largest(some)}
    return tuple(row for row in rows if row.kind != "shared_boilerplate" or id(row) in kept)


def _again(row: Duplicate, sketches: Mapping[str, Sketch], near: Mapping[str, Sequence[Sketch]]) -> Duplicate:
    one, other = sketches[row.article_id], sketches[row.original_id]
    sets = unpack(one.shingles), unpack(other.shingles)
    common = [
        boilerplate(own, [unpack(each.shingles) for each in near[sketch.article_id]])
        for own, sketch in zip(sets, (one, other), strict=True)
    ]
    rest = overlap(*sets, np.union1d(*common))
    name = kind(overlap(*sets), rest, is_same_publisher=one.publisher == other.publisher)
    return replace(row, kind=name or "shared_boilerplate")


def _largest(weak: Iterable[Duplicate]) -> list[Duplicate]:
    return sorted(weak, key=lambda row: (-row.similarity, row.article_id, row.original_id))[:MOST_BOILERPLATE]


def age(sketch: Sketch) -> tuple[datetime, str]:
    """The order of copies: the lower is the earlier."""
    return sketch.appeared_at, sketch.article_id


def _one_a_text(article: Sketch, others: Iterable[Sketch], first: Mapping[str, Sketch]) -> list[Sketch]:
    chosen: dict[str, Sketch] = {}
    for other in others:
        if other.text_sha256 != article.text_sha256:
            known = (other, chosen.get(other.text_sha256, other), first.get(other.text_sha256, other))
            chosen[other.text_sha256] = min(known, key=age)
    return list(chosen.values())


def _exact(article: Sketch, first: Sketch, now: datetime) -> Iterator[Duplicate]:
    if first.article_id != article.article_id:
        yield _row(article, first, Overlap(1, 1, 1), "exact", "exact_text", now)


def _near(article: Sketch, others: Sequence[Sketch], now: datetime) -> Iterator[Duplicate]:
    own = unpack(article.shingles)
    sets: list[Shingled] = [unpack(other.shingles) for other in others]
    common = boilerplate(own, sets)
    weak = []
    for other, theirs in zip(others, sets, strict=True):
        whole = overlap(own, theirs)
        rest = overlap(own, theirs, common) if len(common) else whole
        name = kind(whole, rest, is_same_publisher=article.publisher == other.publisher)
        if name == "shared_boilerplate":
            weak.append(_row(article, other, whole, name, "minhash_lsh", now))
        elif name is not None:
            yield _row(article, other, whole, name, "minhash_lsh", now)
    yield from _largest(weak)


def _row(article: Sketch, other: Sketch, found: Overlap, name: str, method: str, now: datetime) -> Duplicate:
    """The pair, whichever of the two is the later; `found` has `article` as its first."""
    is_later = age(article) > age(other)
    later, earlier = (article, other) if is_later else (other, article)
    shares = (found.share_of_article, found.share_of_original)
    return Duplicate(
        article_id=later.article_id,
        original_id=earlier.article_id,
        kind=name,
        similarity=found.resemblance,
        share_of_article=shares[0 if is_later else 1],
        share_of_original=shares[1 if is_later else 0],
        method=method,
        detected_at=now,
    )
