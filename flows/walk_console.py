"""A backfill from the publishers on the screen and for scripts: what the lake has of each day and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

MOST = 100
"""Rows that are listed whole; of more, those that matter."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.walk import Walk
    from flows.walk_plan import DayStock, WalkRequest


def show_plan(console: Console, request: WalkRequest, found: Sequence[DayStock]) -> None:
    """What is there and what is short. How long it takes is the servers' to say."""
    short = sum(each.is_short for each in found)
    console.print(
        f"[bold]fetch[/] {request.first} to {request.last}: {short} of {len(found)} days and sources are short"
    )
    listed = found if len(found) <= MOST else [each for each in found if each.is_short]
    table = _table("stored", "usual", "gaps")
    table.add_column("")
    for each in listed:
        figures = (str(each.stored), _usual(each), str(each.gaps))
        table.add_row(str(each.day), Text(each.source_id), *figures, "short" if each.is_short else "")
    console.print(table)
    if len(listed) < len(found):
        console.print(
            f"{len(found) - len(listed)} more are complete or too young to tell; --json lists them", style="dim"
        )


def show_walk(console: Console, request: WalkRequest, done: Walk) -> None:
    """What each day and source had before, and has now."""
    tally = done.tally
    console.print(
        f"[bold]fetch[/] {request.first} to {request.last}: "
        f"received {tally.received} = kept {tally.kept} + rejected {tally.rejected.total()}"
    )
    table = _table("had", "has", "usual")
    pairs = list(zip(done.before, done.after, strict=True))
    for old, new in pairs if len(pairs) <= MOST else [pair for pair in pairs if pair[0].stored != pair[1].stored]:
        table.add_row(str(new.day), Text(new.source_id), str(old.stored), str(new.stored), _usual(new))
    console.print(table)
    for reason, count in sorted(tally.rejected.items()):
        console.print(f"  rejected {count} × {reason}", markup=False)


def plan_as_dict(found: Sequence[DayStock]) -> list[dict[str, object]]:
    """The plan for scripts."""
    return [
        {
            "day": each.day.isoformat(),
            "source_id": each.source_id,
            "stored": each.stored,
            "expected": each.expected,
            "gaps": each.gaps,
            "is_short": each.is_short,
        }
        for each in found
    ]


def _usual(entry: DayStock) -> str:
    return "?" if entry.expected is None else f"{entry.expected:g}"


def _table(*figures: str) -> Table:
    right = (Column(name, justify="right") for name in figures)
    return Table(Column("day", no_wrap=True), Column("source", overflow="fold"), *right, box=None, header_style="bold")
