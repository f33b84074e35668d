"""Exact duplicates: one revision an article in a batch, and which articles repeat another's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.records import Article, Duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """An article that came twice in one batch: `article` gives way to the newer `kept`."""

    article: Article
    kept: Article


def newest_revisions(articles: Iterable[Article]) -> tuple[tuple[Article, ...], tuple[Repeated, ...]]:
    """One article an id: the one last changed, last published, last fetched, or the first of equals."""
    kept: dict[str, Article] = {}
    repeated: list[Repeated] = []
    for article in articles:
        other = kept.get(article.article_id)
        if other is None:
            kept[article.article_id] = article
        elif _age(article) > _age(other):
            kept[article.article_id] = article
            repeated.append(Repeated(article=other, kept=article))
        else:
            repeated.append(Repeated(article=article, kept=other))
    return tuple(kept.values()), tuple(repeated)


def exact_duplicates(
    articles: Iterable[Article], first_with_text: Mapping[str, str], now: datetime
) -> tuple[Duplicate, ...]:
    """A row for each article whose text is, character for character, that of one seen before.

    `first_with_text` maps the SHA-256 of a text to the article that the lake knows it from. Both articles are
    kept: a reprint is a fact about its publisher.
    """
    first = dict(first_with_text)
    found: list[Duplicate] = []
    for article in articles:
        original = first.setdefault(article.text_sha256, article.article_id)
        if original != article.article_id:
            found.append(
                Duplicate(
                    article_id=article.article_id,
                    original_id=original,
                    similarity=1.0,
                    method="exact_text",
                    detected_at=now,
                )
            )
    return tuple(found)


def _age(article: Article) -> tuple[datetime, datetime, datetime]:
    return (article.modified_at or article.published_at, article.published_at, article.fetched_at)
