"""The named entity that a source stands for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from storage.records import Mention
from tasks.extract.quotes.attribution import Offsets

_start = attrgetter("start")
_LABELS = ("PERSON", "ORG", "NORP", "GPE")


def speaker(text: str, source: Offsets | None, mentions: Sequence[Mention]) -> Mention | None:
    """The mention inside `source` that names the speaker: a person first, then an organisation, a people, a place.

    `mentions` are in the order of the text.

    A mention that covers all of the source (a pronoun, a role) goes before any part of it, and a person's surname
    that ends the source before the organisation named inside it ("Council chairwoman Reyes").
    """
    if source is None:
        return None
    start, end = source
    near = mentions[bisect_left(mentions, start, key=_start) : bisect_left(mentions, end, key=_start)]
    whole = next((m for m in near if (m.start, m.end) == source), None)
    if whole is not None:
        return whole
    inside = [m for m in near if m.end <= end and m.label in _LABELS]
    surname = _last_word(text[start:end])
    if surname and not any(m.label == "PERSON" for m in inside):
        known = (m for m in mentions if m.label == "PERSON" and _last_word(m.canonical_name) == surname)
        if (first := next(known, None)) is not None:
            return first
    ranked = sorted(inside, key=lambda m: (_LABELS.index(m.label), not m.is_name, m.start))
    return ranked[0] if ranked else None


def _last_word(words: str) -> str:
    last = words.removesuffix("’s").removesuffix("'s").rsplit(" ", 1)[-1].strip(".,")
    return last if last[:1].isupper() else ""
