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
from tasks.extract.duplicates import (
    Repeated,
    candidates,
    is_doubtful,
    joined,
    near_duplicates,
    newest_revisions,
    reconsidered,
)
from tasks.extract.refusal import Refusal
from tasks.patience import PATIENT


@task(name="deduplicate", cache_policy=NO_CACHE, **PATIENT)
def deduplicate(annotated: Annotated, context: RunContext) -> Deduplicated:
    """Let the newest of an article's texts in this batch stand; mark articles that repeat others' text."""
    settled = listener("deduplicate", len(annotated.articles))
    newest, repeated = newest_revisions(article for article, _ in annotated.articles)
    kept = {id(article) for article in newest}
    given = zip(annotated.articles, annotated.sketches, strict=True)
    sketches = tuple(sketch for (article, _), sketch in given if id(article) in kept)
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
    near = _near(sketches, sketches, ledger)
    known = {each.article_id: each for some in (*near.values(), sketches) for each in some}
    texts = {each.text_sha256 for each in known.values()}
    first = first_with_texts(ledger, texts, besides={each.article_id for each in sketches})
    known |= {each.article_id: each for each in first.values()}
    found = near_duplicates(sketches, near, first, now)
    # What is boilerplate in an article that was known before is looked up only where it may matter.
    doubtful = {name for row in found if is_doubtful(row) for name in (row.article_id, row.original_id)}
    if unknown := [known[name] for name in sorted(doubtful - near.keys())]:
        near |= _near(unknown, sketches, ledger)
    return reconsidered(found, known, near)


def _near(wanted: Sequence[Sketch], new: Sequence[Sketch], ledger: Ledger) -> dict[str, list[Sketch]]:
    """What each article is to be compared with, by its id: likeliest first, of those that are known or new."""
    index = joined(postings(ledger, {key for each in wanted for key in each.keys}), new)
    chosen = {each.article_id: candidates(each, index) for each in wanted}
    ours = {each.number: each for each in new}
    known = with_numbers(ledger, {number for numbers in chosen.values() for number in numbers} - ours.keys())
    by_number = ours | {each.number: each for each in known}
    return {name: [by_number[each] for each in numbers if each in by_number] for name, numbers in chosen.items()}


def _rejections(annotated: Annotated, repeated: tuple[Repeated, ...], context: RunContext) -> Iterator[Rejection]:
    pages = {page.raw_id: page for page in annotated.pages}
    for each in repeated:
        page, kept = pages[each.article.raw_id], pages[each.kept.raw_id]
        detail = f"{page.locator} is the same article as {kept.locator}, which came in the same batch and is kept"
        refusal = Refusal(locator=page.locator, reason="duplicate_in_batch", detail=detail)
        yield context.rejection("deduplicate", page.source_id, refusal, page)
