"""Expressions of time after TimeML (ISO 24617-1), resolved against the publication and the text before them.

Find, read, write down: `expressions` finds by rule, `READERS` turn each into a value on the calendar, and what a
date names becomes the reference of the next. What the text does not settle stays unresolved; nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from spacy.tokens import Doc as SpacyDoc

from storage.records import Timex
from tasks.extract.context import Context
from tasks.extract.parsed import Doc, parsed
from tasks.extract.timexes.confidence import confidence
from tasks.extract.timexes.expressions import RULES, Expression, expressions
from tasks.extract.timexes.readers import READERS
from tasks.extract.timexes.readings import Anchor, Reading
from tasks.extract.timexes.tense import tense

_DAY_FIRST = re.compile(r"(?<![\d/.])(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2])/\d{2,4}(?![\d/])")


def timexes(document: SpacyDoc, context: Context) -> tuple[Timex, ...]:
    """The expressions of time of a document in text order. Intervals are in UTC, their end exclusive."""
    doc = parsed(document)
    version = context.version("1", RULES.digest)
    sentences = [sentence.start_char for sentence in doc.sents]
    return tuple(
        Timex(
            start=expression.start,
            end=expression.end,
            surface=doc.text[expression.start : expression.end],
            sentence=max(bisect_right(sentences, expression.start) - 1, 0),
            confidence=confidence(expression.rule.id, reading),
            rule=expression.rule.id,
            annotator="timexes",
            annotator_version=version,
            timex_id=number,
            type=reading.type,
            value=reading.value,
            mod=reading.mod,
            resolved_start=reading.interval[0] if reading.interval else None,
            resolved_end=reading.interval[1] if reading.interval else None,
            granularity=reading.granularity,
            resolved_from=reading.origin,
        )
        for number, (expression, reading) in enumerate(_read(doc, context))
    )


def _read(doc: Doc, context: Context) -> list[tuple[Expression, Reading]]:
    anchor = Anchor(context.published_at.date(), is_day_first=_DAY_FIRST.search(doc.text) is not None)
    rows = []
    for expression in expressions(doc):
        anchor = replace(anchor, tense=tense(expression.span))
        reading = READERS[expression.rule.value](expression.groups, anchor)
        rows.append((expression, reading))
        anchor = anchor.after(reading)
    return rows
