"""Dates that say everything themselves: full dates, months and quarters of a year, years, decades, centuries."""

from __future__ import annotations

from tasks.extract.timexes.numerals import ordinal, spoken_year
from tasks.extract.timexes.periods import Period, back_a_year, period, period_of, shift
from tasks.extract.timexes.readings import Anchor, Reading, on_calendar
from tasks.extract.timexes.units import Groups, month_number

_DECADES = {"twe": 20, "thi": 30, "for": 40, "fif": 50, "six": 60, "sev": 70, "eig": 80, "nin": 90}
_EDGES = {"beginning": "START", "start": "START", "middle": "MID", "end": "END"}
# How far a two-digit year may lie after the publication before it means the century before.
_YEARS_AHEAD = 20


def modifier(groups: Groups) -> str | None:
    """START, MID or END from "early", "mid", "the end of" and the like."""
    words = " ".join(filter(None, (groups.get("mod"), groups.get("edge"), groups.get("earlier")))).lower()
    for word, mod in _EDGES.items():
        if word in words:
            return mod
    if "earl" in words:
        return "START"
    if "late" in words:
        return "END"
    return "MID" if "mid" in words else None


def day_number(words: str | None) -> int:
    """The number in "3", "03" or "3rd"."""
    return int("".join(letter for letter in words or "0" if letter.isdigit()))


def full_date(groups: Groups, _anchor: Anchor) -> Reading:
    """Day, month and year."""
    name = groups["month"] or ""
    month = int(name) if name.isdigit() else month_number(name)
    return on_calendar(period("day", int(groups["year"] or 0), month, day_number(groups["day"])), "explicit")


def numeric_date(groups: Groups, anchor: Anchor) -> Reading:
    """Figures with slashes or dots. Where both orders make a date, the American one with slashes, with doubt."""
    first, second = int(groups["first"] or 0), int(groups["second"] or 0)
    year = two_digit_year(groups["year"] or "", anchor)
    month_first = period("day", year, first, second) if first <= 12 else None
    day_first = period("day", year, second, first) if second <= 12 else None
    if month_first and day_first and first != second:
        prefers_day = anchor.is_day_first or groups["mark"] == "."
        return on_calendar(day_first if prefers_day else month_first, "explicit", doubt=0.6)
    return on_calendar(month_first or day_first, "explicit")


def two_digit_year(figures: str, anchor: Anchor) -> int:
    """The year that figures stand for; two of them mean the latest such year up to 20 years after publication."""
    if len(figures) != 2:
        return int(figures)
    limit = anchor.publication.year + _YEARS_AHEAD
    year = limit // 100 * 100 + int(figures)
    return year if year <= limit else year - 100


def month_year(groups: Groups, _anchor: Anchor) -> Reading:
    """A month of a year."""
    year = spoken_year(groups.get("year") or groups.get("spoken") or "")
    return on_calendar(period("month", year or 0, month_number(groups["month"] or "")), "explicit", modifier(groups))


def month_of_shifted_year(groups: Groups, anchor: Anchor) -> Reading:
    """A month of this, last or next year."""
    year = shifted_year(groups["shift"], anchor)
    month = period("month", year.first.year, month_number(groups["month"] or "")) if year else None
    return on_calendar(month, "publication", modifier(groups))


def shifted_year(words: str | None, anchor: Anchor) -> Period | None:
    """The year of "this", "last", "next", "the previous", "the following"; the text's own where none is given."""
    step = (words or "").lower().split()[-1:] or [""]
    current = period_of(anchor.publication, "year")
    if step[0] in ("previous", "following", "same", "the"):
        current = period_of((anchor.reference or current).first, "year") if anchor.reference else current
    return shift(current, {"last": -1, "previous": -1, "next": 1, "following": 1}.get(step[0], 0))


def year(groups: Groups, _anchor: Anchor) -> Reading:
    """A year in figures or words, perhaps a part of it."""
    words = groups.get("year") or groups.get("spoken") or groups.get("thousand") or ""
    return on_calendar(period("year", spoken_year(words) or 0), "explicit", modifier(groups))


