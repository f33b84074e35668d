"""The stage `annotate`: articles in, the same articles with what was found in them out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.records import Annotations, Article
from tasks.batches import Annotated, Cleaned
from tasks.context import RunContext, listener
from tasks.extract.annotate import annotate as annotate_articles
from tasks.isolate import Failure
from tasks.model import load_model


@task(name="annotate", cache_policy=NO_CACHE)
def annotate(cleaned: Cleaned, context: RunContext) -> Annotated:
    """Annotate each article in a worker; one that a worker does not survive is rejected, its neighbours go on."""
    results = context.workers.map(
        partial(annotate_chunk, context.model), cleaned.articles, listener("annotate", len(cleaned.articles))
    )
    pages = {page.raw_id: page for page in cleaned.pages}
    annotated: list[tuple[Article, Annotations]] = []
    rejections = list(cleaned.rejections)
    for article, result in zip(cleaned.articles, results, strict=True):
        if isinstance(result, Failure):
            rejections.append(context.failure("annotate", pages[article.raw_id], result))
        else:
            annotated.append((article, result))
    return Annotated(pages=cleaned.pages, articles=tuple(annotated), rejections=tuple(rejections))


_model = cache(load_model)


def annotate_chunk(model: str, articles: Sequence[Article]) -> list[Annotations]:
    """What a worker does with its share of a batch; the model is loaded once a worker."""
    loaded = _model(model)
    return list(annotate_articles(loaded.nlp, loaded.version, articles))
