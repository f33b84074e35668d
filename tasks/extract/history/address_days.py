"""The days that an address names: `/2021/07/18/`, `sitemap-2021-07.xml`, `?yyyy=2021&mm=07&dd=18`."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])(?:[/_-]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
_PLAIN = re.compile(_DAY)
_NAMED = re.compile(
    r"\b(?:yyyy|year)=((?:19|20)\d{2})&(?:mm|month)=(0?[1-9]|1[0-2])(?:&(?:dd|day)=(0?[1-9]|[12]\d|3[01]))?\b",
    re.IGNORECASE,
)


def address_days(url: str) -> tuple[date, date] | None:
    """First and last day, both included; None where the address names no month. A year alone may be any number."""
    match = _NAMED.search(url) or _PLAIN.search(url)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), match[3]
    try:
        first = date(year, month, int(day or 1))
    except ValueError:
        return None
    return (first, first) if day else (first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
