"""Attributions as sets of characters: what the quote scorers count, and how they pair gold with prediction."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# A region of fewer words is too often irony or a title for its speech to be scored.
LEAST_WORDS = 4
_OPENING, _CLOSING = "“„«", "”»"
Counts = tuple[int, int, int]


@dataclass(frozen=True)
class Unit:
    """One attribution: offsets of the letters and digits of its content and source; `row` is its place in the list."""

    content: frozenset[int]
    source: frozenset[int]
    is_quoted: bool
    row: int


@dataclass(frozen=True)
class RegionCounts:
    """Right, gold and predicted regions of one document: as speech, and as the speech of the right source."""

    speech: Counts
    speaker: Counts


def units(text: str, rows: Sequence[dict[str, list[list[int]]]]) -> list[Unit]:
    """The attributions of one document; those without a letter are none."""
    mask = quoted(text)
    found = []
    for number, row in enumerate(rows):
        content = _letters(text, row.get("content") or [])
        if content:
            share = sum(mask[offset] for offset in content) / len(content)
            found.append(Unit(content, _letters(text, row.get("source") or []), share > 0.05, number))
    return found


def matched(gold: Sequence[Unit], found: Sequence[Unit]) -> list[tuple[int, int]]:
    """One-to-one pairs that share half of their letters or more, the closest first, then those whose sources touch."""
    owners: dict[int, list[int]] = defaultdict(list)
    for j, unit in enumerate(found):
        for offset in unit.content:
            owners[offset].append(j)
    candidates = []
    for i, unit in enumerate(gold):
        shared = Counter(j for offset in unit.content for j in owners.get(offset, ()))
        for j, count in shared.items():
            overlap = count / (len(unit.content) + len(found[j].content) - count)
            if overlap >= 0.5:
                candidates.append((overlap, bool(unit.source & found[j].source), i, j))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs = []
    for _, _, i, j in sorted(candidates, reverse=True):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((i, j))
    return pairs


def region_counts(text: str, gold: Sequence[Unit], found: Sequence[Unit]) -> RegionCounts:
    """Score each marked region as a unit, however a system cuts or joins the pieces of a quotation."""
    speech = [0, 0, 0]
    speaker = [0, 0, 0]
    for start, end in regions(text):
        letters = frozenset(offset for offset in range(start, end) if text[offset].isalnum())
        if not letters:
            continue
        wanted, given = _claims(letters, gold), _claims(letters, found)
        named = wanted is not None and bool(wanted.source)
        speech[0] += wanted is not None and given is not None
        speech[1] += wanted is not None
        speech[2] += given is not None
        speaker[0] += bool(named and given is not None and wanted is not None and wanted.source & given.source)
        speaker[1] += named
        speaker[2] += given is not None and not (wanted is not None and not named)
    return RegionCounts((speech[0], speech[1], speech[2]), (speaker[0], speaker[1], speaker[2]))


def _claims(letters: frozenset[int], candidates: Iterable[Unit]) -> Unit | None:
    """The attribution that holds most of a region, if it holds half of it."""
    touching = [unit for unit in candidates if unit.content & letters]
    best = max(touching, key=lambda unit: (len(unit.content & letters) / len(letters), bool(unit.source)), default=None)
    return best if best is not None and 2 * len(best.content & letters) >= len(letters) else None


def regions(text: str) -> Iterator[tuple[int, int]]:
    """The longest stretches between marks that have `LEAST_WORDS` words or more."""
    mask = quoted(text)
    start = 0
    while start < len(text):
        if not mask[start]:
            start += 1
            continue
        end = start + 1
        while end < len(text) and mask[end] and text[end] not in _OPENING:
            end += 1
        if len(re.findall(r"\w+", text[start:end])) >= LEAST_WORDS:
            yield start, end
        start = end


def quoted(text: str) -> bytearray:
    """Per character, whether it stands inside double marks; a mark without a partner reaches to the line's end."""
    mask = bytearray(len(text))
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        opened: int | None = None
        for offset in range(start, end):
            character = text[offset]
            if character in _OPENING or (character == '"' and opened is None):
                opened = offset
            elif character in _CLOSING or character == '"':
                if opened is not None:
                    mask[opened : offset + 1] = b"\1" * (offset + 1 - opened)
                opened = None
        if opened is not None:
            mask[opened:end] = b"\1" * (end - opened)
    return mask


def _letters(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    return frozenset(
        offset for start, end in spans for offset in range(max(0, start), min(end, len(text))) if text[offset].isalnum()
    )
