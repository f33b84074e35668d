"""What a worker process does with its share of a batch.

A worker imports this module and not the tasks, so it starts without Prefect; and each function imports what it
needs when it is first called, so a run that finds nothing new loads neither trafilatura nor spaCy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from storage.operations import Page
from storage.records import Annotations, Article
from tasks.extract.refusal import Refusal

if TYPE_CHECKING:
    from tasks.extract.sources.feed import Feed
    from tasks.extract.sources.received import Document
    from tasks.model import Model


def clean_chunk(pages: Sequence[Page]) -> list[Article | Refusal]:
    """An article or a refusal a page, in their order."""
    from tasks.extract.article import article

    return [article(page) for page in pages]


def read_chunk(documents: Sequence[Document]) -> list[Feed | Refusal]:
    """A feed or a refusal a document, in their order."""
    from tasks.extract.sources.receive import read_feed

    return [read_feed(document) for document in documents]


def annotate_chunk(model: str, articles: Sequence[Article]) -> list[Annotations]:
    """Annotations an article, in their order; the model is loaded once a process."""
    from tasks.extract.annotate import annotate

    loaded = _model(model)
    return list(annotate(loaded.nlp, loaded.version, articles))


@cache
def _model(name: str) -> Model:
    from tasks.model import load_model

    return load_model(name)
