"""The data contract: what an article and its annotations are, column by column.

Every column of the lake is stated here once, with its type, unit and meaning. `storage.tables` derives
the Arrow schemas and `docs/data-dictionary.md` from these classes. Standard library only; nothing here
reads, writes or computes anything.

Conventions: `_at` is an instant in UTC, `_date` a calendar date, `is_`/`has_` a truth value. `start` and
`end` are character offsets into `articles.text` of the same `article_id` and `revision`, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What every annotation carries. Invariant: `text[start:end] == surface`."""

    start: int = column("Offset of the first character", unit="characters")
    end: int = column("Offset after the last character", unit="characters")
    surface: str = column("The annotated stretch of text, exactly")
    sentence: int = column("Index of the sentence that holds `start`, from 0")
    confidence: float = column("Estimated probability that the row is right, 0 to 1")
    rule: str = column("The recognition rule that made the row")
    annotator: str = column("Name of the annotator")
    annotator_version: str = column("Version of the annotator, of its rules and of the model below it")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCandidate:
    """A place that a name may mean."""

    geonames_id: str | None = column("GeoNames id", optional=True)
    name: str = column("Name in the gazetteer")
    country_code: str | None = column("Country it is in, ISO 3166-1 alpha-2", optional=True)
    probability: float = column("Estimated probability that this one is meant, 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Annotation):
    """A named entity, or a noun phrase or pronoun that stands for one."""

    mention_id: int = column("Number of the mention in its article, from 0")
    label: str = column("Kind of entity: PERSON, ORG, GPE, LOC, NORP, FAC, EVENT, PRODUCT, WORK_OF_ART, LAW")
    entity_id: int = column("In-document entity: mentions with the same number are the same thing")
    canonical_name: str = column("Fullest name of the entity in this article")
    role: str | None = column('Title or role given with the name ("President of the High Council")', optional=True)
    is_name: bool = column("The mention is a name")
    is_nominal: bool = column('The mention is a description ("the group\'s supreme leader")')
    is_pronoun: bool = column("The mention is a pronoun")
    country_code: str | None = column("Country of a place or nationality, ISO 3166-1 alpha-2", optional=True)
    place_relation: str | None = column(
        "How the mention is tied to a place: name (it is its name), people (a people of it), part (the place is in "
        'the name of something else: "Kentucky State Police")',
        optional=True,
    )
    place_start: int | None = column("Offset of the place's name", unit="characters", optional=True)
    place_end: int | None = column("Offset after the place's name", unit="characters", optional=True)
    place_name: str | None = column(
        "Place that the name means, as the gazetteer calls it; of a people, its country", optional=True
    )
    place_kind: str | None = column("What the place is: country, region, district, capital, city, area", optional=True)
    place_region: str | None = column("State or province the place is in, by name", optional=True)
    latitude: float | None = column("Latitude of the place, WGS 84", unit="degrees", optional=True)
    longitude: float | None = column("Longitude of the place, WGS 84", unit="degrees", optional=True)
    geonames_id: str | None = column("GeoNames id of the place", optional=True)
    place_confidence: float | None = column("Estimated probability that this place is meant, 0 to 1", optional=True)
    place_candidates: tuple[PlaceCandidate, ...] = column(
        "The places that the name may mean, the likeliest first; empty if it is in no gazetteer or means no place"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Annotation):
    """A stretch of reported speech, with who said it. `start` to `end` is the hull of `content`, marks not included."""

    quote_id: int = column("Number of the quote in its article, from 0")
    kind: str = column(
        "direct, mixed, indirect; scare (marked, but not speech) or credit (a picture's caption and maker)"
    )
    content: tuple[Span, ...] = column("The stretches that were said, in order, quotation marks not included")
    content_text: str = column("The stretches that were said, joined by a space")
    cue: str | None = column('Word or words that mark it as speech ("said", "according to")', optional=True)
    cue_lemma: str | None = column("Dictionary form of the cue", optional=True)
    cue_class: str = column("What the cue does: speech, belief, intention, request, stance, evidence, credit, scare")
    cue_start: int | None = column("Offset of the cue", unit="characters", optional=True)
    cue_end: int | None = column("Offset after the cue", unit="characters", optional=True)
    speaker: str | None = column("Who said it, as written there", optional=True)
    speaker_start: int | None = column("Offset of the speaker", unit="characters", optional=True)
    speaker_end: int | None = column("Offset after the speaker", unit="characters", optional=True)
    speaker_name: str | None = column("Fullest name of the speaker in this article", optional=True)
    speaker_entity_id: int | None = column("In-document entity of the speaker, as in `mentions`", optional=True)
    is_unclosed: bool = column("The closing quotation mark is missing")
    is_continued: bool = column("The quotation goes on in the next paragraph")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Annotation):
    """A quantity that somebody asserts. `start` to `end` is the quantity as written, with approximator and unit."""

    claim_id: int = column("Number of the claim in its article, from 0")
    kind: str = column(
        "What kind of quantity: count, money, share, measure, duration, age, multiple, or number (nothing counted)"
    )
    value: float = column("The number, scale words applied; of a range, its middle")
    lower: float = column("Lower bound of the number; equal to `value` where it is exact")
    upper: float = column('Upper bound of the number; infinite for "more than"')
    approximator: str | None = column('Word that makes it inexact ("almost", "at least")', optional=True)
    comparison: str = column("How the number bounds the quantity: =, ~, <, >, <=, >=")
    previous_value: float | None = column('What it was before, of "from 5 to 7"', optional=True)
    unit: str | None = column("Unit: UCUM code or ISO 4217 where one exists, else the unit's name", optional=True)
    unit_surface: str | None = column("Unit as written", optional=True)
    per: str | None = column('What the quantity is counted per ("day", "100000 people")', optional=True)
    counted: str | None = column('What is counted ("enemy combatants")', optional=True)
    counted_lemma: str | None = column(
        'Dictionary form of what is counted, without articles and prepositions ("enemy combatant")', optional=True
    )
    counted_start: int | None = column("Offset of what is counted", unit="characters", optional=True)
    counted_end: int | None = column("Offset after what is counted", unit="characters", optional=True)
    change: str | None = column(
        "What happened to the quantity: up, down, or the verb of which it is an argument", optional=True
    )
    fraction_of: str | None = column('The whole of which it is a part ("the country\'s 400 districts")', optional=True)
    is_fraction: bool = column("The value is a share of `fraction_of`, not a count")
    is_negated: bool = column("The sentence denies it")
    is_hedged: bool = column("The sentence holds it for possible rather than certain")
    timex_id: int | None = column("Row of `timexes` that is the same stretch, of a span of time", optional=True)
    quote_id: int | None = column("Row of `quotes` in which it is asserted", optional=True)
    speaker: str | None = column("Who asserts it, as written; null where the article itself does", optional=True)
    speaker_start: int | None = column("Offset of the speaker", unit="characters", optional=True)
    speaker_end: int | None = column("Offset after the speaker", unit="characters", optional=True)
    speaker_name: str | None = column("Fullest name of the speaker in this article", optional=True)
    speaker_entity_id: int | None = column("In-document entity of the speaker, as in `mentions`", optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timex(Annotation):
    """An expression of time, after TimeML (ISO 24617-1)."""

    timex_id: int = column("Number of the expression in its article, from 0")
    type: str = column("DATE, TIME, DURATION or SET")
    value: str | None = column(
        "TimeML value (2021-07-18, 2021-W29, P2D, PRESENT_REF, ...); null if unresolved", optional=True
    )
    mod: str | None = column("TimeML modifier (START, MID, END, APPROX, MORE_THAN, ...)", optional=True)
    resolved_start: datetime | None = column("First instant of the interval meant", optional=True)
    resolved_end: datetime | None = column("First instant after the interval meant", optional=True)
    granularity: str | None = column(
        "Size of the unit meant: second, minute, hour, day, week, month, quarter, year, ...", optional=True
    )
    resolved_from: str = column("What it was resolved by: explicit, publication, context, or unresolved")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventActor:
    """Somebody who acts in an event, or to whom it is done. Several that are joined by "and" are several."""

    start: int = column("Offset of the first character", unit="characters")
    end: int = column("Offset after the last character", unit="characters")
    surface: str = column("The phrase, exactly")
    name: str | None = column("Fullest name in this article, else the phrase without its article", optional=True)
    entity_id: int | None = column("In-document entity, as in `mentions`", optional=True)
    country_code: str | None = column("Country it belongs to, ISO 3166-1 alpha-2", optional=True)
    sector: str | None = column(
        "GOV, LEG, JUD, COP, SPY, MIL, REB, UAF, PTY, OPP, IGO, NGO, JRN, BUS, LAB, EDU, MED, REL, REF, CRM, CVL; null "
        "where nothing tells, as of a country",
        optional=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Annotation):
    """A mention of a happening. `start` to `end` is the word that names it: a verb, or a noun of action."""

    event_mention_id: int = column("Number of the event mention in its article, from 0")
    event_id: str = column("The happening: mentions with the same id, in any article, tell of the same one")
    predicate: str = column('Dictionary form of the word that names it ("meet", "carry_out", "talk")')
    type: str | None = column(
        "PLOVER type: AGREE, CONSULT, SUPPORT, CONCEDE, COOPERATE, AID, RETREAT, REQUEST, ACCUSE, REJECT, THREATEN, "
        "PROTEST, SANCTION, MOBILIZE, COERCE, ASSAULT; null for happenings that PLOVER has no type for",
        optional=True,
    )
    mode: str | None = column(
        "PLOVER mode within the type (visit, withdraw, arrest, explosives, ...); null where none is told", optional=True
    )
    about: str | None = column("PLOVER type of what is agreed, requested, rejected or threatened", optional=True)
    actors: tuple[EventActor, ...] = column("Who does it")
    recipients: tuple[EventActor, ...] = column("To whom, against whom or with whom it is done")
    theme: str | None = column("What is acted upon, as written, be it an actor or a thing", optional=True)
    theme_start: int | None = column("Offset of the theme", unit="characters", optional=True)
    theme_end: int | None = column("Offset after the theme", unit="characters", optional=True)
    place: str | None = column("Where it happens, as written", optional=True)
    place_start: int | None = column("Offset of the place", unit="characters", optional=True)
    place_end: int | None = column("Offset after the place", unit="characters", optional=True)
    place_mention_id: int | None = column("Row of `mentions` that is the place", optional=True)
    place_country_code: str | None = column("Country of the place, ISO 3166-1 alpha-2", optional=True)
    timex_id: int | None = column("Row of `timexes` that says when", optional=True)
    event_date: date | None = column("First day of what that expression resolves to", optional=True)
    is_negated: bool = column("The sentence denies it")
    is_future: bool = column("It lies ahead of the telling")
    is_hypothetical: bool = column("The sentence supposes it or holds it for possible")
    quote_id: int | None = column("Row of `quotes` in which it is told", optional=True)
    speaker: str | None = column("Who reports it, as written; null where the article itself does", optional=True)
    speaker_start: int | None = column("Offset of the speaker", unit="characters", optional=True)
    speaker_end: int | None = column("Offset after the speaker", unit="characters", optional=True)
    speaker_name: str | None = column("Fullest name of the speaker in this article", optional=True)
    speaker_entity_id: int | None = column("In-document entity of the speaker, as in `mentions`", optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """All annotations of one article's text, made in one pass by one version of the annotators."""

    article_id: str
    status: str
    annotated_end: int
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    claims: tuple[Claim, ...] = ()
    timexes: tuple[Timex, ...] = ()
    events: tuple[Event, ...] = ()


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
