"""What is found in the text of an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.records.column import Span, column


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
