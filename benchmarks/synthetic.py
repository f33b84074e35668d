"""Made-up articles with annotations in the numbers that news has, the same for the same seed."""

from __future__ import annotations

import hashlib
import random
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar, get_type_hints

from storage.operations import Page, Rejection, Run
from storage.records import Annotations, Article, Claim, Duplicate, Event, Mention, Quote, Span, Timex

T = TypeVar("T")
EMPTY = {str: "", int: 0, float: 0.0, bool: False, bytes: b""}
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = datetime(2026, 1, 1, tzinfo=UTC)
SYLLABLES = ("ka", "lo", "mi", "ren", "sto", "va", "ti", "nor", "el", "bru", "sa", "den")


@cache
def _blank(record: type) -> dict[str, object]:
    hints = get_type_hints(record)
    return {each.name: EMPTY.get(hints[each.name], ()) for each in fields(record) if each.default is MISSING}


def made(record: type[T], **given: object) -> T:
    """A record with the given values; what it needs besides is empty, zero or false."""
    return record(**_blank(record) | given)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def article(
    number: int,
    *,
    version: int = 0,
    words: int = 300,
    published_at: datetime = DAY,
    modified_at: datetime | None = None,
    seed: int = 0,
) -> Article:
    """Article `number` of a seed; another version has another text."""
    chance = random.Random(f"{seed} {number} {version}")
    text = " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(words))
    return made(
        Article,
        article_id=sha256(f"article {seed} {number}")[:32],
        url=f"https://news.example/{seed}/{number}",
        source_id=f"source-{number % 7}",
        title=f"Article {number}",
        authors=("Ann Author",),
        language="en",
        published_at=published_at + timedelta(seconds=number),
        published_from="feed",
        published_precision="second",
        modified_at=modified_at,
        fetched_at=NOW,
        text=text,
        text_sha256=sha256(text),
        word_count=words,
        raw_id=sha256(f"page {seed} {number} {version}"),
        extractor="synthetic",
        extractor_version="1",
    )


def annotate(
    given: Article, *, mentions: int = 25, quotes: int = 3, claims: int = 4, timexes: int = 4, events: int = 0
) -> Annotations:
    """Annotations of made-up places in the text; entities are drawn so that few are frequent."""
    chance = random.Random(given.text_sha256)

    def common() -> dict[str, object]:
        start = chance.randrange(0, max(1, len(given.text) - 12))
        end = min(len(given.text), start + 12)
        return {
            "start": start, "end": end, "surface": given.text[start:end], "confidence": 0.9, "rule": "made-up",
            "annotator": "synthetic", "annotator_version": "1",
        }  # fmt: skip

    def entity() -> int:
        return min(int(chance.paretovariate(0.6)), 5000)

    return made(
        Annotations,
        article_id=given.article_id,
        status="complete",
        annotated_end=len(given.text),
        mentions=tuple(
            made(Mention, mention_id=n, label="PERSON", canonical_name=f"Entity {entity()}", is_name=True, **common())
            for n in range(mentions)
        ),
        quotes=tuple(
            made(
                Quote, quote_id=n, kind="direct", content=(Span(start=0, end=1),), content_text=f"said {n}", **common()
            )
            for n in range(quotes)
        ),
        claims=tuple(made(Claim, claim_id=n, value=float(n), comparison="=", **common()) for n in range(claims)),
        timexes=tuple(
            made(Timex, timex_id=n, type="DATE", resolved_from="explicit", **common()) for n in range(timexes)
        ),
        events=tuple(
            made(Event, event_mention_id=n, event_id=f"e{n}", predicate="meet", **common()) for n in range(events)
        ),
    )


def page(given: Article, *, size: int = 4_000) -> Page:
    """The page that an article was made from."""
    body = (given.text * (size // len(given.text) + 1))[:size].encode()
    return made(
        Page,
        raw_id=given.raw_id,
        source_id=given.source_id,
        locator=f"{given.raw_id}.html",
        url=given.url,
        format="html",
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=given.fetched_at,
    )


def rejection(number: int, *, seed: int = 0) -> Rejection:
    """Something that was not kept."""
    return made(
        Rejection,
        rejection_id=sha256(f"rejection {seed} {number}"),
        run_id="run",
        source_id="source-0",
        locator=f"{number}.html",
        stage="clean",
        reason="empty",
        detail="It is empty",
        rejected_at=NOW,
    )


def run(run_id: str) -> Run:
    """A run that did something."""
    return made(Run, run_id=run_id, flow="ingest", started_at=NOW, finished_at=NOW, code_version="0")


def duplicate(later: Article, earlier: Article) -> Duplicate:
    """A pair with the same text."""
    return made(
        Duplicate,
        article_id=later.article_id,
        original_id=earlier.article_id,
        similarity=1.0,
        method="exact_text",
        detected_at=NOW,
    )
