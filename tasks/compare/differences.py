"""Which rows only one of two versions of an annotator makes of a text, and which both make otherwise. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from storage.records import Annotation

T = TypeVar("T", bound=Annotation)

# Numbers that count the rows of one article: a row more at the beginning moves all of them.
NUMBERS = frozenset({"mention_id", "quote_id", "claim_id", "timex_id", "entity_id", "speaker_entity_id"})
LEFT_OUT = NUMBERS | {"annotator", "annotator_version"}


class Kind(StrEnum):
    """What became of a row."""

    SAME = "same"
    ADDED = "added"
    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """A row of the old version and the row of the new one that stands for it; one of the two may be missing."""

    old: T | None
    new: T | None
    columns: tuple[str, ...] = ()
    """The columns in which they differ, in their order."""

    @property
    def kind(self) -> Kind:
        if self.old is None:
            return Kind.ADDED
        if self.new is None:
            return Kind.LOST
        return Kind.CHANGED if self.columns else Kind.SAME


def differences(old: Sequence[T], new: Sequence[T]) -> tuple[Pair[T], ...]:
    """Rows of one text and table, paired, in the order of the text.

    Rows of the same stretch are the same row; of the rest, the first that overlap. Linear after sorting.
    """
    same, old_rest, new_rest = _of_the_same_stretch(old, new)
    pairs = [*same, *_that_overlap(old_rest, new_rest)]
    return tuple(sorted(pairs, key=lambda pair: _place(pair.new or pair.old)))


def _of_the_same_stretch(old: Sequence[T], new: Sequence[T]) -> tuple[list[Pair[T]], list[T], list[T]]:
    waiting: dict[tuple[int, int], list[T]] = {}
    for row in sorted(new, key=_place):
        waiting.setdefault((row.start, row.end), []).append(row)
    pairs: list[Pair[T]] = []
    left: list[T] = []
    for row in sorted(old, key=_place):
        candidates = waiting.get((row.start, row.end))
        if not candidates:
            left.append(row)
            continue
        nearest = min(range(len(candidates)), key=lambda index: len(_columns(row, candidates[index])))
        pairs.append(_pair(row, candidates.pop(nearest)))
    return pairs, left, sorted((row for rows in waiting.values() for row in rows), key=_place)


def _that_overlap(old: Sequence[T], new: Sequence[T]) -> Iterator[Pair[T]]:
    """Both sorted; each row is taken once."""
    at = 0
    for row in old:
        while at < len(new) and new[at].end <= row.start:
            yield Pair(None, new[at])
            at += 1
        if at < len(new) and new[at].start < row.end:
            yield _pair(row, new[at])
            at += 1
        else:
            yield Pair(row, None)
    for each in new[at:]:
        yield Pair(None, each)


def _pair(old: T, new: T) -> Pair[T]:
    return Pair(old, new, _columns(old, new))


def _columns(old: T, new: T) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(old))
    return tuple(name for name in names if name not in LEFT_OUT and getattr(old, name) != getattr(new, name))


def _place(row: Annotation | None) -> tuple[int, int]:
    return (row.start, row.end) if row is not None else (0, 0)
