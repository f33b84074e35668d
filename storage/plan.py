"""What a batch means for the lake as the ledger knows it: rows to write, where, and what the ledger will know then.

Pure: neither reads nor writes; `storage.commit` fetches `Known` and carries the `Plan` out.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from storage.batch import Batch, Change
from storage.lookups import Fill
from storage.noted import Noted, noted
from storage.operations import Sketch
from storage.parts import Unit
from storage.records import Article, ArticleKey, Duplicate, Placement, StoryArticle
from storage.revise import Head, content_sha256, filing_date, order, revise
from storage.tables import ANNOTATIONS, ARTICLES, BY_NAME, SINGLES, Family, Table

BYTES_PER_ROW = 200
"""What a row weighs beside its text, for deciding when a part is full."""


@dataclass(frozen=True)
class Known:
    """What the ledger knows about the things in a batch."""

    heads: Mapping[str, Head] = field(default_factory=dict)
    texts: Mapping[str, set[str]] = field(default_factory=dict)
    placed: Mapping[str, Mapping[str, Unit]] = field(default_factory=dict)
    """Per family of single tables, and for `duplicates`: the ids that are filed already, and where."""
    outcomes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    fills: Mapping[tuple[str, date], Fill] = field(default_factory=dict)
    sketched: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Of which text the sketch of an article is, and the version that made it."""
    removed: frozenset[str] = frozenset()
    run_changed_the_lake: bool = False


@dataclass(frozen=True)
class Rows:
    """Rows of a table to be written, in columns, since there are many: the part each is filed in, and its records."""

    units: list[Unit]
    records: tuple[list[object], ...]
    """One list for each of the record classes that stand side by side in the table."""


@dataclass(frozen=True)
class Note:
    """Annotations of one kind of an article, and the part they are filed in."""

    unit: Unit
    key: ArticleKey
    rows: pa.Table


@dataclass(frozen=True)
class Filed:
    """An article as it goes into the outbox: what it changes, and the revision it takes the place of."""

    change: Change
    replaces: int | None


@dataclass
class Plan:
    """What is to be done; empty if the batch brings nothing new."""

    changes: dict[str, Change] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)
    """Rows of the tables of annotations, by article."""
    filed: list[Filed] = field(default_factory=list)
    """One for each row of `articles`, in the same order."""
    heads: dict[str, Head] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    placements: list[tuple[str, str, Unit]] = field(default_factory=list)
    outcomes: dict[str, Mapping[str, object]] = field(default_factory=dict)
    fills: dict[tuple[str, date], dict[int, Fill]] = field(default_factory=dict)
    sketches: list[Sketch] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.outcomes and not self.sketches

    units: set[Unit] = field(default_factory=set)

    def add(self, table: Table, unit: Unit, *records: Sequence[object]) -> None:
        """Add rows that are filed in one part; `records` are as many lists of equal length as the table has classes."""
        rows = self.rows.setdefault(table.name, Rows([], tuple([] for _ in records)))
        rows.units.extend([unit] * len(records[0]))
        for known, added in zip(rows.records, records, strict=True):
            known.extend(added)


def plan(batch: Batch, known: Known) -> Plan:
    """Decide what to do with a batch in which no article stands twice."""
    result = Plan()
    for article, notes in batch.articles:
        _plan_article(batch, known, result, article, notes if isinstance(notes, Noted) else noted([notes])[0])
    for sketch in batch.sketches:
        _plan_sketch(known, result, sketch)
    for duplicate in batch.duplicates:
        _plan_duplicate(known, result, duplicate)
    for member in batch.story_articles:
        _plan_member(known, result, member)
    for table in SINGLES:
        if table.field != "runs":
            _plan_single(batch, known, result, table)
    _plan_outcomes(batch, known, result)
    if known.run_changed_the_lake or not result.is_empty:
        _plan_single(batch, known, result, next(table for table in SINGLES if table.field == "runs"))
    return result


def names_of(article: Article) -> tuple[str, ...]:
    """Under which names an article may have been taken down."""
    names = (article.article_id, article.raw_id, article.url, article.canonical_url, article.source_id)
    return tuple(name for name in names if name)


