"""The stage `annotate`: articles in, the same articles with what was found in them out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.noted import Noted
from storage.operations import Sketch
from storage.records import Article
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
    together = side_by_side(cleaned.articles)
    results = context.workers.map(partial(annotate_chunk, context.model), together, settled, took)
    found = dict(zip(map(id, together), results, strict=True))
    pages = {page.raw_id: page for page in cleaned.pages}
    annotated: list[tuple[Article, Noted]] = []
    sketches: list[Sketch] = []
    rejections = list(cleaned.rejections)
    for article in cleaned.articles:
        result = found[id(article)]
        if isinstance(result, Failure):
            rejections.append(context.failure("annotate", pages[article.raw_id], result))
        else:
            notes, sketch = result
            annotated.append((article, notes))
            sketches.append(sketch)
    return Annotated(
        pages=cleaned.pages,
        articles=tuple(annotated),
        sketches=tuple(sketches),
        rejections=tuple(rejections),
        slow=tuple(slow),
    )


def side_by_side(articles: Sequence[Article]) -> list[Article]:
    """Articles with the same text next to one another, so that they come to the same worker, which parses it once."""
    first: dict[str, int] = {}
    for number, article in enumerate(articles):
        first.setdefault(article.text, number)
    return sorted(articles, key=lambda article: first[article.text])
