"""Read numbers out of text: figures, words and their mixtures. Knows no units and does not decide what is a claim."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.extract.claims.lexicon import NUMBER_RULES, numbers
from tasks.extract.claims.prefix_tree import one_of

# More scale words than this in a row are not a number anyone means.
MOST_SCALES = 3

# "Tens" and "scores" are numbers only of something: the scores of a match are not.
NEEDS_OF = frozenset({10.0, 20.0})
UNITS, TENS, SCALES = numbers("number.unit"), numbers("number.ten"), numbers("number.scale")
PLURALS, HALVES, PARTS = numbers("number.plural"), numbers("number.half"), numbers("number.part")
MULTIPLES = numbers("number.multiple")
KINDS = (
    ("unit", UNITS), ("ten", TENS), ("scale", SCALES), ("plural", PLURALS), ("half", HALVES), ("part", PARTS),
    ("multiple", MULTIPLES),
)  # fmt: skip
WORDS = {form: (kind, value) for kind, table in KINDS for form, value in table.items()}

_FIGURES = NUMBER_RULES.with_prefix("number.digits")[0].pattern
# Letters of ASCII alone: `re` takes "ſ" for an "s" and "ı" for an "i", which no table has.
LEXEME = re.compile(rf"{_FIGURES}|\b(?P<word>(?ai:{one_of(WORDS)}))(?P<fold>-?fold)?\b", re.VERBOSE | re.IGNORECASE)
# Where one may begin: trying LEXEME at every character would cost more than all else about numbers.
_OPENING = re.compile(r"(?<!\d)\.?\d|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞]|\b[A-Za-z]+")
_FIRST_WORDS = frozenset(first for form in WORDS for first in (re.split(r"[^a-z]", form)[0], f"{form}fold"))
JOIN = re.compile(r"[\s-]|\s?-\s?|\s+and\s+|-and-|\s+of\s+|[\s-]and[\s-]a[\s-]|[\s-]a[\s-]|\s+of\s+a\s+", re.IGNORECASE)
AND_A = re.compile(r"[\s-]and[\s-](?:a[\s-])?", re.IGNORECASE)
ARTICLE = re.compile(r"\b(an?|one)[\s-]$", re.IGNORECASE)
SEVERAL = re.compile(r"\b(?:a\sfew|few|several|a\scouple\sof|many)\s$", re.IGNORECASE)
AND_BEFORE = re.compile(r"\band\s$", re.IGNORECASE)
FOLD = re.compile(r"[\s-]?fold\b", re.IGNORECASE)
SIGN = re.compile(r"(?:(?<![\w)%])[-−–](?=$)|(?<!or )(?<!and )\b(?:minus|negative)[\s-])$", re.IGNORECASE)
# The half of a match or year is no number; one of a thing is, where "of" follows.
PERIOD = re.compile(r"\b(?:first|second|last|latter|opening|final|top|bottom|back|better)[\s-]$", re.IGNORECASE)
LOOSE = re.compile(r"\b(?:other|this|each|every|either|that|the|in|his|her|my|your)[\s-]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written. `scale` is the product of its scale words, 1 where it has none."""

    start: int
    end: int
    value: float
    lower: float
    upper: float
    rule: str
    scale: float = 1.0
    is_figure: bool = False
    is_part: bool = False
    is_multiple: bool = False


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word or figure that numbers are made of."""

    start: int
    end: int
    kind: str
    value: float


def numerals(text: str) -> tuple[Numeral, ...]:
    """All numbers in the text in order, without overlap. Never raises; one too large for a float is left out."""
    found = (_signed(text, numeral) for run in _runs(text) for numeral in _read(text, run))
    return tuple(numeral for numeral in found if math.isfinite(numeral.value) and math.isfinite(numeral.upper))


def _lexemes(text: str) -> Iterator[Lexeme]:
    for match in _matches(text):
        if match["word"]:
            kind, value = WORDS[match["word"].lower()]
            yield Lexeme(*match.span(), "fold" if match["fold"] else kind, value)
        else:
            yield Lexeme(*match.span(), "figure", _figure(match))


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The matches of LEXEME, from left to right without overlap."""
    end = 0
    for opening in _OPENING.finditer(text):
        word, start = opening[0], opening.start()
        if start < end or (word.isalpha() and word.lower() not in _FIRST_WORDS):
            continue
        if match := LEXEME.match(text, start):
            end = match.end()
            yield match


