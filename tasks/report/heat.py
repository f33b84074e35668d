"""Tables of a row a source and a cell a day, coloured by how well it went. Pure; every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from storage.figures import FeedDay
from tasks.report.expected import expected

DAYS = 21
"""Days shown, today not among them: it is not over and would always look incomplete."""


def completeness(by_day: Iterable[tuple[date, str, int]], today: date) -> str:
    """Whether each source brought as much as is its habit, on each day of publication."""
    counts: dict[str, dict[date, int]] = {}
    for day, source, count in by_day:
        counts.setdefault(source, {})[day] = count
    days = _days(today)
    rows = {
        source: [_complete(had.get(day, 0), expected(had, day), day) for day in days] for source, had in counts.items()
    }
    note = "Green: at least 80 % of the median of the same weekday; yellow: 30 %; red: less. Plain: too young to tell."
    return _heat(rows, days, note)


def feed_health(found: Iterable[FeedDay], today: date) -> str:
    """How often each feed was asked on each day, whether it answered, and where entries may have been missed."""
    by_source: dict[str, dict[date, FeedDay]] = {}
    for each in found:
        by_source.setdefault(each.source_id, {})[each.day] = each
    days = _days(today)
    rows = {source: [_asked(had.get(day)) for day in days] for source, had in by_source.items()}
    note = (
        "Requests of each day. Green: answered; yellow: some in vain; red: all in vain. "
        "A frame: entries may have come and gone unseen."
    )
    return _heat(rows, days, note)


def _days(today: date) -> list[date]:
    return [today - timedelta(days=number) for number in range(DAYS, 0, -1)]


def _complete(got: int, habit: float | None, day: date) -> str:
    if not habit:
        return f"<td>{got or ''}</td>"
    kind = "good" if got >= 0.8 * habit else "poor" if got >= 0.3 * habit else "bad"
    return f'<td class="{kind}" title="{day}: {got} of about {habit:g}">{got}</td>'


def _asked(feed: FeedDay | None) -> str:
    if feed is None:
        return "<td></td>"
    kind = "good" if not feed.failed else "poor" if feed.failed < feed.asked else "bad"
    frame = " gap" if feed.gaps else ""
    said = f"{feed.day}: asked {feed.asked} times, {feed.failed} in vain, {feed.gaps} gaps"
    return f'<td class="{kind if feed.asked else ""}{frame}" title="{said}">{feed.asked or ""}</td>'


def _heat(rows: Mapping[str, Sequence[str]], days: Sequence[date], note: str) -> str:
    if not rows:
        return ""
    lines = (f"<tr><th>{escape(source)}</th>{''.join(cells)}</tr>" for source, cells in sorted(rows.items()))
    head = "".join(f'<td class="soft">{day.day}</td>' for day in days)
    table = f'<table class="heat"><tr><th></th>{head}</tr>{"".join(lines)}</table>'
    return f'<div class="scroll">{table}</div><p class="soft">{note}</p>'
