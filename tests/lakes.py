"""Factories for tests of the lake: everything has a default but the point of the test."""

from __future__ import annotations

import hashlib
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar, get_type_hints

from storage.batch import Batch, Stored
from storage.commit import store
from storage.lake import Lake
from storage.operations import Page, Rejection, Run
from storage.records import Annotations, Article, Claim, Duplicate, Event, EventActor, Mention, Quote, Span, Timex

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PUBLISHED = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)
EMPTY = {str: "", int: 0, float: 0.0, bool: False, bytes: b""}
T = TypeVar("T")
ANNOTATOR = {"sentence": 0, "confidence": 0.9, "rule": "test", "annotator": "test", "annotator_version": "1"}


def made(record: type[T], **given: object) -> T:
    """A record with the given values; what it needs besides is empty, zero or false."""
    hints = get_type_hints(record)
    needed = [field.name for field in fields(record) if field.default is MISSING and field.name not in given]
    return record(**{name: EMPTY.get(hints[name], ()) for name in needed} | given)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def page(name: str = "a", *, body: bytes = b"<p>A page.</p>", fetched_at: datetime = NOW) -> Page:
    return made(
        Page,
        raw_id=sha256(f"page {name}"), source_id="here", locator=f"{name}.html", url=f"https://news.example/{name}",
        format="html", headers=(), body=body, body_sha256=hashlib.sha256(body).hexdigest(), fetched_at=fetched_at,
        entry_authors=(), entry_tags=(), entry_enclosures=(),
    )  # fmt: skip


def article(
    name: str = "a",
    text: str = "The mayor said 12 people came.",
    *,
    published_at: datetime = PUBLISHED,
    modified_at: datetime | None = None,
    fetched_at: datetime = NOW,
    title: str = "Twelve came",
    source_id: str = "here",
) -> Article:
    return made(
        Article,
        article_id=sha256(f"article {name}")[:32], url=f"https://news.example/{name}", source_id=source_id, title=title,
        authors=("Ann Author",), language="en", published_at=published_at, published_from="feed",
        published_precision="second", published_rejected=(), modified_at=modified_at, fetched_at=fetched_at, text=text,
        text_sha256=sha256(text), word_count=len(text.split()), tags=(), raw_id=sha256(f"page {name}"),
        extractor="test", extractor_version="1", boilerplate=(),
    )  # fmt: skip


def annotate(article: Article, *, version: str = "1") -> Annotations:
    """Annotations made of the words of the text, so that other texts have other ones."""
    words, start = [], 0
    for word in article.text.split(" "):
        words.append((start, start + len(word), word))
        start += len(word) + 1
    given = ANNOTATOR | {"annotator_version": version}
    mentions = [
        made(
        Mention,
            start=start, end=end, surface=word, mention_id=number, label="PERSON", entity_id=0, canonical_name=word,
            is_name=True, is_nominal=False, is_pronoun=False, **given,
        )
        for number, (start, end, word) in enumerate(each for each in words if each[2].istitle())
    ]  # fmt: skip
    quotes = [
        made(
        Quote,
            start=0, end=len(article.text), surface=article.text, quote_id=0, kind="indirect", cue="said",
            content=(Span(start=0, end=len(article.text)),), content_text=article.text, is_unclosed=False,
            is_continued=False, **given,
        )
    ]  # fmt: skip
    claims = [
        made(
        Claim,
            start=start, end=end, surface=word, claim_id=number, value=float(word), lower=float(word),
            upper=float("inf"), comparison=">=", is_fraction=False, is_negated=False, is_hedged=False, **given,
        )
        for number, (start, end, word) in enumerate(each for each in words if each[2].isdigit())
    ]  # fmt: skip
    timexes = [
        made(
            Timex,
            start=words[0][0], end=words[0][1], surface=words[0][2], timex_id=0, type="DATE", value="2025-12-31",
            resolved_start=PUBLISHED, resolved_end=PUBLISHED + timedelta(days=1), resolved_from="explicit", **given,
        )
    ]  # fmt: skip
    events = [
        made(
            Event,
            start=words[0][0], end=words[0][1], surface=words[0][2], event_mention_id=0, event_id="e",
            predicate="say", type="CONSULT",
            actors=(made(EventActor, start=words[0][0], end=words[0][1], surface=words[0][2]),), **given,
        )
    ]  # fmt: skip
    return made(
        Annotations,
        article_id=article.article_id, mentions=tuple(mentions), quotes=tuple(quotes), claims=tuple(claims),
        timexes=tuple(timexes), events=tuple(events), status="complete", annotated_end=len(article.text),
    )  # fmt: skip


def rejection(name: str = "empty", *, raw_id: str | None = None, is_retryable: bool = False) -> Rejection:
    return made(
        Rejection,
        rejection_id=sha256(f"rejection {name}"), run_id="run", source_id="here", locator=f"{name}.html",
        stage="clean", reason="empty", detail=f"{name}.html is empty", is_retryable=is_retryable, raw_id=raw_id,
        rejected_at=NOW,
    )  # fmt: skip


def run(run_id: str = "run") -> Run:
    return made(
        Run,
        run_id=run_id, flow="ingest", started_at=NOW, finished_at=NOW, received=1, kept=1, rejected=0, new=1, revised=0,
        unchanged=0, stages=(), code_version="0",
    )  # fmt: skip


def duplicate(later: Article, earlier: Article) -> Duplicate:
    return made(
        Duplicate,
        article_id=later.article_id, original_id=earlier.article_id, similarity=1.0, method="exact_text",
        detected_at=NOW,
    )  # fmt: skip


def batch(*articles: Article, now: datetime = NOW, version: str = "1", **other: object) -> Batch:
    """A batch of articles, annotated, with the page of each."""
    made = Batch(
        run_id="run", pipeline_version=version, now=now,
        articles=tuple((each, annotate(each, version=version)) for each in articles),
    )  # fmt: skip
    return replace(made, **other)


def put(lake: Lake, *articles: Article, **other: object) -> Stored:
    """Store a batch of articles."""
    with lake.ledger() as ledger:
        return store(lake, ledger, batch(*articles, **other))


def files_of(root: Path) -> dict[str, bytes]:
    """Every file below a directory, with its bytes."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def rows_of(lake: Lake, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    """Rows of a table as DuckDB sees them, sorted."""
    from storage.readers import connect

    with connect(lake) as connection:
        return sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
