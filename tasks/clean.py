"""The stage `clean`: pages in, articles out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.operations import Page
from storage.records import Article
from tasks.batches import Cleaned, Fetched, Slow
from tasks.chunks import clean_chunk
from tasks.context import RunContext, listener
from tasks.extract.refusal import Refusal


@task(name="clean", cache_policy=NO_CACHE)
def clean(fetched: Fetched, context: RunContext) -> Cleaned:
    """Clean each page in a worker; one that can't be is rejected with its reason, and its neighbours go on."""
    slow: list[Slow] = []

    def took(pages: Sequence[Page], seconds: float) -> None:
        longest = max(pages, key=lambda page: len(page.body))
        slow.append(Slow(stage="clean", seconds=seconds, articles=len(pages), longest=longest.locator))

    sources = {page.source_id for page in fetched.pages}
    repeated = {source: keys for source, keys in context.repeated.items() if source in sources}
    work = partial(clean_chunk, repeated)
    results = context.workers.map(work, fetched.pages, listener("clean", len(fetched.pages)), took)
    articles: list[Article] = []
    rejections = list(fetched.rejections)
    for page, result in zip(fetched.pages, results, strict=True):
        if isinstance(result, Article):
            articles.append(result)
        elif isinstance(result, Refusal):
            rejections.append(context.rejection("clean", page.source_id, result, page))
        else:
            rejections.append(context.failure("clean", page, result))
    return Cleaned(pages=fetched.pages, articles=tuple(articles), rejections=tuple(rejections), slow=tuple(slow))
