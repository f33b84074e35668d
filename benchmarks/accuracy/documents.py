"""Gold documents: read, checked, and parsed once however many sets and annotators need them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from spacy.tokens import Doc

from storage.records import Mention, Timex
from tasks.extract.context import Context
from tasks.extract.mentions import mentions
from tasks.extract.places import places
from tasks.extract.timexes import timexes
from tasks.model import Model

# Parsed documents held in memory at a time; an article of 100 kB takes spaCy about 300 MB.
BATCH = 32
# What stands in where a set gives no publication date; the article's dates are then not scored.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
PARTS = ("all", "tuning", "check")

Line = dict[str, object]


class BadGold(ValueError):
    """The gold directory cannot be scored; the message names the file, the line and the remedy."""


@dataclass(frozen=True)
class Document:
    """One gold line. `gold` is the line as read: each room knows its own sets' fields."""

    doc_id: str
    text: str
    published_at: datetime | None
    gold: Line


@dataclass(frozen=True)
class Parsed:
    """A document with its parse, shared by every set and annotator that wants the same text."""

    doc: Doc
    context: Context

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that quotes and claims build on."""
        return places(self.doc, self.context, mentions(self.doc, self.context))

    @cached_property
    def timexes(self) -> tuple[Timex, ...]:
        """The expressions of time that claims point to."""
        return timexes(self.doc, self.context)


def load(path: Path, part: str = "all") -> tuple[Document, ...]:
    """Read a JSONL file of gold documents, or the `part` of it; raises BadGold.

    `tuning` and `check` are two thirds and one third of the documents, by a hash of their id: what is
    tuned on the first is believed when the second shows it too.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{path} cannot be read ({error}); give a directory with NAME/SPLIT.jsonl in UTF-8") from error
    documents = (_document(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    return tuple(document for document in documents if part in ("all", _part(document.doc_id)))


def _part(doc_id: str) -> str:
    return "check" if int(hashlib.sha256(f"part {doc_id}".encode()).hexdigest(), 16) % 3 == 0 else "tuning"


def _document(path: Path, number: int, line: str) -> Document:
    try:
        fields = json.loads(line)
        doc_id, text = fields["doc_id"], fields["text"]
        if not (isinstance(doc_id, str) and isinstance(text, str)):
            raise TypeError("doc_id and text must be strings")
    except (ValueError, KeyError, TypeError) as error:
        raise BadGold(
            f"{path}, line {number}: {type(error).__name__}: {error}; every line is a JSON object with "
            "doc_id, text and the annotations of its set"
        ) from error
    return Document(doc_id=doc_id, text=text, published_at=_published(fields), gold=fields)


def _published(fields: Line) -> datetime | None:
    """The publication time: `dct`, or `date`; None where there is none or it is no ISO date."""
    for key in ("dct", "date"):
        try:
            return datetime.fromisoformat(str(fields.get(key))).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _site(fields: Line) -> str:
    """The host it was published at, where the set says so."""
    return str(fields.get("domain") or urlsplit(str(fields.get("url") or "")).hostname or "")


def parse(documents: Iterable[Document], model: Model) -> Iterator[tuple[Document, Parsed]]:
    """Parse documents in bounded batches, in order."""
    pairs = ((document.text, document) for document in documents)
    for doc, document in model.nlp.pipe(pairs, as_tuples=True, batch_size=BATCH):
        context = Context(
            published_at=document.published_at or UNDATED,
            title=str(document.gold.get("title") or ""),
            model_version=model.version,
            site=_site(document.gold),
        )
        yield document, Parsed(doc, context)
