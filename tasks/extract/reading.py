"""What a reader made of one page: paragraphs as they stood and everything the page offers about itself.

A reading decides nothing between rival values; `tasks.extract.article` does.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Candidate, DateCandidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph of the page and what it was there: paragraph, heading, list_item, quote, table_row, code."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page as its reader saw it. Every field but the first three may be missing.

    `headlines` are the forms in which the title may stand above the text once more.
    """

    extractor: str
    extractor_version: str
    blocks: tuple[Block, ...]
    headlines: tuple[str, ...] = ()
    title: str | None = None
    title_from: str | None = None
    title_confidence: float | None = None
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    authors_from: str | None = None
    candidates: tuple[Candidate, ...] = ()
    published: tuple[DateCandidate, ...] = ()
    modified: tuple[DateCandidate, ...] = ()
    canonical_url: str | None = None
    source_name: str | None = None
    language: str | None = None
    description: str | None = None
    image_url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    charset: str | None = None
    charset_from: str | None = None
    is_paywalled: bool | None = None
    is_opted_out: bool | None = None