def _figure(match: re.Match[str]) -> float:
    if match["slashed"]:
        return _quotient(match["slashed"])
    if match["vulgar"]:
        return unicodedata.numeric(match["vulgar"])
    exponent = (match["exponent"] or "0").replace("−", "-")
    value = float(f"{match['mantissa'].replace(',', '')}e{exponent}")
    if match["attached_vulgar"]:
        value += unicodedata.numeric(match["attached_vulgar"])
    return value + (_quotient(match["over"]) if match["over"] else 0.0)


def _quotient(slashed: str) -> float:
    over, _, under = slashed.partition("/")
    return int(over) / int(under) if int(over) < int(under) else math.nan


def _runs(text: str) -> Iterator[list[Lexeme]]:
    """Lexemes that only joining words or hyphens separate."""
    run: list[Lexeme] = []
    for lexeme in _lexemes(text):
        if run and not (lexeme.start - run[-1].end <= 8 and JOIN.fullmatch(text, run[-1].end, lexeme.start)):
            yield run
            run = []
        run.append(lexeme)
    if run:
        yield run


def _read(text: str, run: list[Lexeme]) -> Iterator[Numeral]:
    """Split a run into numbers: "five 250" is two, "two hundred and five" one."""
    i = 0
    while i < len(run):
        numeral, used = _one(text, run, i)
        if numeral:
            yield numeral
        i += used


def _one(text: str, run: list[Lexeme], i: int) -> tuple[Numeral | None, int]:
    first = run[i]
    if first.kind == "plural":
        return _plural(text, run, i)
    if first.kind in ("fold", "multiple"):
        return _numeral(first.start, first.end, first.value, "number.multiple", is_multiple=True), 1
    if first.kind in ("half", "part"):
        return _fraction(text, run, i)
    if first.kind == "scale":
        article = ARTICLE.search(text, max(0, first.start - 5), first.start)
        if article:
            return _cardinal(text, run, i, article.start())
        return _several(text, first), 1
    return _cardinal(text, run, i, first.start)


def _several(text: str, scale: Lexeme) -> Numeral | None:
    """Read "a few hundred", "several thousand" as its plural: from one of it to ten of it."""
    few = SEVERAL.search(text, max(0, scale.start - 12), scale.start)
    if not few:
        return None
    return Numeral(few.start(), scale.end, 5.5 * scale.value, scale.value, 10 * scale.value, "number.plural")


def _cardinal(text: str, run: list[Lexeme], i: int, start: int) -> tuple[Numeral, int]:
    """Add up cardinals and scales from `run[i]` on; stop where the next word cannot belong to the same number."""
    total, group, scale, scales = 0.0, 1.0 if run[i].kind == "scale" else run[i].value, 1.0, 0
    j = i if run[i].kind == "scale" else i + 1
    while j < len(run):
        before, this, gap = run[j - 1] if j else run[j], run[j], text[run[j - 1].end : run[j].start] if j > i else ""
        if this.kind == "scale" and scales < MOST_SCALES and "of" not in gap and "and" not in gap:
            scales += 1
            scale = this.value if this.value > 100 else scale
            total, group = _scaled(total, group, this.value, is_chained=j > i and before.kind == "scale")
        elif this.kind == "half" and AND_A.fullmatch(gap):
            group += this.value
        elif this.kind == "part" and before.kind in ("unit", "ten", "figure") and gap.strip(" -") == "" and not total:
            return _numeral(start, this.end, group / this.value, "number.part", is_part=True), j - i + 1
        elif _continues(before, this, group, gap):
            group += this.value
        else:
            break
        j += 1
    rule = "number.digits" if run[i].kind == "figure" else "number.unit"
    numeral = _numeral(start, run[j - 1].end, total + group, rule)
    if fold := FOLD.match(text, numeral.end):
        numeral = replace(numeral, end=fold.end(), is_multiple=True)
    return replace(numeral, scale=scale, is_figure=run[i].kind == "figure"), j - i