def range_end(groups: Groups, anchor: Anchor) -> Reading:
    """The second year of a range; its century is that of the first, which the text has just named."""
    figures = groups["end"] or ""
    if len(figures) == 4:
        return on_calendar(period("year", int(figures)), "explicit")
    before = anchor.reference.first.year if anchor.reference else anchor.publication.year
    end = before // 100 * 100 + int(figures)
    return on_calendar(period("year", end if end >= before else end + 100), "explicit")


def short_year(groups: Groups, anchor: Anchor) -> Reading:
    """A year with an apostrophe for its century."""
    return on_calendar(period("year", two_digit_year(groups["year"] or "", anchor)), "explicit")


def decade(groups: Groups, anchor: Anchor) -> Reading:
    """A decade; where the century is left out, the last such decade that had begun."""
    if figures := groups.get("year"):
        return on_calendar(period("decade", int(figures)), "explicit", modifier(groups))
    word = (groups.get("word") or "").lower().replace("nineteen", "").strip(" -")
    tens = int(groups["short"] or 0) if groups.get("short") else _DECADES[word[:3]]
    limit = anchor.publication.year
    first = limit // 100 * 100 + tens
    return on_calendar(period("decade", first if first <= limit else first - 100), "explicit", modifier(groups))


def century(groups: Groups, _anchor: Anchor) -> Reading:
    """A century by its number: the 20th has the value 19, after the figures its years begin with."""
    number = ordinal(groups["ordinal"] or "") or 0
    return on_calendar(period("century", (number - 1) * 100 + 1), "explicit", modifier(groups))


def era(groups: Groups, _anchor: Anchor) -> Reading:
    """A year of the era; before it TIMEX3 writes BC and the calendar here has no day to give."""
    number = int(groups["number"] or groups["number_second"] or 0)
    if (groups["era"] or groups["era_first"] or "").upper().startswith("B"):
        return Reading("DATE", f"BC{number:04}", granularity="year")
    return on_calendar(period("year", number), "explicit")


def fiscal_year(groups: Groups, anchor: Anchor) -> Reading:
    """A financial or academic year by its number; where its months lie is for the institution to say."""
    return on_calendar(period("year", two_digit_year(groups["year"] or "0", anchor)), "explicit", doubt=0.9)


def quarter(groups: Groups, anchor: Anchor) -> Reading:
    """A quarter or half, of a stated year or else the last that had begun (the next, in a clause about the future)."""
    kind, number = _part_of_year(groups)
    figures = groups.get("year") or groups.get("short")
    shifted = groups.get("shift") or groups.get("shift_after")
    if figures or shifted:
        owner = period("year", two_digit_year(figures, anchor)) if figures else shifted_year(shifted, anchor)
        found = shift(period_of(owner.first, kind), number - 1) if owner else None
        return on_calendar(found, "explicit" if figures else "publication")
    current = period_of(anchor.publication, kind)
    first = shift(period_of(period_of(anchor.publication, "year").first, kind), number - 1)
    if first and first.first > current.first and not anchor.is_ahead:
        first = back_a_year(first)
    elif first and first.first < current.first and anchor.is_ahead:
        first = back_a_year(first, -1)
    if first and (groups.get("back") or groups.get("back_bare") or groups.get("ago")):
        first = back_a_year(first)
    return on_calendar(first, "publication")


def _part_of_year(groups: Groups) -> tuple[str, int]:
    if code := groups.get("code"):
        return ("quarter" if code[0] in "Qq" else "half"), int(code[1])
    kind = "half" if (groups.get("unit") or "").startswith("half") else "quarter"
    word = (groups.get("ordinal") or groups.get("ordinal_bare") or "").lower()
    return kind, (4 if kind == "quarter" else 2) if word in ("final", "last") else ordinal(word) or 1
