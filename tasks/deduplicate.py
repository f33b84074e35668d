"""The stage `deduplicate`: one revision an article, and a row for each text that was seen before."""

from __future__ import annotations

from collections.abc import Iterator

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.lookups import articles_with_text
from storage.operations import Rejection
from tasks.batches import Annotated, Deduplicated
from tasks.context import RunContext, listener
from tasks.extract.duplicates import Repeated, exact_duplicates, newest_revisions
from tasks.extract.refusal import Refusal


@task(name="deduplicate", cache_policy=NO_CACHE)
def deduplicate(annotated: Annotated, context: RunContext) -> Deduplicated:
    """Let the newest of an article's texts in this batch stand; mark articles that repeat another's text."""
    settled = listener("deduplicate", len(annotated.articles))
    newest, repeated = newest_revisions(article for article, _ in annotated.articles)
    first = articles_with_text(context.ledger, {article.text_sha256 for article in newest})
    kept = {id(article) for article in newest}
    settled(len(annotated.articles))
    return Deduplicated(
        pages=annotated.pages,
        articles=tuple(pair for pair in annotated.articles if id(pair[0]) in kept),
        duplicates=exact_duplicates(newest, first, context.now),
        rejections=(*annotated.rejections, *_rejections(annotated, repeated, context)),
    )


def _rejections(annotated: Annotated, repeated: tuple[Repeated, ...], context: RunContext) -> Iterator[Rejection]:
    pages = {page.raw_id: page for page in annotated.pages}
    for each in repeated:
        page, kept = pages[each.article.raw_id], pages[each.kept.raw_id]
        detail = f"{page.locator} is the same article as {kept.locator}, which came in the same batch and is kept"
        refusal = Refusal(locator=page.locator, reason="duplicate_in_batch", detail=detail)
        yield context.rejection("deduplicate", page.source_id, refusal, page)
