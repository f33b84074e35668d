"""Annotations go from worker to lake in columns, many articles side by side, and lose nothing on the way."""

from __future__ import annotations

import pickle

from lakes import annotate, article

from storage.noted import keyed, noted
from storage.records import ArticleKey
from storage.schemas import to_arrow
from storage.tables import ANNOTATIONS

TEXTS = ("The mayor said 12 people came.", "nothing of note", "Ann Author saw 3 of 40 and a half \ud83d character")


def test_rows_that_traveled_are_those_that_the_records_give() -> None:
    made = [annotate(article(str(number), text)) for number, text in enumerate(TEXTS)]
    traveled = pickle.loads(pickle.dumps(noted(made)))
    keys = [ArticleKey(article_id=each.article_id, revision=7) for each in made]
    for table in ANNOTATIONS:
        records = [getattr(each, table.field) for each in made]
        assert [each.count(table) for each in traveled] == list(map(len, records))
        owners = [key for key, some in zip(keys, records, strict=True) for _ in some]
        plain = to_arrow(table.schema, [owners, [record for some in records for record in some]])
        assert keyed(table, keys, [each.rows(table) for each in traveled]).equals(plain)
    assert [(each.status, each.annotated_end) for each in traveled] == [
        (each.status, each.annotated_end) for each in made
    ]
    assert [each.size for each in traveled] == [
        sum(each.rows(table).nbytes for table in ANNOTATIONS) for each in traveled
    ]
    assert traveled[0].size > 0