def _plan_article(batch: Batch, known: Known, result: Plan, article: Article, notes: Noted) -> None:
    head = known.heads.get(article.article_id)
    is_removed = not known.removed.isdisjoint(names_of(article))
    known_texts = known.texts.get(article.article_id, set())
    decision = revise(article, batch.pipeline_version, head, known_texts, is_removed=is_removed)
    result.changes[article.article_id] = decision.change
    if decision.change in (Change.UNCHANGED, Change.REMOVED):
        return
    unit = _unit_of(known, result, article, notes, head)
    is_same_text = decision.change is Change.REANNOTATED and head is not None
    ingested_at = head.ingested_at if is_same_text and head else batch.now
    placement = _placement(batch, notes, decision.revision, ingested_at)
    result.units.add(unit)
    result.add(BY_NAME["articles"], unit, [article], [placement])
    result.filed.append(Filed(decision.change, head.revision if head else None))
    key = ArticleKey(article_id=article.article_id, revision=decision.revision)
    for table in ANNOTATIONS:
        if notes.count(table):
            result.notes.setdefault(table.name, []).append(Note(unit, key, notes.rows(table)))
    if article.text_sha256 not in known_texts:
        result.texts.append((article.article_id, article.text_sha256))
    result.heads[article.article_id] = _head(
        batch, article, unit, head, decision.change, decision.revision, ingested_at
    )


def _head(
    batch: Batch, article: Article, unit: Unit, head: Head | None, change: Change, revision: int, ingested_at: datetime
) -> Head:
    if change is Change.LATE and head is not None:
        return dataclasses.replace(head, last_revision=revision)
    newest = order(article)
    if change is Change.REANNOTATED and head is not None:
        newest = max(newest, (head.effective_at, head.fetched_at, head.text_sha256))
    return Head(
        article_id=article.article_id,
        date=unit.date,
        part=unit.part,
        revision=revision,
        last_revision=max(revision, head.last_revision if head else 0),
        text_sha256=article.text_sha256,
        content_sha256=content_sha256(article),
        raw_id=article.raw_id,
        pipeline_version=batch.pipeline_version,
        effective_at=newest[0],
        fetched_at=newest[1],
        ingested_at=ingested_at,
    )


def _unit_of(known: Known, result: Plan, article: Article, notes: Noted, head: Head | None) -> Unit:
    if head is not None:
        return Unit(ARTICLES.name, head.date, head.part)
    rows = 1 + sum(map(notes.count, ANNOTATIONS))
    return _allocate(known, result, ARTICLES, filing_date(article), len(article.text) + rows * BYTES_PER_ROW)


def _placement(batch: Batch, notes: Noted, revision: int, ingested_at: datetime) -> Placement:
    counts = {table.count: notes.count(table) for table in ANNOTATIONS if table.count}
    return Placement(
        revision=revision,
        ingested_at=ingested_at,
        pipeline_version=batch.pipeline_version,
        annotation_status=notes.status,
        annotated_end=notes.annotated_end,
        **counts,
    )


def _plan_sketch(known: Known, result: Plan, sketch: Sketch) -> None:
    """Remember the sketch of a text that is or becomes the current one, if it is not remembered yet."""
    head = result.heads.get(sketch.article_id) or known.heads.get(sketch.article_id)
    is_gone = result.changes.get(sketch.article_id) is Change.REMOVED
    if head is None or is_gone or head.text_sha256 != sketch.text_sha256:
        return
    if known.sketched.get(sketch.article_id) != (sketch.text_sha256, sketch.version):
        result.sketches.append(sketch)


def _plan_duplicate(known: Known, result: Plan, duplicate: Duplicate) -> None:
    """File a pair with its later article; a pair that was filed before is filed again only with a new text."""
    changes = [result.changes.get(name, Change.UNCHANGED) for name in (duplicate.article_id, duplicate.original_id)]
    pair = f"{duplicate.article_id} {duplicate.original_id}"
    is_known = pair in known.placed.get("duplicates", {})
    head, original = (
        result.heads.get(name) or known.heads.get(name) for name in (duplicate.article_id, duplicate.original_id)
    )
    if head is None or original is None or not {Change.REMOVED, Change.LATE}.isdisjoint(changes):
        return
    if is_known and changes[0] is not Change.REVISED:
        return
    unit = Unit(ARTICLES.name, head.date, head.part)
    result.units.add(unit)
    result.add(BY_NAME["duplicates"], unit, [duplicate])
    result.placements.append(("duplicates", pair, unit))


