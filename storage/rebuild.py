"""The ledger, made again from the lake alone: for when its database is lost.

What cannot be known from the lake is which rejected pages this pipeline version saw: they are looked at once more,
and give the same rejections.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from storage.lake import Lake
from storage.parts import SENTINEL_PART, Unit, decode, digest, unit_of
from storage.plan import BYTES_PER_ROW
from storage.records import Article
from storage.revise import content_sha256, effective_at
from storage.schemas import from_arrow
from storage.state import (
    APPLIER,
    BOILERPLATE,
    COMMITS,
    FILES,
    HEADS,
    METADATA,
    OUTCOMES,
    PARTS,
    PLACEMENTS,
    TEXTS,
    TOMBSTONES,
    Ledger,
    micros,
    upsert,
)
from storage.tables import ANNOTATIONS, BY_NAME, SINGLES, TABLES, Table


@dataclass(frozen=True)
class Rebuilt:
    """How much a ledger that was made again knows."""

    articles: int
    pages: int
    parts: int


def rebuild_state(lake: Lake, ledger: Ledger) -> Rebuilt:
    """Fill the ledger from the lake, in one transaction; what it knew before is forgotten.

    Call it only when nothing waits: payloads that were not written yet are in no other place.
    """
    ledger.create()
    with ledger.writing() as connection:
        for known in METADATA.sorted_tables:
            if known not in (APPLIER, BOILERPLATE):
                connection.execute(known.delete())
        for table in (BY_NAME["articles"], BY_NAME["revisions"], BY_NAME["duplicates"], *SINGLES):
            for unit, rows in _parts(lake, table):
                READERS[table.name](connection, table, unit, rows)
        _count_revisions(connection, lake)
        upsert(connection, FILES, list(_files(lake)))
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in (HEADS, PARTS)
        ]
        pages = sa.select(sa.func.count()).where(PLACEMENTS.c.family == "raw")
        return Rebuilt(int(counts[0]), int(connection.execute(pages).scalar_one()), int(counts[1]))


def _parts(lake: Lake, table: Table) -> Iterator[tuple[Unit, pa.Table]]:
    for path in lake.files.paths(f"tables/{table.name}"):
        unit, blob = unit_of(table, path), lake.files.read(path)
        if unit is not None and blob is not None and unit.part != SENTINEL_PART:
            yield unit, decode(table, blob.data)


def _files(lake: Lake) -> Iterator[dict[str, object]]:
    for table in TABLES:
        for path in lake.files.paths(f"tables/{table.name}"):
            unit, blob = unit_of(table, path), lake.files.read(path)
            if unit is not None and blob is not None and unit.part != SENTINEL_PART:
                rows = len(decode(table, blob.data))
                yield {"path": path, "sha256": digest(blob.data), "bytes": len(blob.data), "rows": rows}


def _articles(connection: sa.Connection, _table: Table, unit: Unit, rows: pa.Table) -> None:
    placed = rows.select(["revision", "ingested_at", "pipeline_version"]).to_pylist()
    articles = list(from_arrow(Article, rows))
    heads, size = [], 0
    counts = [rows[table.count].to_pylist() for table in ANNOTATIONS if table.count]
    for article, placement, *annotated in zip(articles, placed, *counts, strict=True):
        size += len(article.text) + (1 + sum(annotated)) * BYTES_PER_ROW
        heads.append(
            {
                "article_id": article.article_id,
                "date": unit.date.isoformat(),
                "part": unit.part,
                "revision": placement["revision"],
                "last_revision": placement["revision"],
                "text_sha256": article.text_sha256,
                "content_sha256": content_sha256(article),
                "raw_id": article.raw_id,
                "pipeline_version": placement["pipeline_version"],
                "effective_at": micros(effective_at(article)),
                "fetched_at": micros(article.fetched_at),
                "ingested_at": micros(placement["ingested_at"]),
            }
        )
    upsert(connection, HEADS, heads)
    upsert(connection, TEXTS, [{"article_id": each.article_id, "text_sha256": each.text_sha256} for each in articles])
    kept = [
        {
            "raw_id": article.raw_id,
            "pipeline_version": placement["pipeline_version"],
            "kind": "kept",
            "reason": None,
            "article_id": article.article_id,
        }
        for article, placement in zip(articles, placed, strict=True)
    ]
    upsert(connection, OUTCOMES, kept)
    upsert(connection, PARTS, [_part(unit, len(rows), size)])


def _part(unit: Unit, items: int, size: int) -> dict[str, object]:
    day = unit.date.isoformat()
    return {"family": unit.family, "date": day, "part": unit.part, "items": items, "bytes": size}


def _revisions(connection: sa.Connection, _table: Table, _unit: Unit, rows: pa.Table) -> None:
    upsert(connection, TEXTS, rows.select(["article_id", "text_sha256"]).to_pylist())


def _duplicates(connection: sa.Connection, _table: Table, unit: Unit, rows: pa.Table) -> None:
    pairs = zip(rows["article_id"].to_pylist(), rows["original_id"].to_pylist(), strict=True)
    upsert(connection, PLACEMENTS, [_placement("duplicates", f"{later} {earlier}", unit) for later, earlier in pairs])


def _single(connection: sa.Connection, table: Table, unit: Unit, rows: pa.Table) -> None:
    ids = rows[table.family.owner].to_pylist()
    upsert(connection, PLACEMENTS, [_placement(table.family.name, str(each), unit) for each in ids])
    bodies = rows["body"].to_pylist() if "body" in rows.schema.names else []
    size = sum(len(body or b"") for body in bodies)
    upsert(connection, PARTS, [_part(unit, len(rows), size + len(rows) * BYTES_PER_ROW)])
    if table.name == "removals":
        upsert(connection, TOMBSTONES, [{"hash": each} for each in ids])
    if table.name == "runs":
        for run_id in ids:
            row = {"commit_id": f"rebuilt {run_id}", "run_id": run_id, "committed_at": 0}
            connection.execute(COMMITS.insert().values(row))


def _placement(family: str, name: str, unit: Unit) -> dict[str, object]:
    return {"family": family, "id": name, "date": unit.date.isoformat(), "part": unit.part}


READERS = {"articles": _articles, "revisions": _revisions, "duplicates": _duplicates} | {
    table.name: _single for table in SINGLES
}


def _count_revisions(connection: sa.Connection, lake: Lake) -> None:
    """Set the highest number of a text of each article; late texts have higher ones than the current."""
    highest: dict[str, int] = {}
    for _, rows in _parts(lake, BY_NAME["revisions"]):
        for row in rows.select(["article_id", "revision"]).to_pylist():
            highest[row["article_id"]] = max(row["revision"], highest.get(row["article_id"], 0))
    for article_id, revision in highest.items():
        higher = HEADS.update().where(HEADS.c.article_id == article_id, HEADS.c.last_revision < revision)
        connection.execute(higher.values(last_revision=revision))
