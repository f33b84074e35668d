"""Read the unit of a number: what stands after it, the currency before it, and the denominator. Reads no number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.extract.claims.lexicon import CURRENCIES, DENOMINATORS, LONGEST_SYMBOL, UNITS, Entry, numbers
from tasks.extract.claims.prefix_tree import one_of

# Longest prefix of a currency that is looked for before a number.
PREFIX_WINDOW = 8
# Single letters that name a unit also when a space stands before them; the others must be attached to the figure.
LOOSE_LETTERS = frozenset(["m", "g", "C", "F", "p", "V", "W", "L", "l"])
# A currency only behind "million" and the like: "they won 3" has none.
SCALED_ONLY = frozenset({"won"})
# Below this many degrees nobody gives a temperature in Fahrenheit, and farads are few.
COLDEST_F = 10
YEARS = range(1900, 2101)
FAHRENHEIT = Entry("F", "[degF]", "unit.temperature")
STERLING = Entry("pounds", "GBP", "currency.other")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written at `start` to `end`: code, and the rule that read it."""

    start: int
    end: int
    code: str
    rule: str
    is_attached: bool = False


def _alternatives(forms: Iterable[str]) -> str:
    return one_of(forms, {" ": r"[\s-]", "-": r"[\s-]"})


def _is_long(form: str) -> bool:
    return len(form) > LONGEST_SYMBOL


_AFTER = (*UNITS, *CURRENCIES)
_LONG = {entry.form.lower().replace("-", " "): entry for entry in reversed(_AFTER) if _is_long(entry.form)}
_SHORT = {entry.form: entry for entry in reversed(_AFTER) if not _is_long(entry.form)}
_PREFIX = {entry.form: entry for entry in CURRENCIES if re.search(r"[^\w\s.]|^[A-Z][A-Za-z]{0,3}\.?$", entry.form)}
_DENOMINATOR = {entry.form.lower(): entry for entry in DENOMINATORS}

LONG_UNIT = re.compile(rf"[\s\-–]?(?:{_alternatives(_LONG)})(?![\w])", re.IGNORECASE)
SHORT_UNIT = re.compile(rf"(?P<gap>[\s-]?)(?P<form>{_alternatives(_SHORT)})(?![\w$])")
PREFIX = re.compile(rf"(?<![A-Za-z$]){'(?:' + _alternatives(_PREFIX) + ')'}\s?$")
PER = re.compile(
    rf"\s?(?:/\s?|[\s-](?:per|an?|each|every)[\s-])(?P<form>{_alternatives(_DENOMINATOR)})s?(?!\w)", re.IGNORECASE
)
OF = re.compile(r"\sof\s(?:US\s)?")
_DENOMINATOR_UNIT = {entry.form: entry for entry in UNITS if entry.rule not in ("unit.share", "unit.age", "unit.game")}
PER_UNIT = re.compile(rf"(?:[\s-]per[\s-]|\s?/\s?)(?P<form>{_alternatives(_DENOMINATOR_UNIT)})(?!\w)")
PER_ANY = re.compile(r"[\s-]per[\s-](?P<form>(?:[\d,]+[\s-])?[^\W\d_]+)", re.IGNORECASE)
ATTACHED_SCALES = numbers("number.attached")
ATTACHED = re.compile(rf"\s?(?P<scale>(?ai:{one_of(ATTACHED_SCALES)}))(?![\w²³])", re.IGNORECASE)
# A plural within three words: "2.7m combined digital and physical sales", not "a 5m wall".
PLURAL_FOLLOWS = re.compile(r"(?:\s[a-z-]+){0,4}?\s(?:[a-z-]*[^\Wsu\d]s|people|men|women|children)\b")
ALWAYS_SCALE = frozenset(["k", "mn", "mil", "mln", "bn", "bln", "tn", "trn"])


