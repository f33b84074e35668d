"""A backfill on the screen and for scripts: the plan by day and source, and what came of each day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table

from storage.batch import Change

if TYPE_CHECKING:
    from flows.backfill_plan import DayPlan, Request
    from flows.rebuild import Backfill
    from flows.tally import Tally


def show_backfill(console: Console, request: Request, done: Backfill, *, is_dry: bool) -> None:
    """The plan of a dry run; otherwise what came of each day that had something to do."""
    stored = sum(each.current + each.stale + each.missing for each in done.plan)
    chosen = sum(each.chosen for each in done.plan)
    console.print(f"[bold]{request.stage}[/] {request.first} to {request.last}: {chosen} of {stored} articles to do")
    if is_dry and done.plan:
        console.print(_plan(done.plan))
        seconds = [each.seconds for each in done.plan if each.seconds is not None]
        if chosen:
            estimate = str(timedelta(seconds=round(sum(seconds)))) if seconds else "unknown: no run to go by"
            console.print(f"estimated time {estimate}")
    elif done.tallies:
        console.print(_result(done))
        for reason, count in sorted(done.total.rejected.items()):
            console.print(f"  rejected {count} × {reason}", markup=False)


def _plan(entries: tuple[DayPlan, ...]) -> Table:
    head = _right("current", "stale", "missing", "to do", "seconds")
    table = Table(Column("day", no_wrap=True), Column("source", overflow="fold"), *head, box=None, header_style="bold")
    for each in entries:
        seconds = "?" if each.seconds is None else f"{each.seconds:.1f}"
        figures = (each.current, each.stale, each.missing, each.chosen)
        table.add_row(str(each.day), each.source_id, *map(str, figures), seconds)
    return table


def _result(done: Backfill) -> Table:
    names = ("done", "revised", "annotated", "new", "same", "rejected", "seconds")
    table = Table(Column("day", no_wrap=True), *_right(*names), box=None, header_style="bold")
    for day, tally in done.tallies.items():
        table.add_row(str(day), *_figures(tally))
    table.add_section()
    table.add_row("all", *_figures(done.total))
    return table


def _figures(tally: Tally) -> tuple[str, ...]:
    again = tally.changes[Change.REVISED], tally.changes[Change.REANNOTATED], tally.changes[Change.NEW]
    unchanged = tally.kept - sum(again)
    seconds = f"{sum(tally.seconds.values()):.1f}"
    return (*map(str, (tally.received, *again, unchanged, tally.rejected.total())), seconds)


def _right(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, justify="right") for name in names)


def summary(done: Backfill) -> dict[str, object]:
    """The plan and the result, for scripts."""
    return {
        "plan": [
            {
                "day": each.day.isoformat(),
                "source_id": each.source_id,
                "current": each.current,
                "stale": each.stale,
                "missing": each.missing,
                "chosen": each.chosen,
                "estimated_seconds": None if each.seconds is None else round(each.seconds, 3),
            }
            for each in done.plan
        ],
        "days": [
            {
                "day": day.isoformat(),
                "received": tally.received,
                "kept": tally.kept,
                "rejected": tally.rejected.total(),
                "changes": {change.value: count for change, count in tally.changes.items()},
                "rejected_by_reason": dict(sorted(tally.rejected.items())),
                "seconds": round(sum(tally.seconds.values()), 3),
            }
            for day, tally in done.tallies.items()
        ],
    }
