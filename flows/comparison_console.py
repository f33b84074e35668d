"""A comparison of two versions on the screen and for scripts: counts by kind, then the rows that differ."""

from __future__ import annotations

import dataclasses
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.comparison import Comparison
from storage.records import Annotation, Claim, Mention, Quote, Timex
from tasks.compare.differences import Kind, Pair

MARKS = {Kind.ADDED: ("+", "green"), Kind.LOST: ("-", "red"), Kind.CHANGED: ("~", "yellow")}


def show_comparison(console: Console, found: Comparison, *, most: int) -> None:
    """Counts by kind and at most `most` of the rows that differ."""
    console.print(f"[bold]{found.old}[/] and [bold]{found.new}[/] on {found.day}: {found.compared} articles compared")
    for what, count in sorted(found.elsewise.items()):
        console.print(f"  left out {count} × {what}", markup=False)
    if not found.counts:
        what = (
            "Neither version finds anything in them."
            if found.compared
            else "The lake has no such articles of this day."
        )
        console.print(what)
        return
    table = Table("kind", *(str(kind) for kind in Kind), box=None, header_style="bold")
    total: Counter[Kind] = Counter()
    for name, counts in sorted(found.counts.items()):
        table.add_row(name, *(f"{counts[kind]:,}" for kind in Kind))
        total += counts
    table.add_row("all", *(f"{total[kind]:,}" for kind in Kind), style="bold")
    console.print(table)
    for article_id, pair in found.pairs[:most]:
        mark, style = MARKS[pair.kind]
        console.print(Text.assemble((f"{mark} ", style), f"{article_id[:8]} ", *_lines(pair)))
    if len(found.pairs) > most:
        console.print(f"{len(found.pairs) - most} more: --most {len(found.pairs)}, or --json", style="dim")


def _lines(pair: Pair[Annotation]) -> list[str]:
    row = pair.new or pair.old
    assert row is not None
    lines = [said(row)]
    if pair.old is not None and pair.new is not None:
        lines += [f"\n    {name}: {_short(getattr(pair.old, name))} → {_short(getattr(pair.new, name))}"
                  for name in pair.columns]  # fmt: skip
    return lines


def said(row: Annotation) -> str:
    """A row of any table of annotations in one line."""
    match row:
        case Quote():
            return _short(f"{row.kind} {row.speaker_name or row.speaker or '?'}: {row.content_text}", 160)
        case Claim():
            return _short(f"{row.kind} {row.surface} {row.counted or ''} ({row.speaker or 'the article'})", 160)
        case Timex():
            return _short(f"{row.type} {row.surface} = {row.value or 'unresolved'}", 160)
        case Mention():
            return _short(f"{row.label} {row.surface} = {row.canonical_name}", 160)
    return row.surface


def _short(value: object, most: int = 80) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def as_dict(found: Comparison) -> dict[str, object]:
    """All rows that differ, both versions side by side, for scripts."""
    return {
        "old": str(found.old),
        "new": str(found.new),
        "day": found.day.isoformat(),
        "stored_versions": sorted(found.stored_versions),
        "made_versions": sorted(found.made_versions),
        "compared": found.compared,
        "left_out": dict(sorted(found.elsewise.items())),
        "counts": {name: {str(kind): counts[kind] for kind in Kind} for name, counts in sorted(found.counts.items())},
        "rows": [
            {
                "change": str(pair.kind),
                "article_id": article_id,
                "columns": list(pair.columns),
                "old": None if pair.old is None else dataclasses.asdict(pair.old),
                "new": None if pair.new is None else dataclasses.asdict(pair.new),
            }
            for article_id, pair in found.pairs
        ],
    }
