"""Plots as SVG, drawn by pure functions: figures in, markup out. Colours are CSS variables, so they follow the page.

Every text is escaped here, and every bar says its figure when pointed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

WIDTH = 720
COLOURS = 7
"""Series that have a colour of their own: --c0 to --c6; the last one is for all the rest."""


def stacked_days(rows: Sequence[tuple[date, str, int]], label: str) -> str:
    """Bars of days, stacked by series: the largest series each in its colour, all others in one."""
    if not rows:
        return ""
    totals: dict[str, int] = {}
    by_day: dict[date, dict[str, int]] = {}
    for day, name, count in rows:
        totals[name] = totals.get(name, 0) + count
        by_day.setdefault(day, {})[name] = count
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    named = ranked if len(ranked) <= COLOURS else ranked[: COLOURS - 1]
    others = ranked[len(named) :]
    first, last = min(by_day), max(by_day)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    top = max(sum(counts.values()) for counts in by_day.values()) or 1
    height, left, bottom = 180, 44, 22
    step = (WIDTH - left) / len(days)
    parts = [_axis(top, height, left)]
    for number, day in enumerate(days):
        y = float(height)
        counts = by_day.get(day, {})
        stack = [(index, name, counts.get(name, 0)) for index, name in enumerate(named)]
        stack.append((COLOURS - 1, f"{len(others)} others", sum(counts.get(name, 0) for name in others)))
        for index, name, count in stack:
            if count:
                size = (height - 10) * count / top
                y -= size
                x, width = left + number * step, max(step * 0.85, 0.8)
                parts.append(_bar(x, y, width, size, index, f"{day}, {name}: {count:,}"))
    for number in sorted({0, len(days) // 2, len(days) - 1}):
        x = left + (number + 0.5) * step
        anchor = "start" if number == 0 else "end" if number == len(days) - 1 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{height + 16}" text-anchor="{anchor}">{days[number]}</text>')
    legend = [(index, name) for index, name in enumerate(named)]
    if others:
        legend.append((COLOURS - 1, f"{len(others)} others"))
    return _svg(parts, height + bottom, label) + _legend(legend)


def bars(rows: Sequence[tuple[str, int]], label: str) -> str:
    """Horizontal bars with their names and figures, in the given order."""
    if not rows:
        return ""
    top = max(count for _, count in rows) or 1
    parts = []
    left, line = 230, 22
    for number, (name, count) in enumerate(rows):
        y = number * line
        size = (WIDTH - left - 80) * count / top
        short = name if len(name) <= 30 else f"{name[:29]}…"
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(short)}</text>')
        parts.append(_bar(left, y + 3, max(size, 1.0), line - 7, 0, f"{name}: {count:,}"))
        parts.append(f'<text x="{left + size + 6:.1f}" y="{y + 15}">{count:,}</text>')
    return _svg(parts, len(rows) * line + 4, label)


def stacked_bars(rows: Sequence[tuple[str, str, int]], label: str) -> str:
    """Horizontal bars, each in parts: (bar, part, figure). Parts of the same name have the same colour."""
    if not rows:
        return ""
    names = list(dict.fromkeys(part for _, part, _ in rows))
    colour = {name: min(number, COLOURS - 1) for number, name in enumerate(names)}
    by_bar: dict[str, list[tuple[str, int]]] = {}
    for bar, part, count in rows:
        by_bar.setdefault(bar, []).append((part, count))
    top = max(sum(count for _, count in found) for found in by_bar.values()) or 1
    left, line, parts = 120, 26, []
    for number, (bar, found) in enumerate(by_bar.items()):
        x, y = float(left), number * line
        parts.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(bar)}</text>')
        for part, count in found:
            width = (WIDTH - left - 80) * count / top
            parts.append(_bar(x, y + 3, width, line - 8, colour[part], f"{bar}, {part}: {count:,}"))
            x += width
        total = sum(count for _, count in found)
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 16}">{total:,}</text>')
    legend = [(index, name) for name, index in colour.items() if index < COLOURS - 1]
    if len(names) >= COLOURS:
        legend.append((COLOURS - 1, f"{len(names) - COLOURS + 1} others"))
    return _svg(parts, len(by_bar) * line + 4, label) + _legend(legend)


def growth(rows: Sequence[tuple[date, int]], label: str, *, unit: float = 1e6, unit_name: str = "MB") -> str:
    """An area of what has come together up to each day."""
    if not rows:
        return ""
    height, left = 140, 8
    first, last = rows[0][0], rows[-1][0]
    span = max((last - first).days, 1)
    total = sum(size for _, size in rows) or 1
    reached = 0
    steps = [(float(left), float(height))]
    for day, size in rows:
        x = left + (WIDTH - left) * (day - first).days / span
        steps.append((x, steps[-1][1]))
        reached += size
        steps.append((x, height - (height - 18) * reached / total))
    steps += [(float(WIDTH), steps[-1][1]), (float(WIDTH), float(height))]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in steps)
    size = f"{total / unit:,.0f} {unit_name}" if unit == 1 else f"{total / unit:,.1f} {unit_name}"
    parts = [
        f'<polygon class="area" points="{path}"><title>{escape(label)}: {size}</title></polygon>',
        f'<text x="{left}" y="11">{size}</text>',
        f'<text x="{left}" y="{height + 16}">{first}</text>',
        f'<text x="{WIDTH}" y="{height + 16}" text-anchor="end">{last}</text>',
    ]
    return _svg(parts, height + 22, label)


def _axis(top: int, height: int, left: int) -> str:
    lines = []
    for value in sorted({0, top // 2, top}):
        y = height - (height - 10) * value / top
        lines.append(f'<line class="grid" x1="{left}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>')
    return "".join(lines)


def _bar(x: float, y: float, width: float, height: float, colour: int, said: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="c{colour}" {place}><title>{escape(said)}</title></rect>'


def _svg(parts: Sequence[str], height: float, label: str) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}">'
    return f"{head}{''.join(parts)}</svg>"


def _legend(entries: Sequence[tuple[int, str]]) -> str:
    items = "".join(f'<li><i class="c{index}"></i>{escape(name)}</li>' for index, name in entries)
    return f'<ul class="legend">{items}</ul>'
