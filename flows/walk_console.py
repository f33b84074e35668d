"""A backfill from the publishers on the screen and for scripts: what the lake has of each day and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

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
    table = Table("day", Column("source", overflow="fold"), *_right("stored", "usual", "gaps"), "")
    for each in found:
        figures = (str(each.stored), _usual(each), str(each.gaps))
        table.add_row(str(each.day), Text(each.source_id), *figures, "short" if each.is_short else "")
    console.print(table)


def show_walk(console: Console, request: WalkRequest, done: Walk) -> None:
    """What each day and source had before, and has now."""
    tally = done.tally
    console.print(
        f"[bold]fetch[/] {request.first} to {request.last}: "
        f"received {tally.received} = kept {tally.kept} + rejected {tally.rejected.total()}"
    )
    table = Table("day", Column("source", overflow="fold"), *_right("had", "has", "usual"))
    for old, new in zip(done.before, done.after, strict=True):
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


def _right(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, justify="right") for name in names)
