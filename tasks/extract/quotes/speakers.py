"""The named entity that a source stands for."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import Mention
from tasks.extract.quotes.attribution import Offsets

_LABELS = ("PERSON", "ORG", "NORP", "GPE")


def speaker(text: str, source: Offsets | None, mentions: Sequence[Mention]) -> Mention | None:
    """The mention inside `source` that names the speaker: a person first, then an organisation, a people, a place.

    A mention that covers all of the source (a pronoun, a role) goes before any part of it, and a person's surname
    that ends the source before the organisation named inside it ("Council chairwoman Reyes").
    """
    if source is None:
        return None
    start, end = source
    whole = [m for m in mentions if (m.start, m.end) == source]
    if whole:
        return whole[0]
    inside = [m for m in mentions if start <= m.start and m.end <= end and m.label in _LABELS]
    surname = _last_word(text[start:end])
    if surname and not any(m.label == "PERSON" for m in inside):
        known = [m for m in mentions if m.label == "PERSON" and _last_word(m.canonical_name) == surname]
        if known:
            return known[0]
    ranked = sorted(inside, key=lambda m: (_LABELS.index(m.label), not m.is_name, m.start))
    return ranked[0] if ranked else None


def _last_word(words: str) -> str:
    last = words.removesuffix("’s").removesuffix("'s").rsplit(" ", 1)[-1].strip(".,")
    return last if last[:1].isupper() else ""
