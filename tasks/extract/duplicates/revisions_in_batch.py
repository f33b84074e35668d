"""One revision an article in a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.records import Article


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


def _age(article: Article) -> tuple[datetime, datetime, datetime]:
    return (article.modified_at or article.published_at, article.published_at, article.fetched_at)
