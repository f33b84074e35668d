"""What an article said before: the text that a newer one replaces, and what changed between the two. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from storage.records import Replaced
from storage.schemas import to_arrow
from storage.tables import BY_NAME, Table

REVISIONS, ARTICLES, QUOTES, CLAIMS = (BY_NAME[name] for name in ("revisions", "articles", "quotes", "claims"))


@dataclass(frozen=True)
class Version:
    """One text of an article: its row of `articles`, and what was quoted and counted in it."""

    row: pa.Table
    """One row."""
    revision: int
    text: str
    ingested_at: datetime
    quotes: tuple[str, ...]
    claims: tuple[str, ...]


def compare(old: Version, new: Version, *, filed_at: datetime, is_late: bool) -> Replaced:
    """What the new text changed. Linear in the texts: words and paragraphs are compared as bags, not in order."""
    words_added, words_removed = _differences(old.text.split(), new.text.split())
    paragraphs_added, paragraphs_removed = _differences(old.text.split("\n\n"), new.text.split("\n\n"))
    quotes_added, quotes_removed = _differences(old.quotes, new.quotes)
    claims_added, claims_removed = _differences(old.claims, new.claims)
    return Replaced(
        replaced_by=new.revision,
        replaced_at=filed_at,
        is_late=is_late,
        words_added=len(words_added),
        words_removed=len(words_removed),
        paragraphs_added=len(paragraphs_added),
        paragraphs_removed=len(paragraphs_removed),
        quotes_added=quotes_added,
        quotes_removed=quotes_removed,
        claims_added=claims_added,
        claims_removed=claims_removed,
    )


def _differences(old: Iterable[str], new: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What only the new has, and what only the old has, with repetitions, in order of first appearance."""
    before, after = Counter(old), Counter(new)
    return tuple((after - before).elements()), tuple((before - after).elements())


def revisions_of(read: Callable[[Table], pa.Table], given: Mapping[str, pa.Table | None]) -> pa.Table | None:
    """Rows of `revisions` that the given rows of one unit cause, or None.

    `read` gives the part as it stands. What `revisions` has already is left as it is: after a kill the parts may hold
    newer rows than when it was written.
    """
    articles = given["articles"]
    if articles is None or not pc.any(pc.is_in(articles["_change"], pa.array(["revised", "late"]))).as_py():
        return None
    had = read(REVISIONS)
    filed = set(zip(had["article_id"].to_pylist(), had["revision"].to_pylist(), strict=True))
    rows: list[pa.Table] = []
    for article_id, steps in _steps(articles).items():
        current = _standing(read, article_id)
        for step in steps:
            change, replaces = articles["_change"][step].as_py(), articles["_replaces"][step].as_py()
            brought = _brought(given, articles, step)
            is_late = change == "late"
            pair = (brought, current) if is_late else (current, brought)
            is_due = is_late or (change == "revised" and current is not None and current.revision == replaces)
            current = current if is_late else brought
            old, new = pair
            if not is_due or old is None or new is None or (article_id, old.revision) in filed:
                continue
            filed.add((article_id, old.revision))
            rows.append(_row(old, compare(old, new, filed_at=brought.ingested_at, is_late=is_late)))
    return pa.concat_tables(rows) if rows else None


def _steps(articles: pa.Table) -> dict[str, list[int]]:
    """Indices of the rows of each article that had a text before, in the order of their commits."""
    seqs, ids = articles["_seq"].to_pylist(), articles["article_id"].to_pylist()
    steps: dict[str, list[int]] = {}
    for _seq, index, article_id in sorted(zip(seqs, range(len(ids)), ids, strict=True)):
        steps.setdefault(str(article_id), []).append(index)
    return steps


def _standing(read: Callable[[Table], pa.Table], article_id: str) -> Version | None:
    row = _of(read(ARTICLES), article_id)
    if not len(row):
        return None
    quotes, claims = _of(read(QUOTES), article_id), _of(read(CLAIMS), article_id)
    return _version(row, quotes, claims)


def _brought(given: Mapping[str, pa.Table | None], articles: pa.Table, step: int) -> Version:
    row = articles.slice(step, 1)
    article_id, seq = row["article_id"][0].as_py(), row["_seq"][0].as_py()
    said = []
    for table in (QUOTES, CLAIMS):
        rows = given[table.name]
        found = table.schema.empty_table() if rows is None else _of(rows, article_id)
        said.append(found.filter(pc.equal(found["_seq"], seq)) if len(found) else found)
    return _version(row, *said)


def _of(rows: pa.Table, article_id: str) -> pa.Table:
    return rows.filter(pc.equal(rows["article_id"], pa.scalar(article_id)))


def _version(row: pa.Table, quotes: pa.Table, claims: pa.Table) -> Version:
    return Version(
        row=row.select(ARTICLES.schema.names),
        revision=row["revision"][0].as_py(),
        text=row["text"][0].as_py(),
        ingested_at=row["ingested_at"][0].as_py(),
        quotes=tuple(map(str, quotes["content_text"].to_pylist())),
        claims=tuple(map(str, claims["surface"].to_pylist())),
    )


def _row(old: Version, replaced: Replaced) -> pa.Table:
    first = len(ARTICLES.schema)
    schema = pa.schema([REVISIONS.schema.field(index) for index in range(first, len(REVISIONS.schema))])
    added = to_arrow(schema, [[replaced]])
    row = old.row
    for field, values in zip(schema, added.columns, strict=True):
        row = row.append_column(field, values)
    return row.cast(REVISIONS.schema)
