"""The stage `annotate`: articles in, the same articles with what was found in them out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.records import Annotations, Article
from tasks.batches import Annotated, Cleaned, Slow
from tasks.chunks import annotate_chunk
from tasks.context import RunContext, listener
from tasks.isolate import Failure


@task(name="annotate", cache_policy=NO_CACHE)
def annotate(cleaned: Cleaned, context: RunContext) -> Annotated:
    """Annotate each article in a worker; one that a worker does not survive is rejected, its neighbours go on."""
    slow = list(cleaned.slow)

    def took(articles: Sequence[Article], seconds: float) -> None:
        longest = max(articles, key=lambda article: len(article.text))
        slow.append(
            Slow(stage="annotate", seconds=seconds, articles=len(articles), longest=longest.url or longest.article_id)
        )

    settled = listener("annotate", len(cleaned.articles))
    results = context.workers.map(partial(annotate_chunk, context.model), cleaned.articles, settled, took)
    pages = {page.raw_id: page for page in cleaned.pages}
    annotated: list[tuple[Article, Annotations]] = []
    rejections = list(cleaned.rejections)
    for article, result in zip(cleaned.articles, results, strict=True):
        if isinstance(result, Failure):
            rejections.append(context.failure("annotate", pages[article.raw_id], result))
        else:
            annotated.append((article, result))
    return Annotated(pages=cleaned.pages, articles=tuple(annotated), rejections=tuple(rejections), slow=tuple(slow))
