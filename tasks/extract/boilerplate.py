"""Cut what a publisher adds to its articles, and keep what was cut with the place where it stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.records import Cut
from tasks.extract.reading import Block
from tasks.extract.rules import load_rules

RULES = load_rules("boilerplate")
_ENDINGS = tuple((rule.id, rule.regex()) for rule in RULES.with_prefix("ending."))
_PARAGRAPHS = tuple((rule.id, rule.regex()) for rule in RULES.with_prefix("paragraph."))
_LONGEST = 400
_TOP = 4  # paragraphs among which the headline may stand again
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """Blocks without boilerplate, what was cut in order, and the publisher's name if a cut sentence gave it."""

    blocks: tuple[Block, ...]
    cuts: tuple[Cut, ...]
    source_name: str | None = None


def boilerplate(blocks: Sequence[Block], headlines: Sequence[str] = ()) -> Trimmed:
    """Cut whole paragraphs anywhere, sentences at the end, and the headline where it stands above the text once more.

    A text that is nothing else is left as it is.
    """
    titles = {_key(headline) for headline in headlines}
    kept: list[Block] = []
    cuts: list[Cut] = []
    for index, block in enumerate(blocks):
        rule = "headline" if index < _TOP and _key(block.text) in titles else _paragraph_rule(block.text)
        if rule:
            cuts.append(Cut(paragraph=index, surface=block.text, rule=rule))
        else:
            kept.append(block)
    if not kept:
        return Trimmed(blocks=tuple(blocks), cuts=())
    last = len(blocks) - 1
    kept[-1], ending, source_name = _without_ending(kept[-1], last)
    if not kept[-1].text and len(kept) == 1:
        return Trimmed(blocks=tuple(blocks), cuts=())
    return Trimmed(blocks=tuple(block for block in kept if block.text), cuts=(*cuts, *ending), source_name=source_name)


def _key(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _paragraph_rule(text: str) -> str | None:
    if len(text) > _LONGEST:
        return None
    return next((rule for rule, regex in _PARAGRAPHS if regex.match(text)), None)


def _without_ending(block: Block, index: int) -> tuple[Block, tuple[Cut, ...], str | None]:
    tail_start = max(0, len(block.text) - _LONGEST)
    tail = block.text[tail_start:]
    for rule, regex in _ENDINGS:
        match = regex.search(tail)
        if match and (match.start() or not tail_start):
            cut = Cut(paragraph=index, surface=match[0].strip(), rule=rule)
            rest = replace(block, text=block.text[: tail_start + match.start()].rstrip())
            return rest, (cut,), _name(match)
    return block, (), None


def _name(match: re.Match[str]) -> str | None:
    return " ".join(match["source"].split()).rstrip(".") or None if match["source"] else None
