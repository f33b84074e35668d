"""The stage `reread`: stored pages, or stored articles, in batches, to be done again by the code of today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage import stored
from storage.operations import Page, Rejection
from storage.records import Article
from storage.stored import Item
from tasks.batches import Cleaned, Fetched
from tasks.context import RunContext
from tasks.extract.refusal import Refusal
from tasks.patience import PATIENT
from tasks.receive import BATCH_ARTICLES, BATCH_BYTES


@task(name="reread", cache_policy=NO_CACHE, **PATIENT)
def reread_pages(items: Sequence[Item], context: RunContext) -> tuple[Fetched, Sequence[Item]]:
    """The pages of a batch, and the items that are left for the next one."""
    taken: dict[str, Page] = {}
    size = 0
    batch = items[:BATCH_ARTICLES]
    for page in stored.pages(context.lake, context.ledger, [item.raw_id for item in batch]):
        taken[page.raw_id] = page
        size += len(page.body)
        if size >= BATCH_BYTES:
            batch = [item for item in batch if item.raw_id in taken]
            break
    done = {item.raw_id for item in batch}
    left = [item for item in items if item.raw_id not in done]
    fetched = Fetched(
        pages=tuple(taken.values()),
        rejections=_missing(batch, taken.keys(), context),
        is_last=not left,
    )
    return fetched, left


@task(name="reread", cache_policy=NO_CACHE, **PATIENT)
def reread_articles(items: Sequence[Item], context: RunContext) -> tuple[Cleaned, Sequence[Item]]:
    """The articles of a batch with the texts they have, and the items that are left for the next one."""
    fetched, left = reread_pages.fn([item for item in items if item.article_id], context)
    wanted = {item.article_id: item.raw_id for item in items if item.article_id}
    read = {page.raw_id for page in fetched.pages}
    ids = [article_id for article_id, raw_id in wanted.items() if raw_id in read]
    articles: list[Article] = list(stored.articles(context.lake, context.ledger, ids))
    return Cleaned(pages=fetched.pages, articles=tuple(articles), rejections=fetched.rejections), left


def _missing(items: Sequence[Item], found: Iterable[str], context: RunContext) -> tuple[Rejection, ...]:
    found = set(found)
    refusals = (
        (item, Refusal(locator=item.raw_id, reason="not_stored", detail=_NOT_STORED.format(item), is_retryable=True))
        for item in items
        if item.raw_id not in found
    )
    return tuple(context.rejection("reread", item.source_id, refusal) for item, refusal in refusals)


_NOT_STORED = "The lake has no row of `raw` with raw_id {0.raw_id}: `newslake verify` tells what else is missing"
