"""Take the dateline off a report's first paragraph, and tell which agency is credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.records import Cut
from tasks.extract.reading import Block
from tasks.extract.rules import load_rules

RULES = load_rules("dateline")
_DATELINES = tuple((rule.id, rule.regex()) for rule in RULES.with_prefix("dateline."))
_CREDIT = RULES.with_prefix("credit.")[0].regex()
_SIGNED = RULES.with_prefix("signed.")[0].regex()
_LONGEST = 120  # characters of a dateline
_TAIL = 60  # characters at the end of a paragraph that may credit an agency
_FEWEST_LEFT = 20  # characters that must remain of the first paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The blocks without the dateline, and what it said. `cut.surface` before the text gives the paragraph back."""

    blocks: tuple[Block, ...]
    cut: Cut | None = None
    place: str | None = None
    date: str | None = None
    agency: str | None = None


def dateline(blocks: Sequence[Block], bodies: Sequence[str] = ()) -> Dateline:
    """Part the first paragraph from its dateline. `bodies` are those that signed the report."""
    kept = tuple(blocks)
    first = next((index for index, block in enumerate(kept[:3]) if block.kind == "paragraph"), None)
    if first is not None:
        text = kept[first].text
        for rule, regex in _DATELINES:
            match = regex.match(text[: 2 * _LONGEST])
            if match and match.end() <= _LONGEST and len(text) - match.end() >= _FEWEST_LEFT:
                found = match.groupdict()
                rest = replace(kept[first], text=text[match.end() :])
                return Dateline(
                    blocks=(*kept[:first], rest, *kept[first + 1 :]),
                    cut=Cut(paragraph=first, surface=match[0], rule=rule),
                    place=found.get("place"),
                    date=found.get("date"),
                    agency=found.get("agency") or agency(kept, bodies),
                )
    return Dateline(blocks=kept, agency=agency(kept, bodies))


def agency(blocks: Sequence[Block], bodies: Sequence[str] = ()) -> str | None:
    """The news agency among the bodies that signed, or in the credit at the end of the text."""
    for body in bodies:
        if match := _SIGNED.match(body):
            return match["agency"]
    for block in reversed(blocks[-2:]):
        if match := _CREDIT.search(block.text[-_TAIL:]):
            return match["agency"]
    return None