def currency_before(text: str, start: int) -> Unit | None:
    """The currency sign or code that ends right before a number."""
    window = max(0, start - PREFIX_WINDOW)
    match = PREFIX.search(text[window:start])
    if not match:
        return None
    entry = _PREFIX.get(re.sub(r"\s+", " ", match[0].strip()))
    return Unit(window + match.start(), start, entry.value, entry.rule) if entry else None


def attached_scale(text: str, end: int, *, is_money: bool) -> tuple[int, float]:
    """Where a scale letter after a figure ends and what it is worth; the figure's own end and 1 where there is none."""
    match = ATTACHED.match(text, end)
    if not match:
        return end, 1.0
    letters = match["scale"]
    is_loose = text[end : end + 1].isspace()
    if is_money and not (is_loose and len(letters) == 1):
        return match.end(), ATTACHED_SCALES[letters.lower()]
    if is_loose or (
        letters.lower() not in ALWAYS_SCALE and not PLURAL_FOLLOWS.match(text, match.end(), match.end() + 60)
    ):
        return end, 1.0
    return match.end(), ATTACHED_SCALES[letters.lower()]


def unit_after(text: str, end: int, value: float, scale: float, *, is_plural: bool) -> Unit | None:
    """The unit that begins right after a number, the longest that fits; after "millions" also behind an "of"."""
    if is_plural and (of := OF.match(text, end)):
        return _long(text, of.end() - 1, value, scale)
    found = [unit for unit in (_long(text, end, value, scale), _short(text, end, value, scale)) if unit]
    return max(found, key=lambda unit: unit.end, default=None)


def _long(text: str, end: int, value: float, scale: float) -> Unit | None:
    match = LONG_UNIT.match(text, end)
    if not match:
        return None
    form = re.sub(r"[\s–-]+", " ", match[0].lower()).strip()
    entry = _LONG.get(form)
    if entry and form in ("pound", "pounds") and (scale > 1 or value >= 10_000):
        entry = STERLING
    # "World Cup 2018 day five": a year, not so many days.
    if entry and entry.rule == "unit.time" and not form.endswith("s") and value in YEARS and match[0][0] == " ":
        return None
    return _unit(text, end, match.end(), entry)


def _short(text: str, end: int, value: float, scale: float) -> Unit | None:
    match = SHORT_UNIT.match(text, end)
    if not match:
        return None
    form = re.sub(r"\s", " ", match["form"])
    if len(form) == 1 and form.isalpha() and match["gap"] and form not in LOOSE_LETTERS:
        return None
    if form in SCALED_ONLY and scale == 1:
        return None
    is_warm = form == "F" and abs(value) >= COLDEST_F
    return _unit(text, end, match.end(), FAHRENHEIT if is_warm else _SHORT.get(form))


def _unit(text: str, start: int, end: int, entry: Entry | None) -> Unit | None:
    if entry is None:
        return None
    is_attached = not text[start].isspace()
    begin = start + len(text[start:end]) - len(text[start:end].lstrip(" \t\n-–"))
    return Unit(begin, end, entry.value, entry.rule, is_attached)


def denominator(text: str, end: int) -> Unit | None:
    """What a quantity is counted per, right after it: "a day", "/barrel", "per 100,000 people"."""
    if match := PER.match(text, end):
        entry = (
            _DENOMINATOR[re.sub(r"[\s-]", " ", match["form"].lower())]
            if match["form"].lower() in _DENOMINATOR
            else None
        )
        code, rule = (entry.value, entry.rule) if entry else (match["form"].lower(), "per.other")
        return Unit(end, match.end(), code, rule)
    if match := PER_UNIT.match(text, end):
        entry = _DENOMINATOR_UNIT.get(re.sub(r"[\s-]", " ", match["form"]))
        if entry:
            return Unit(end, match.end(), entry.value, entry.rule)
    if match := PER_ANY.match(text, end):
        return Unit(end, match.end(), match["form"].lower().replace(",", ""), "per.other")
    return None