def _plan_member(known: Known, result: Plan, member: StoryArticle) -> None:
    """File with its article to which story it belongs; an article that was removed meanwhile belongs to none."""
    head = known.heads.get(member.article_id)
    if head is not None:
        unit = Unit(ARTICLES.name, head.date, head.part)
        result.units.add(unit)
        result.add(BY_NAME["story_articles"], unit, [member])


def _plan_single(batch: Batch, known: Known, result: Plan, table: Table) -> None:
    filed = known.placed.get(table.family.name, {})
    planned: set[str] = set()
    for record in getattr(batch, table.field):
        owner = getattr(record, table.family.owner)
        is_done = owner in planned or (owner in filed and not table.is_replaceable)
        if is_done or not known.removed.isdisjoint(single_names(record)):
            continue
        planned.add(owner)
        size = len(getattr(record, "body", b"")) + BYTES_PER_ROW
        unit = filed.get(owner) or _allocate(known, result, table.family, table.day(record), size)
        result.units.add(unit)
        result.add(table, unit, [record])
        result.placements.append((table.family.name, owner, unit))


SINGLE_NAMES = ("raw_id", "url", "locator", "source_id", "headline_article_id")


def single_names(record: object) -> tuple[str, ...]:
    """Under which names a page, a rejection or the title of a story may have been taken down."""
    names = (getattr(record, name, None) for name in SINGLE_NAMES)
    return tuple(name for name in names if name)


def _allocate(known: Known, result: Plan, family: Family, day: date, size: int) -> Unit:
    """The last part of the date, or a new one if it is full."""
    filled = result.fills.setdefault((family.name, day), {})
    last = filled[max(filled)] if filled else known.fills.get((family.name, day), Fill(1, 0, 0))
    if last.items >= family.items_per_part or last.bytes >= family.bytes_per_part:
        last = Fill(last.part + 1, 0, 0)
    filled[last.part] = Fill(last.part, last.items + 1, last.bytes + size)
    return Unit(family.name, day, last.part)


def _plan_outcomes(batch: Batch, known: Known, result: Plan) -> None:
    rows: dict[str, Mapping[str, object]] = {}
    for article, _ in batch.articles:
        is_removed = result.changes[article.article_id] is Change.REMOVED
        rows[article.raw_id] = {
            "raw_id": article.raw_id,
            "pipeline_version": batch.pipeline_version,
            "kind": "rejected" if is_removed else "kept",
            "reason": "removed" if is_removed else None,
            "article_id": None if is_removed else article.article_id,
        }
    for rejection in batch.rejections:
        if rejection.raw_id is not None and not rejection.is_retryable:
            rows[rejection.raw_id] = {
                "raw_id": rejection.raw_id,
                "pipeline_version": batch.pipeline_version,
                "kind": "rejected",
                "reason": rejection.reason,
                "article_id": None,
            }
    result.outcomes = {raw_id: row for raw_id, row in rows.items() if known.outcomes.get(raw_id) != row}


def commit_id(batch: Batch, result: Plan, last_seq: int) -> str:
    """Hash of what a commit brings and of the commit it follows.

    What a commit brings may come twice: when the code goes back to an earlier version, so do the rows.
    """
    articles = sorted((head.article_id, head.last_revision, head.content_sha256) for head in result.heads.values())
    others = sorted((family, name) for family, name, _ in result.placements)
    outcomes = sorted(map(repr, result.outcomes.values()))
    sketches = sorted((sketch.article_id, sketch.version) for sketch in result.sketches)
    stories = sorted((member.article_id, member.story_id) for member in batch.story_articles)
    said = (last_seq, batch.pipeline_version, articles, others, outcomes, sketches, stories)
    return hashlib.sha256(repr(said).encode()).hexdigest()
