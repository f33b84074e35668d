"""The named entity that a source stands for."""

from __future__ import annotations

from collections.abc import Sequence

from storage.records import Mention
from tasks.extract.quotes.attribution import Offsets

_LABELS = ("PERSON", "ORG", "NORP", "GPE")


def speaker(source: Offsets | None, mentions: Sequence[Mention]) -> Mention | None:
    """The mention inside `source` that names the speaker: a person first, then an organisation, a people, a place.

    Of several of the same kind the last one counts in "Qatar's ambassador Mutlaq al-Qahtani"; a mention that covers
    all of the source (a pronoun, a role) goes before any part of it.
    """
    if source is None:
        return None
    start, end = source
    whole = [m for m in mentions if (m.start, m.end) == source]
    if whole:
        return whole[0]
    inside = [m for m in mentions if start <= m.start and m.end <= end and m.label in _LABELS]
    ranked = sorted(inside, key=lambda m: (_LABELS.index(m.label), not m.is_name, m.start))
    return ranked[0] if ranked else None
