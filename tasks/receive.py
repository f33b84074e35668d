"""The stage `fetch`: the next batch of a source's pages, without those that are settled already."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.batch import Outcome
from storage.lookups import outcomes
from storage.operations import Page
from tasks.batches import Fetched, Settled
from tasks.context import RunContext, listener
from tasks.extract.sources.received import Received

# A batch is five task runs in Prefect, whose database is to grow by less than 1 MB for 10,000 articles.
BATCH_ARTICLES = 320
BATCH_BYTES = 32 << 20


@task(name="fetch", cache_policy=NO_CACHE)
def receive(readings: Iterator[Received], source_id: str, context: RunContext) -> Fetched:
    """Read on until a batch is full. A page that this pipeline version has settled is counted and left alone.

    `source_id` is that of refusals which do not say to which source they belong.
    """
    settled = listener("fetch", 0)
    taken: list[Received] = []
    count, size = 0, 0
    is_last = True
    for reading in readings:
        taken.append(reading)
        count += len(reading.pages) + len(reading.refusals)
        size += sum(len(page.body) for page in reading.pages)
        settled(len(reading.pages) + len(reading.refusals))
        if count >= BATCH_ARTICLES or size >= BATCH_BYTES:
            is_last = False
            break
    pages, repeated = _distinct(chain.from_iterable(reading.pages for reading in taken))
    known = outcomes(context.ledger, {page.raw_id for page in pages}, context.pipeline_version)
    refusals = chain.from_iterable(reading.refusals for reading in taken)
    return Fetched(
        pages=tuple(page for page in pages if page.raw_id not in known),
        rejections=tuple(context.rejection("fetch", refusal.source_id or source_id, refusal) for refusal in refusals),
        settled=(
            *(Settled(source_id=page.source_id) for page in repeated),
            *(_settled(page, known[page.raw_id]) for page in pages if page.raw_id in known),
        ),
        skipped=sum(len(reading.skipped) for reading in taken),
        is_last=is_last,
        polled=tuple(chain.from_iterable(reading.polled for reading in taken)),
    )


def _settled(page: Page, outcome: Outcome) -> Settled:
    return Settled(source_id=page.source_id, reason=None if outcome.kind == "kept" else outcome.reason or "")


def _distinct(pages: Iterator[Page]) -> tuple[list[Page], list[Page]]:
    """Each page once, and those that came again."""
    seen: dict[str, Page] = {}
    again: list[Page] = []
    for page in pages:
        if page.raw_id in seen:
            again.append(page)
        else:
            seen[page.raw_id] = page
    return list(seen.values()), again
