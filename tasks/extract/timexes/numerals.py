"""English number words and figures to numbers."""

from __future__ import annotations

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "twenty-first",
)  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_WORDS = (
    {word: number for number, word in enumerate(_ONES)}
    | {word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
    | {"a": 1, "an": 1, "dozen": 12, "couple": 2, "and": 0, "of": 0, "the": 0}
)


def cardinal(words: str) -> float | None:
    """The number that figures or words stand for ("1,200", "forty-two", "a hundred"); None if they are vague."""
    figures = words.replace(",", "").strip()
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", figures):
        return float(figures)
    if fraction := re.fullmatch(r"(?:(\d{1,6})[\s-]+)?(\d{1,3})/(\d{1,3})", figures):
        units, over, under = (int(part or 0) for part in fraction.groups())
        return units + over / under if under else None
    if re.fullmatch(r"half\s+an?", words.strip().lower()):
        return 0.5
    if half := re.fullmatch(r"(.+?)\s+and\s+a\s+half", words.strip().lower()):
        whole = cardinal(half[1])
        return None if whole is None else whole + 0.5
    total: float = 0
    group: float = 0
    for word in re.split(r"[\s-]+", figures.lower()):
        if word in _SCALES:
            group = (group or 1) * _SCALES[word]
            if word != "hundred":
                total, group = total + group, 0
        elif word == "dozen" and group:
            group *= 12
        elif word == "couple":
            group = 2
        elif word in _WORDS:
            group += _WORDS[word]
        elif re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", word):
            group += float(word)
        else:
            return None
    return total + group


def ordinal(word: str) -> int | None:
    """The number of an ordinal: 3 for "third" and "3rd"; None for another word."""
    if figures := re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)", word.lower()):
        return int(figures[1])
    joined = re.sub(r"\s+", "-", word.lower())
    return _ORDINALS.index(joined) if joined in _ORDINALS else None


def spoken_year(words: str) -> int | None:
    """The year that is written as it is spoken: 1996 for "nineteen ninety-six", 2000 for "two thousand"."""
    if words.strip().isdigit():
        return int(words)
    parts = re.split(r"[\s-]+", words.lower().strip(), maxsplit=1)
    if "thousand" in words.lower():
        number = cardinal(words)
        return int(number) if number is not None else None
    if len(parts) == 2 and parts[0] in _WORDS:
        rest = cardinal(parts[1])
        return int(_WORDS[parts[0]] * 100 + rest) if rest is not None else None
    return None
