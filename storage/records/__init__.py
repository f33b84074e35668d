"""The data contract: what an article and its annotations are, column by column.

Every column of the lake is stated here once, with its type, unit and meaning. `storage.tables` derives
the Arrow schemas and `docs/data-dictionary.md` from these classes. Standard library only; nothing here
reads, writes or computes anything.

Conventions: `_at` is an instant in UTC, `_date` a calendar date, `is_`/`has_` a truth value. `start` and
`end` are character offsets into `articles.text` of the same `article_id` and `revision`, end exclusive.
"""

from storage.records.annotation import (
    Annotation,
    Annotations,
    Claim,
    Event,
    EventActor,
    Mention,
    PlaceCandidate,
    Quote,
    Timex,
)
from storage.records.article import Article, Candidate, Cut, DateCandidate, Paragraph, Placement, Replaced
from storage.records.column import ArticleKey, Span, column
from storage.records.story import Duplicate, Story, StoryArticle

__all__ = [
    "Annotation",
    "Annotations",
    "Article",
    "ArticleKey",
    "Candidate",
    "Claim",
    "Cut",
    "DateCandidate",
    "Duplicate",
    "Event",
    "EventActor",
    "Mention",
    "Paragraph",
    "PlaceCandidate",
    "Placement",
    "Quote",
    "Replaced",
    "Span",
    "Story",
    "StoryArticle",
    "Timex",
    "column",
]
