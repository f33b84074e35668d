"""Names of months, weekdays, units and parts of the day, and what TIMEX3 writes for them."""

from __future__ import annotations

from collections.abc import Mapping

Groups = Mapping[str, str | None]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_SEASONS = {"spr": "SP", "sum": "SU", "aut": "FA", "fal": "FA", "win": "WI"}
# Unit as written (without plural) to the kind of period it counts and how many of that kind it is.
_UNITS = {
    "second": ("second", 1), "minute": ("minute", 1), "min": ("minute", 1), "hour": ("hour", 1), "hr": ("hour", 1),
    "day": ("day", 1), "night": ("day", 1), "weekend": ("weekend", 1), "week": ("week", 1), "fortnight": ("week", 2),
    "month": ("month", 1), "quarter": ("month", 3), "semester": ("month", 6), "year": ("year", 1), "yr": ("year", 1),
    "decade": ("year", 10), "centur": ("year", 100), "century": ("year", 100), "millennia": ("year", 1000),
    "millennium": ("year", 1000), "centurie": ("year", 100),
}  # fmt: skip
_LETTERS = {
    "second": "S", "minute": "M", "hour": "H", "day": "D", "weekend": "WE", "week": "W", "month": "M", "year": "Y",
}  # fmt: skip
_HALVES = {"minute": (30, "second"), "hour": (30, "minute"), "day": (12, "hour"), "year": (6, "month")}
# Part of the day: its TIMEX3 code, first hour and length in hours; by convention, since no text says it.
_PARTS = {
    "morning": ("MO", 5, 7), "afternoon": ("AF", 12, 5), "evening": ("EV", 17, 5), "night": ("NI", 20, 9),
    "dawn": ("MO", 5, 7), "sunrise": ("MO", 5, 7), "lunchtime": ("MI", 12, 2), "dusk": ("EV", 17, 5),
    "sunset": ("EV", 17, 5), "nightfall": ("EV", 17, 5),
}  # fmt: skip


def month_number(name: str) -> int:
    """1 to 12 for the name of a month or its abbreviation."""
    return _MONTHS.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 for Monday to 6 for Sunday."""
    return _WEEKDAYS.index(name[:3].lower())


def season_code(name: str) -> str:
    """SP, SU, FA or WI."""
    return _SEASONS[name[:3].lower()]


def unit_kind(unit: str) -> tuple[str, int]:
    """The kind of period that a unit counts and how many of them it is: ("year", 10) for "decades"."""
    word = unit.lower().rstrip(".")
    return _UNITS.get(word) or _UNITS[word.removesuffix("s")]


def day_part(phrase: str) -> tuple[str, int, int]:
    """TIMEX3 code, first hour and length in hours of the part of a day that the phrase ends in."""
    words = phrase.lower().replace("-", " ").split()
    return next((_PARTS[word] for word in _PARTS if words[-1].endswith(word)), _PARTS["night"])


def duration_value(unit: str, amount: float | None) -> str:
    """The TIMEX3 value of an amount of units, PXM where the amount is vague; halves go into the smaller unit."""
    kind, factor = unit_kind(unit)
    if amount is None:
        return f"P{'T' if kind in ('second', 'minute', 'hour') else ''}X{_LETTERS[kind]}"
    total = amount * factor
    clock = "T" if kind in ("second", "minute", "hour") else ""
    whole, rest = int(total), total - int(total)
    if rest == 0.5 and kind in _HALVES:
        count, smaller = _HALVES[kind]
        between = "T" if smaller == "hour" else ""
        head = f"{whole}{_LETTERS[kind]}" if whole else ""
        return f"P{clock}{head}{between}{count}{_LETTERS[smaller]}"
    return f"P{clock}{total:.12g}{_LETTERS[kind]}"
