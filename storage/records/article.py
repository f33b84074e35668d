"""An article, and what the lake adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.records.column import column


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """A publication date that the page or feed offered."""

    origin: str = column("Where it stood: feed, json_ld, meta, microdata, url, text, seed_header, page, fetched")
    raw: str = column("As it was written")
    value: str = column("As it was read, ISO 8601; empty if it could not be read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A value that the page or feed offered for one of its fields, and that was not chosen."""

    field: str = column("For which column: title, authors")
    origin: str = column("Where it stood: json_ld, meta, microdata, heading, byline, document_title, feed, ...")
    value: str = column("As it was written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A stretch of the page that was cut from the text."""

    paragraph: int = column(
        "Index of the paragraph in which it stood, from 0, in the text as it was before the step that cut it; "
        "the steps are: repeated paragraphs, boilerplate, dateline"
    )
    surface: str = column("What was cut, exactly")
    rule: str = column("The rule that cut it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of `text`."""

    start: int = column("Offset of its first character", unit="characters")
    end: int = column("Offset after its last character", unit="characters")
    kind: str = column("What it was on the page: paragraph, heading, list_item, quote, table_row, code, caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned article: what the pages said, without what surrounds it."""

    article_id: str = column("Hash of the canonical URL, or of the normalised text where there is no URL")
    url: str | None = column("Address it was fetched from", optional=True)
    canonical_url: str | None = column("Address its publisher names as the lasting one", optional=True)
    source_id: str = column("Source it came through, as in seeds/sources.toml, or a name derived from the path")
    source_name: str | None = column("Publisher as printed", optional=True)
    title: str | None = column("Headline, without the name of the site", optional=True)
    title_from: str | None = column(
        "What told the title: seed_header, feed, json_ld, meta, microdata, heading, document_title, text", optional=True
    )
    title_confidence: float | None = column("Estimated probability that the title is right, 0 to 1", optional=True)
    authors: tuple[str, ...] = column("People who signed it, in order")
    authors_from: str | None = column(
        "What told the authors: feed, json_ld, meta, microdata, byline, article", optional=True
    )
    organisations: tuple[str, ...] = column("Desks, agencies and other bodies that signed it, in order")
    agency: str | None = column("News agency credited in byline, dateline or credit line", optional=True)
    candidates: tuple[Candidate, ...] = column("Titles and authors that were offered and not chosen")
    language: str | None = column("Language of the text, ISO 639-1", optional=True)
    published_at: datetime = column("When it was published; midnight UTC where only the day is known")
    published_from: str = column(
        "What told the publication date: feed, json_ld, meta, microdata, url, text, page, seed_header, fetched"
    )
    published_precision: str = column("How exact the publication date is: second, minute, day, month, year, fetched")
    published_local_date: date | None = column(
        "Calendar day of publication where it was published, which may be the day before or after that of "
        "`published_at`; null where only the time of fetching is known",
        optional=True,
    )
    published_confidence: float | None = column(
        "Estimated probability that the publication day is right, 0 to 1", optional=True
    )
    published_raw: str | None = column("The publication date as it was written", optional=True)
    published_rejected: tuple[DateCandidate, ...] = column("Dates that were offered and not chosen")
    modified_at: datetime | None = column("When its publisher last changed it", optional=True)
    fetched_at: datetime = column("When we read it from its source")
    text: str = column("Cleaned text; paragraphs are separated by an empty line")
    text_sha256: str = column("SHA-256 of the text in UTF-8, hexadecimal")
    word_count: int = column("Words in the text, separated by white space", unit="words")
    paragraphs: tuple[Paragraph, ...] = column("The paragraphs of the text, in order")
    dateline: str | None = column(
        'Dateline cut from the beginning of the text ("DOHA, July 18 (Reuters) -")', optional=True
    )
    dateline_place: str | None = column("Place in the dateline, as written", optional=True)
    dateline_date: str | None = column("Date in the dateline, as written", optional=True)
    description: str | None = column("Summary given by the publisher", optional=True)
    image_url: str | None = column("Lead image", optional=True)
    section: str | None = column("Section or category", optional=True)
    tags: tuple[str, ...] = column("Keywords given by the publisher")
    entry_id: str | None = column("Identifier of the feed entry", optional=True)
    raw_id: str = column("Row of `raw` it was made from")
    extractor: str = column("What made the text: text_seed, trafilatura, json_article, feed_content, ...")
    extractor_version: str = column("Version of the extractor, of the library below it and of its rules")
    charset: str | None = column("Character encoding the page was read with", optional=True)
    charset_from: str | None = column(
        "What told the encoding: bom, http, meta, utf8, detector, fallback", optional=True
    )
    boilerplate: tuple[str, ...] = column("Sentences cut from the text as the publisher's boilerplate, in order")
    cuts: tuple[Cut, ...] = column("Each of them with its place and the rule that cut it")
    is_paywalled: bool | None = column("The publisher says that the whole text is not free to read", optional=True)
    is_opted_out: bool | None = column("The publisher forbids machine use in the page or its headers", optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the lake adds to an article when it is stored."""

    revision: int = column("Which text of the article this is; 1 is the first that was seen")
    ingested_at: datetime = column("When this revision entered the lake")
    pipeline_version: str = column("Version of the code, rules and model that made this row and its annotations")
    annotation_status: str = column(
        "complete; truncated: only the text up to `annotated_end` was read; unsupported_language: none was made"
    )
    annotated_end: int = column("Offset after the last character that the annotators read", unit="characters")
    mention_count: int = column("Rows of `mentions` for this revision", unit="rows")
    quote_count: int = column("Rows of `quotes` for this revision", unit="rows")
    claim_count: int = column("Rows of `claims` for this revision", unit="rows")
    timex_count: int = column("Rows of `timexes` for this revision", unit="rows")
    event_count: int = column("Rows of `events` for this revision", unit="rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What the lake adds to an article's text that is no longer the current one; a row of `revisions`."""

    replaced_by: int = column("Revision that was current when this text was filed here")
    replaced_at: datetime = column("When this text was filed here")
    is_late: bool = column("It is older than the text that was already current when it was seen")
    words_added: int = column("Words of the current text that this one lacks, repetitions counted", unit="words")
    words_removed: int = column("Words of this text that the current one lacks, repetitions counted", unit="words")
    paragraphs_added: int = column("Paragraphs of the current text that this one lacks", unit="paragraphs")
    paragraphs_removed: int = column("Paragraphs of this text that the current one lacks", unit="paragraphs")
    quotes_added: tuple[str, ...] = column("Contents of quotes that only the current text has")
    quotes_removed: tuple[str, ...] = column("Contents of quotes that only this text has")
    claims_added: tuple[str, ...] = column("Quantities, as written, that only the current text has")
    claims_removed: tuple[str, ...] = column("Quantities, as written, that only this text has")
