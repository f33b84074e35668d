"""Put numbers, units, bounds and ranges together into amounts. Works on characters alone; the parse comes later."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tasks.extract.claims.comparison import compared_after, compared_before
from tasks.extract.claims.exclusions import excluded, is_excluded
from tasks.extract.claims.numerals import Numeral, numerals
from tasks.extract.claims.units import Unit, attached_scale, currency_before, denominator, unit_after

LETTER = re.compile(r"[^\W\d_]")
TIED = re.compile(r"(?:[^\W\d_]|[^\W\d_][-–]|&)$")
# Words that a hyphen may tie to a number without making it a name.
TIED_WORDS = re.compile(
    r"\b(?:sub|minus|some|about|over|under|to|or|and|a|an|mid|by|nearly|almost|plus|half|between)[-–]$", re.I
)
CONVERSION = re.compile(r"\s\([^()\n]{1,30}\d[^()\n]{0,20}\)")
ARTICLE = re.compile(r"\s(?:of\s)?an?(?=\s)", re.IGNORECASE)
TO = re.compile(r"\s?[-–—]\s?(?:to[-–\s]\s?)?|[\s-]+to[\s-]+", re.IGNORECASE)
AND = re.compile(r"\s+and\s+", re.IGNORECASE)
PROPORTION = re.compile(r"[\s-](?:in|out\sof|in\severy)[\s-]", re.IGNORECASE)
OR = re.compile(r"\s+or\s+", re.IGNORECASE)
BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)
LATER_FROM = re.compile(r"(?:\s[^\W\d_]+){0,2},?\sfrom\s(?:an?\s|the\s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and bounds. `core_start` to `core_end` is the number itself.

    `previous` is where the quantity came from ("from 5 to 7"); `value` is then where it went.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    value: float
    lower: float
    upper: float
    rule: str
    scale: float = 1.0
    unit: Unit | None = None
    per: Unit | None = None
    comparison: str = "="
    approximator: str | None = None
    previous: float | None = None
    is_figure: bool = False
    is_part: bool = False
    is_multiple: bool = False


def amounts(text: str) -> tuple[Amount, ...]:
    """All amounts of a text in order, without dates, names and the like. Linear in the text, never raises."""
    found = numerals(text)
    spans = excluded(text, found)
    kept = [numeral for numeral in found if not is_excluded(numeral, spans)]
    measured = [amount for numeral in kept if (amount := _measured(text, numeral))]
    return tuple(_bounded(text, amount) for amount in _ranges(text, measured))


def _measured(text: str, numeral: Numeral) -> Amount | None:
    """The number with its unit; None where letters tie it to a name or code."""
    money = currency_before(text, numeral.start)
    end, scale = numeral.end, numeral.scale
    if numeral.is_figure and scale == 1:
        end, scale = attached_scale(text, end, is_money=money is not None)
    factor = scale / numeral.scale
    after = None
    if numeral.is_part and (article := ARTICLE.match(text, end)):
        after = unit_after(text, article.end(), numeral.value, 1.0, is_plural=False)
    elif not (numeral.is_part or numeral.is_multiple):
        after = unit_after(text, end, numeral.value * factor, scale, is_plural=numeral.rule == "number.plural")
    number_end = end
    is_named = numeral.is_figure and end == numeral.end and bool(LETTER.match(text, end))
    if money is None and (_is_tied(text, numeral.start) or (after is None and is_named)):
        return None
    unit = after if after and (money is None or after.rule.startswith("currency")) else money
    end = after.end if after and unit is after else end
    start = money.start if money else numeral.start
    sign, start = _sign_before(text, start) if money else (1.0, start)
    per = None if numeral.is_part else denominator(text, end) or _denominator_behind(text, end)
    return Amount(
        start=start, end=per.end if per and per.start == end else end, core_start=numeral.start, core_end=number_end,
        value=_product(numeral.value, sign * factor), lower=_product(numeral.lower, sign * factor),
        upper=_product(numeral.upper, sign * factor),
        rule=numeral.rule, scale=scale, unit=unit, per=per,
        is_figure=numeral.is_figure, is_part=numeral.is_part, is_multiple=numeral.is_multiple,
    )  # fmt: skip


def _denominator_behind(text: str, end: int) -> Unit | None:
    """The denominator behind a conversion in parentheses: "C$6 (US$4.46) per share"."""
    conversion = CONVERSION.match(text, end)
    return denominator(text, conversion.end()) if conversion else None


def _product(value: float, factor: float) -> float:
    """The product without what binary fractions add: 4.1 times 1e9 is 4.1e9."""
    return float(f"{value * factor:.15g}")


def _is_tied(text: str, start: int) -> bool:
    before = text[max(0, start - 12) : start]
    return bool(TIED.search(before)) and not TIED_WORDS.search(before)


def _sign_before(text: str, start: int) -> tuple[float, int]:
    """The minus of "-$5 million" stands before the currency."""
    is_minus = text[start - 1 : start] in ("-", "−") if start else False
    return (-1.0, start - 1) if is_minus and not text[max(0, start - 2) : start - 1].strip() else (1.0, start)


def _ranges(text: str, measured: list[Amount]) -> list[Amount]:
    """Join two amounts that are the ends of one range or the start and the end of one change."""
    joined: list[Amount] = []
    for amount in measured:
        merged = _joined(text, joined[-1], amount) if joined else None
        if merged:
            joined[-1] = merged
        else:
            joined.append(amount)
    return joined


def _joined(text: str, first: Amount, second: Amount) -> Amount | None:
    if first.previous is not None or first.lower != first.upper or not _same_unit(first, second):
        return None
    if first.is_multiple or first.is_part or second.lower != second.upper:
        return None
    gap = text[first.end : second.start]
    before = text[max(0, first.start - 12) : first.start]
    is_from = bool(FROM.search(before))
    if LATER_FROM.fullmatch(gap):
        return replace(first, end=second.end, previous=second.value)
    if PROPORTION.fullmatch(gap) and _is_proportion(first, second, gap):
        share = first.value / second.value
        both = replace(second, start=first.start, core_start=first.core_start, is_part=True, rule="number.part")
        return replace(both, value=share, lower=share, upper=share)
    shared = _scaled_like(first, second)
    is_up = shared < second.value
    if TO.fullmatch(gap) and is_from:
        return _span(text, first, second, shared, is_change=True)
    if (TO.fullmatch(gap) or (AND.fullmatch(gap) and BETWEEN.search(before))) and is_up:
        return _span(text, first, second, shared, is_change=False)
    if OR.fullmatch(gap) and first.unit is None and shared + 1 == second.value:
        return _span(text, first, second, shared, is_change=False)
    return None


def _is_proportion(first: Amount, second: Amount, gap: str) -> bool:
    """ "One in five", "9 out of 10"; "two in five attacks" may count both."""
    is_bare = first.unit is None and second.unit is None and 0 < first.value < second.value
    return is_bare and (first.value == 1 or "out" in gap or second.value in (10, 100, 1000))


def _same_unit(first: Amount, second: Amount) -> bool:
    if first.per and not second.per:
        return False
    return (
        first.unit is None
        or (second.unit is not None and first.unit.code == second.unit.code)
        or (second.unit is None and first.unit.rule.startswith("currency") and first.unit.start < first.core_start)
    )


def _scaled_like(first: Amount, second: Amount) -> float:
    """The first end of "10 to 15 million" takes the scale of the second."""
    if first.scale == 1 and second.scale > 1 and abs(first.value) <= abs(second.value) / second.scale:
        return first.value * second.scale
    return first.value


def _span(text: str, first: Amount, second: Amount, low: float, *, is_change: bool) -> Amount:
    opening = (FROM if is_change else BETWEEN).search(text[max(0, first.start - 12) : first.start])
    start = first.start - len(opening[0]) if opening else first.start
    both = replace(
        second,
        start=start,
        core_start=first.core_start,
        unit=second.unit or first.unit,
        is_figure=first.is_figure,
        scale=second.scale,
    )
    if is_change:
        return replace(both, previous=low)
    return replace(both, value=(low + second.value) / 2, lower=low, upper=second.value)


def _bounded(text: str, amount: Amount) -> Amount:
    """Set the bounds that words around the amount give it."""
    before = compared_before(text, amount.start)
    after = compared_after(text, amount.end)
    word = after if after and (before is None or before.sign == "=") else before
    if word is None:
        return amount
    start, end = min(amount.start, word.start), max(amount.end, word.end)
    if word.sign == "=":
        return replace(amount, start=amount.start, approximator=None)
    lower, upper = amount.lower, amount.upper
    if lower == upper:
        lower = min(0.0, amount.value) if word.sign.startswith("<") else lower
        upper = float("inf") if word.sign.startswith(">") else upper
    return replace(
        amount,
        start=start,
        end=end,
        lower=lower,
        upper=upper,
        comparison=word.sign,
        approximator=word.surface,
        rule=word.rule,
    )
