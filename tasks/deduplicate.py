"""The stage `deduplicate`: one revision an article, and a row for each text that was seen before, whole or in part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.operations import Rejection, Sketch
from storage.records import Duplicate
from storage.sketches import first_with_texts, postings, with_numbers
from storage.state import Ledger
from tasks.batches import Annotated, Deduplicated
from tasks.context import RunContext, listener
from tasks.extract.duplicates import Repeated, candidates, joined, near_duplicates, newest_revisions, sketch
from tasks.extract.refusal import Refusal
from tasks.patience import PATIENT


@task(name="deduplicate", cache_policy=NO_CACHE, **PATIENT)
def deduplicate(annotated: Annotated, context: RunContext) -> Deduplicated:
    """Let the newest of an article's texts in this batch stand; mark articles that repeat others' text."""
    settled = listener("deduplicate", len(annotated.articles))
    newest, repeated = newest_revisions(article for article, _ in annotated.articles)
    sketches = tuple(map(sketch, newest))
    kept = {id(article) for article in newest}
    settled(len(annotated.articles))
    return Deduplicated(
        pages=annotated.pages,
        articles=tuple(pair for pair in annotated.articles if id(pair[0]) in kept),
        duplicates=duplicates_of(sketches, context.ledger, context.now),
        sketches=sketches,
        rejections=(*annotated.rejections, *_rejections(annotated, repeated, context)),
    )


def duplicates_of(sketches: Sequence[Sketch], ledger: Ledger, now: datetime) -> tuple[Duplicate, ...]:
    """Compare articles with one another and with those that the ledger knows."""
    index = joined(postings(ledger, {key for each in sketches for key in each.keys}), sketches)
    chosen = {each.article_id: candidates(each, index) for each in sketches}
    ours = {each.number: each for each in sketches}
    known = with_numbers(ledger, {number for numbers in chosen.values() for number in numbers} - ours.keys())
    by_number = ours | {each.number: each for each in known}
    near = {name: [by_number[each] for each in numbers if each in by_number] for name, numbers in chosen.items()}
    texts = {each.text_sha256 for each in by_number.values()}
    first = first_with_texts(ledger, texts, besides={each.article_id for each in sketches})
    return near_duplicates(sketches, near, first, now)


def _rejections(annotated: Annotated, repeated: tuple[Repeated, ...], context: RunContext) -> Iterator[Rejection]:
    pages = {page.raw_id: page for page in annotated.pages}
    for each in repeated:
        page, kept = pages[each.article.raw_id], pages[each.kept.raw_id]
        detail = f"{page.locator} is the same article as {kept.locator}, which came in the same batch and is kept"
        refusal = Refusal(locator=page.locator, reason="duplicate_in_batch", detail=detail)
        yield context.rejection("deduplicate", page.source_id, refusal, page)
