"""`newslake status` on the screen and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from rich.console import Console

from flows.status import Found, LakeState, ServerState, Trouble


def show_status(found: Found, troubles: Sequence[Trouble]) -> None:
    """One screen: the server, the lake, and what is wrong."""
    console = Console(highlight=False)
    for line in (*_server(found.server), *_lake(found.lake)):
        console.print(line, markup=False)
    if troubles:
        console.print(f"\n{len(troubles)} wrong", style="bold red")
        for trouble in troubles:
            console.print(f"  {trouble.said}", markup=False)
    else:
        console.print("\nall is well", style="bold green")


def as_dict(found: Found, troubles: Sequence[Trouble]) -> dict[str, object]:
    """The same for scripts."""
    return asdict(found) | {"troubles": [asdict(trouble) for trouble in troubles]}


def _server(server: ServerState | None) -> list[str]:
    if server is None:
        return ["server      none"]
    states = Counter(run.state for run in server.runs)
    lines = [
        f"server      {server.url}",
        f"workers     {server.workers_online} online",
        "last day    " + (", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no runs"),
    ]
    for name, due, is_paused in server.deployments:
        when = "paused" if is_paused else f"next {due:%Y-%m-%d %H:%M} UTC" if due else "by hand"
        lines.append(f"  {name:<18}{when}")
    for run in server.runs:
        if run.state in ("Running", "Pending", "Cancelling"):
            lines.append(f"  {run.state.lower()}: {run.name}")
    return lines


def _lake(lake: LakeState | None) -> list[str]:
    if lake is None:
        return ["lake        none"]
    disk = "" if lake.disk_free_bytes is None else f", {lake.disk_free_bytes / 2**30:.0f} GiB free"
    lines = [
        f"lake        {lake.uri}: {lake.articles} articles, newest {_time(lake.newest_article_at)}{disk}",
        f"last change {_time(lake.last_run_at)}",
        f"waiting     {lake.waiting_commits} commits",
    ]
    if lake.feeds:
        bad = f"{len(lake.feeds_failing)} failing, {len(lake.feeds_disabled)} disabled, {len(lake.feeds_silent)} silent"
        lines.append(f"feeds       {lake.feeds}: {lake.feeds_due} due, {bad}")
    return lines


def _time(instant: datetime | None) -> str:
    return "never" if instant is None else f"{instant:%Y-%m-%d %H:%M} UTC"
