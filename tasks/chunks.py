"""What a worker process does with its share of a batch.

A worker imports this module and not the tasks, so it starts without Prefect; and each function imports what it
needs when it is first called, so a run that finds nothing new loads neither trafilatura nor spaCy.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from storage.operations import Page, Sketch
from storage.records import Annotations, Article
from tasks.extract.refusal import Refusal

if TYPE_CHECKING:
    from storage.noted import Noted
    from tasks.extract.sources.feed import Feed
    from tasks.extract.sources.received import Document
    from tasks.model import Model

ENOUGH = 150
"""Articles after which a process compiles: at some 17 ms saved an article, against 2.5 s to start."""


def clean_chunk(repeated: Mapping[str, frozenset[str]], pages: Sequence[Page]) -> list[Article | Refusal]:
    """An article or a refusal a page, in their order. `repeated` are paragraphs to be cut, by source."""
    from tasks.extract.article import article

    return [article(page, repeated.get(page.source_id, frozenset())) for page in pages]


def read_chunk(documents: Sequence[Document]) -> list[Feed | Refusal]:
    """A feed or a refusal a document, in their order."""
    from tasks.extract.sources.receive import read_feed

    return [read_feed(document) for document in documents]


def annotate_chunk(model: str, articles: Sequence[Article]) -> list[tuple[Noted, Sketch]]:
    """Annotations an article, in their order, as they travel (see `annotations_chunk`), and the sketch of its text: the
    process that leads waits for nobody, so that what it need not do itself is done here."""
    from storage.noted import noted
    from tasks.extract.duplicates import sketch

    return list(zip(noted(annotations_chunk(model, articles)), map(sketch, articles), strict=True))


def annotations_chunk(model: str, articles: Sequence[Article]) -> list[Annotations]:
    """Annotations an article, in their order; the model is loaded once a process.

    A process that has annotated ENOUGH articles goes over to compiled code, which takes as long to start as it has
    saved by then; a run of a few articles never pays for it. What comes out is the same.
    """
    from tasks.extract.annotate import annotate
    from tasks.model import compiled

    worker = _worker(model)
    annotated = list(annotate(worker.model.nlp, worker.model.version, articles))
    if worker.articles < ENOUGH <= worker.articles + len(articles):
        worker.model = compiled(worker.model)
        # All that is loaded by now stays: the collector need not look through a million entries of gazetteers again.
        gc.collect()
        gc.freeze()
    worker.articles += len(articles)
    return annotated


@dataclass(slots=True)
class _Worker:
    """What a worker process keeps between chunks."""

    model: Model
    articles: int = 0


@cache
def _worker(name: str) -> _Worker:
    from tasks.model import load_model

    # A parsed article is some ten thousand objects that go together; the collector looks at them 30 times less often.
    gc.set_threshold(20_000, 10, 10)
    return _Worker(load_model(name))
