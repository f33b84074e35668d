"""Named entities and what stands for them: names, descriptions and pronouns, each tied to an in-document entity.

Does not link entities to any knowledge base, nor across articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc as SpacyDoc

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions.countries import country
from tasks.extract.mentions.datelines import datelines
from tasks.extract.mentions.delayed import delayed
from tasks.extract.mentions.designated import designated
from tasks.extract.mentions.entities import entities
from tasks.extract.mentions.found import found
from tasks.extract.mentions.headlines import headlines
from tasks.extract.mentions.joined import joined
from tasks.extract.mentions.labelled import labelled
from tasks.extract.mentions.lexicon import RULES
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.nominals import Nominal, nominals
from tasks.extract.mentions.pronouns import Pronoun, Reference, pronouns
from tasks.extract.mentions.quoted import quoted
from tasks.extract.mentions.roles import Role, roles
from tasks.extract.mentions.sex import sex
from tasks.extract.mentions.surnames import surnames
from tasks.extract.mentions.teams import teams
from tasks.extract.mentions.trimmed import trimmed
from tasks.extract.mentions.untitled import untitled
from tasks.extract.parsed import Doc, parsed
from tasks.extract.places.version import version as version_of_places

VERSION = "1"

# How names are mended, in order: spans first, then what they name.
STEPS: tuple[Callable[[Doc, Names], Names], ...] = (
    trimmed,
    untitled,
    joined,
    designated,
    datelines,
    labelled,
    surnames,
    headlines,
    teams,
)


@dataclass(frozen=True, slots=True)
class _Row:
    """What becomes a Mention: a span of tokens with its entity and kind."""

    start: int
    end: int
    label: str
    entity: int
    rule: str
    confidence: float
    kind: str
    role: str | None = None


def mentions(document: SpacyDoc, context: Context) -> tuple[Mention, ...]:
    """The mentions of a parsed article in order of text; longer before shorter where they begin together."""
    doc = parsed(document)
    names = found(doc)
    for step in STEPS:
        names = step(doc, names)
    numbers = entities(doc, names)
    given = roles(doc, names)
    described = delayed(doc, nominals(doc, names, numbers, given), names, numbers, given)
    rows = [*_names(doc, names, numbers, given), *_nominals(doc, described, numbers)]
    people = [_reference(doc, row) for row in rows if row.label == "PERSON"]
    resolved = pronouns(doc, people, _sexes(doc, names, numbers, given, rows), quoted(doc))
    rows += [_pronoun(one) for one in resolved]
    return tuple(_mentions(doc, context, sorted(rows, key=lambda row: (row.start, -row.end))))


def _names(doc: Doc, names: Names, numbers: Sequence[int], given: Sequence[Role]) -> Iterator[_Row]:
    texts: dict[int, str] = {}
    for role in given:
        texts.setdefault(role.name, role.text(doc))
    for index, (name, number) in enumerate(zip(names, numbers, strict=True)):
        yield _Row(name.start, name.end, name.label, number, name.rule, name.confidence, "name", texts.get(index))


def _nominals(doc: Doc, described: Sequence[Nominal], numbers: Sequence[int]) -> Iterator[_Row]:
    """Descriptions; those tied to no name are entities of their own, the same one for the same definite words."""
    own: dict[str, int] = {}
    free = max(numbers, default=-1) + 1
    for one in described:
        if one.name is not None:
            number, confidence = numbers[one.name], 0.8
        else:
            text = doc.words(one.start, one.end).lower()
            key = text if text.startswith("the ") else f"{text} {one.start}"
            number, confidence = own.setdefault(key, free + len(own)), 0.6
        yield _Row(one.start, one.end, one.label, number, one.rule, confidence, "nominal")


def _pronoun(one: Pronoun) -> _Row:
    confidence = 0.7 if one.margin > 1 else 0.5
    return _Row(one.index, one.index + 1, "PERSON", one.entity, one.rule, confidence, "pronoun")


def _reference(doc: Doc, row: _Row) -> Reference:
    return Reference(row.start, row.end, doc[row.start : row.end].root.i, row.entity, row.rule != "nominal")


def _sexes(
    doc: Doc, names: Names, numbers: Sequence[int], given: Sequence[Role], rows: Sequence[_Row]
) -> dict[int, str]:
    named: dict[int, list[Name]] = defaultdict(list)
    described: dict[int, list[Role]] = defaultdict(list)
    for name, number in zip(names, numbers, strict=True):
        named[number].append(name)
    for role in given:
        described[numbers[role.name]].append(role)
    persons = {row.entity for row in rows if row.label == "PERSON"}
    return {number: sex(doc, named[number], described[number]) for number in persons}


def _mentions(doc: Doc, context: Context, rows: Sequence[_Row]) -> Iterator[Mention]:
    canonical = _canonical(doc, rows)
    of_sentence = doc.sentence_numbers
    version = context.version(f"{VERSION}+{RULES.digest}", version_of_places())
    for mention_id, row in enumerate(rows):
        start, surface = doc[row.start].idx, doc.words(row.start, row.end)
        yield Mention(
            start=start,
            end=start + len(surface),
            surface=surface,
            sentence=of_sentence[row.start],
            confidence=row.confidence,
            rule=row.rule,
            annotator="mentions",
            annotator_version=version,
            mention_id=mention_id,
            label=row.label,
            entity_id=row.entity,
            canonical_name=canonical[row.entity],
            role=row.role,
            is_name=row.kind == "name",
            is_nominal=row.kind == "nominal",
            is_pronoun=row.kind == "pronoun",
            country_code=country(row.label, surface) if row.kind == "name" else None,
            place_candidates=(),
        )


def _canonical(doc: Doc, rows: Sequence[_Row]) -> dict[int, str]:
    """The fullest name of each entity: a name before a description, the longest, then the first."""
    best: dict[int, tuple[bool, int, str]] = {}
    for row in rows:
        if row.kind != "pronoun":
            text = doc.words(row.start, row.end)
            candidate = (row.kind == "name", len(text), text)
            if row.entity not in best or candidate[:2] > best[row.entity][:2]:
                best[row.entity] = candidate
    return {entity: text for entity, (_, _, text) in best.items()}
