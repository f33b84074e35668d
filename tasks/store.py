"""The stage `store`: a batch becomes part of the lake, all of it or nothing."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.batch import Batch, Stored
from storage.commit import store as store_batch
from tasks.batches import Deduplicated
from tasks.context import RunContext, listener
from tasks.patience import PATIENT


@task(name="store", cache_policy=NO_CACHE, **PATIENT)
def store(batch: Deduplicated, context: RunContext) -> Stored:
    """Commit the batch in the ledger and write what is due to Parquet; the same batch again changes no byte."""
    settled = listener("store", len(batch.articles))
    stored = store_batch(
        context.lake,
        context.ledger,
        Batch(
            run_id=context.run_id,
            pipeline_version=context.pipeline_version,
            now=context.now,
            pages=batch.pages,
            articles=batch.articles,
            duplicates=batch.duplicates,
            sketches=batch.sketches,
            rejections=batch.rejections,
        ),
        deferral=context.deferral,
    )
    settled(len(batch.articles))
    return stored
