"""How words around a number bound it: "about", "at least", "or more". Decides nothing about what the number counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.extract.claims.lexicon import Entry, words
from tasks.extract.claims.prefix_tree import one_of

# Widest stretch before a number in which its approximator is looked for.
WINDOW = 40

_AFTER = words("compare.about_after") | words("compare.above_after") | words("compare.at_most_after")
_BEFORE = {
    form: entry for form, entry in words("compare.").items() if entry.rule not in {e.rule for e in _AFTER.values()}
}


def _alternatives(table: dict[str, Entry]) -> str:
    return one_of(table, {" ": r"\s"})


BEFORE = re.compile(
    rf"(?:(?<![\w-])|(?<=\W))(?P<form>{_alternatives(_BEFORE)})(?:\s|(?<=\W)|-)(?:(?:an?|the|another)\s)?$",
    re.IGNORECASE,
)
AFTER = re.compile(rf"\s?(?P<form>{_alternatives(_AFTER)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An approximator at `start` to `end` and the sign it stands for."""

    start: int
    end: int
    sign: str
    rule: str
    surface: str


def compared_before(text: str, start: int) -> Comparison | None:
    """The approximator that ends right before `start`; of several ("just over") the one that bounds."""
    found: Comparison | None = None
    for _ in range(3):
        window = max(0, start - WINDOW)
        match = BEFORE.search(text[window:start])
        if not match:
            break
        # What `re` takes for "within" regardless of case may be no word of ours: "wıthın".
        entry = _BEFORE.get(re.sub(r"\s", " ", match["form"].lower()))
        if entry is None:
            break
        begin = window + match.start("form")
        this = Comparison(begin, window + match.end("form"), entry.value, entry.rule, match["form"])
        if found is None or found.sign == "=":
            found = this
        start = begin
    return found


def compared_after(text: str, end: int) -> Comparison | None:
    """The approximator that begins right after `end`."""
    match = AFTER.match(text, end)
    if not match:
        return None
    entry = _AFTER.get(re.sub(r"\s", " ", match["form"].lower()))
    if entry is None:
        return None
    return Comparison(match.start("form"), match.end("form"), entry.value, entry.rule, match["form"])
