"""Named entities and what stands for them: names, in-document entities, pronouns."""

from __future__ import annotations

from collections.abc import Callable

from spacy.tokens import Doc

from storage.records import Mention
from tasks.extract.context import Context
from tasks.extract.mentions.entities import entities
from tasks.extract.mentions.found import found
from tasks.extract.mentions.name import Names
from tasks.extract.mentions.trimmed import trimmed

# How names are mended, in order.
STEPS: tuple[Callable[[Doc, Names], Names], ...] = (trimmed,)

_PRONOUNS = frozenset(("he", "she", "him", "his", "her", "himself", "herself"))


def mentions(doc: Doc, context: Context) -> tuple[Mention, ...]:
    """The named entities of a parsed article and the pronouns that stand for its persons, in order of text."""
    names = found(doc)
    for step in STEPS:
        names = step(doc, names)
    numbers = entities(doc, names)
    longest: dict[int, str] = {}
    for name, number in zip(names, numbers, strict=True):
        if len(name.text(doc)) > len(longest.get(number, "")):
            longest[number] = name.text(doc)
    spans = [
        (name.start, name.end, name.label, number, name.rule, name.role, False)
        for name, number in zip(names, numbers, strict=True)
    ]
    last: int | None = None
    starts = {name.start: number for name, number in zip(names, numbers, strict=True) if name.label == "PERSON"}
    for token in doc:
        last = starts.get(token.i, last)
        if token.lower_ in _PRONOUNS and last is not None:
            spans.append((token.i, token.i + 1, "PERSON", last, "pronoun.nearest", None, True))
    sentence_of = {token.i: number for number, sent in enumerate(doc.sents) for token in sent}
    return tuple(
        Mention(
            start=doc[start].idx,
            end=doc[end - 1].idx + len(doc[end - 1]),
            surface=doc[start:end].text,
            sentence=sentence_of[start],
            confidence=0.5 if is_pronoun else 0.75,
            rule=rule,
            annotator="mentions",
            annotator_version=context.version("1", "0"),
            mention_id=mention_id,
            label=label,
            entity_id=number,
            canonical_name=longest[number],
            role=role,
            is_name=not is_pronoun,
            is_nominal=False,
            is_pronoun=is_pronoun,
        )
        for mention_id, (start, end, label, number, rule, role, is_pronoun) in enumerate(
            sorted(spans, key=lambda s: s[:2])
        )
    )