def _scaled(total: float, group: float, scale: float, *, is_chained: bool) -> tuple[float, float]:
    """Total and open group after a scale word; directly behind another one ("lakh crore") it multiplies all."""
    if scale <= 100:
        return total, (group or 1) * scale
    return (total * scale, 0.0) if is_chained and not group else (total + (group or 1) * scale, 0.0)


def _continues(before: Lexeme, this: Lexeme, group: float, gap: str) -> bool:
    """A smaller cardinal after tens, hundreds or thousands belongs to the same number."""
    if before.kind == "ten":
        return this.kind == "unit" and 0 < this.value < 10 and gap in ("-", " ")
    if before.kind == "scale" and this.kind in ("unit", "ten"):
        return group == 0 or (group % 100 == 0 and before.value == 100)
    return False


def _plural(text: str, run: list[Lexeme], i: int) -> tuple[Numeral, int]:
    """Read "dozens", "tens of thousands": from one of it to ten of it."""
    value, j = run[i].value, i + 1
    while (
        j < len(run) and run[j].kind == "plural" and j - i < MOST_SCALES and "of" in text[run[j - 1].end : run[j].start]
    ):
        value *= run[j].value
        j += 1
    if run[i].value in NEEDS_OF and j == i + 1 and text[run[i].end : run[i].end + 4].lower() != " of ":
        return _numeral(run[i].start, run[i].end, math.nan, "number.plural"), 1
    numeral = Numeral(run[i].start, run[j - 1].end, 5.5 * value, value, 10 * value, "number.plural")
    return numeral, j - i


def _fraction(text: str, run: list[Lexeme], i: int) -> tuple[Numeral | None, int]:
    """Read "half", "a quarter", "half a million"; an ordinal or a part of a match is none."""
    this, start = run[i], run[i].start
    value = this.value if this.kind == "half" else 1 / this.value
    article = ARTICLE.search(text, max(0, start - 5), start)
    begin = article.start() if article else start
    # "A year and a half": the whole to which the half is added is no number.
    if (this.kind == "part" and not article) or AND_BEFORE.search(text, max(0, begin - 4), begin):
        return None, 1
    if this.kind == "half" and not article and _is_no_share(text, this):
        return None, 1
    if i + 1 < len(run) and run[i + 1].kind == "scale":
        return _numeral(start, run[i + 1].end, value * run[i + 1].value, "number.half"), 2
    follows = text[this.end : this.end + 2]
    if this.kind == "half" and not (follows[:1] in ("-", " ") and follows[1:].isalpha()):
        return None, 1
    return _numeral(begin, this.end, value, f"number.{this.kind}", is_part=True), 1


def _is_no_share(text: str, half: Lexeme) -> bool:
    window = max(0, half.start - 12)
    is_loose = bool(LOOSE.search(text, window, half.start)) and text[half.end : half.end + 4] != " of "
    return is_loose or bool(PERIOD.search(text, window, half.start))


def _numeral(
    start: int, end: int, value: float, rule: str, *, is_part: bool = False, is_multiple: bool = False
) -> Numeral:
    return Numeral(start, end, value, value, value, rule, is_part=is_part, is_multiple=is_multiple)


def _signed(text: str, numeral: Numeral) -> Numeral:
    sign = SIGN.search(text, max(0, numeral.start - 10), numeral.start)
    if not sign:
        return numeral
    value = -numeral.value
    return replace(numeral, start=sign.start(), value=value, lower=-numeral.upper, upper=-numeral.lower)
