"""Take a byline apart into names, and tell people from bodies."""

from __future__ import annotations

import re

from tasks.extract.characters import clean_line
from tasks.extract.rules import load_rules

RULES = load_rules("authors")
_LEADS = tuple(rule.regex() for rule in RULES.with_prefix("lead."))
_TAIL = RULES.with_prefix("tail.")[0].regex()
_BODY = RULES.with_prefix("body.")[0].regex()
_PARTICLES = frozenset(RULES.with_prefix("particle")[0].words)
_LABELS = frozenset(RULES.with_prefix("label")[0].words)
_SPLIT = re.compile(r"\s*(?:[;,/|\n•·]|\b(?:and|und|et|og|och|with)\b|\s&\s|\s[yeè]\s)\s*", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
# Scripts that know no capitals; a name there has no spaces or few.
_NO_CASE = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST = 70
_TITLES = re.compile(
    r"^(?:(?:m\.?d|ph\.?d|b\.?a|m\.?a|jr|sr|esq|rn|cfp|cfa|mph|msc|rd|dvm|vmd|facp|ll\.?m)\.?)$", re.IGNORECASE
)


def names(text: str) -> tuple[str, ...]:
    """The names in a byline, in order, without what stands before and behind them; none where it is no byline."""
    line = clean_line(text[:500])
    for lead in (*_LEADS, *_LEADS):
        line = lead.sub("", line, count=1)
    found: list[str] = []
    for piece in _SPLIT.split(line):
        name = _TAIL.sub("", piece).strip(" .,:;–—-|*\"'“”„»«") if not _TITLES.match(piece.strip()) else ""
        if name.lower() in _LABELS:
            continue
        if name and _LETTER.search(name) and len(name) <= _LONGEST and "://" not in name and not name.startswith("@"):
            found.append(_cased(name))
    return tuple(dict.fromkeys(found))


def is_person(name: str) -> bool:
    """Two to five words that begin with a capital, or particles, or a short name in a script without capitals."""
    if _BODY.search(name) or any(character.isdigit() for character in name):
        return False
    if _NO_CASE.search(name):
        return 2 <= len(name) <= 25
    words = name.split()
    if not 2 <= len(words) <= 5:
        return False
    return all(word[:1].isupper() or word.lower() in _PARTICLES or "'" in word or "’" in word for word in words) and (
        words[-1][:1].isupper()
    )


def is_body(name: str) -> bool:
    """A desk, an agency, a company, a placeholder or a site."""
    return bool(_BODY.search(name))


def _cased(name: str) -> str:
    """A name in capitals as names are written; initials and short forms stay."""
    words = name.split()
    if len(words) > 1 and name.isupper() and all(len(word) > 1 for word in words) and name.isascii():
        return " ".join(word.capitalize() if len(word) > 2 else word for word in words)
    return name
