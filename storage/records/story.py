"""What articles have to do with each other: copies and stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.records.column import column


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two articles that have text in common; the later one repeats the earlier or, of boilerplate, seems to."""

    article_id: str = column("The later article, by when its text appeared")
    original_id: str = column("The earlier article that it repeats")
    kind: str | None = column(
        "exact: the same text; reprint: most of either stands in the other; revision_elsewhere: likewise, by the same "
        "publisher under another address; excerpt: most of one stands in the other, which has more; "
        "shared_boilerplate: a passage in common that is little of either or stands in many articles, no duplicate; "
        "null: exact, from before schema version 2",
        optional=True,
    )
    similarity: float = column("Resemblance: share of their four-word runs, taken together, that both have, 0 to 1")
    share_of_article: float | None = column(
        "Share of the later article that stands in the earlier, 0 to 1", optional=True
    )
    share_of_original: float | None = column(
        "Share of the earlier article that stands in the later, 0 to 1", optional=True
    )
    method: str = column("How it was found: exact_text, minhash_lsh (bands or passages in common, then compared)")
    detected_at: datetime = column("When it was found; the shares are those of the texts of then")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """To which story an article belongs, and whose text it carries."""

    article_id: str = column("The article")
    story_id: str = column("Row of `stories`; that row says whether the story was merged into another since")
    similarity: float = column(
        "Mean similarity to the articles of the story in view when it was put there, 0 to 1; 1 of the first"
    )
    is_original: bool = column("No earlier article carries its text, and no agency is credited with it")
    origin: str = column("Whose text it is: the agency credited in any copy, else the publisher of the earliest copy")
    since: datetime = column("When the article was put into this story")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that tell of the same happening, over days."""

    story_id: str = column("Lasting identifier; it is inherited by overlap when articles join or leave")
    headline: str | None = column("Title of the member whose words the other titles share most", optional=True)
    headline_article_id: str | None = column("Article with that title", optional=True)
    first_published_at: datetime = column("When the first article was published")
    last_published_at: datetime = column("When the last article was published")
    article_count: int = column("Articles, copies and those of stories merged into it included", unit="articles")
    source_count: int = column("Publishers", unit="publishers")
    independent_sources: int = column("Different origins: copies of a text and texts of one agency count once")
    sources: tuple[str, ...] = column("Publishers, those with most articles first")
    entities: tuple[str, ...] = column("People and organisations named in most articles, at most ten")
    places: tuple[str, ...] = column("Places named in most articles, at most five")
    merged_into: str | None = column("Story that it turned out to be part of, and that goes on", optional=True)
    merged_date: date | None = column("Day of the articles that brought the two together", optional=True)
    split_from: str | None = column("Story that held most of its articles before", optional=True)
    changed_at: datetime = column("When this row was last changed")
