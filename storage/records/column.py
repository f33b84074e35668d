"""How a column is declared, and what several tables have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def column(meaning: str, *, unit: str | None = None, optional: bool = False) -> Any:
    """Declare a column: its meaning, its unit if it has one, and whether it may be null (then it defaults to None)."""
    metadata = {"meaning": meaning, "unit": unit}
    return field(default=None, metadata=metadata) if optional else field(metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of an article's text."""

    start: int = column("Offset of the first character", unit="characters")
    end: int = column("Offset after the last character", unit="characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleKey:
    """What every row about an article begins with."""

    article_id: str = column("Hash of the canonical URL, or of the normalised text where there is no URL")
    revision: int = column("Which text of the article this row belongs to; 1 is the first that was seen")
