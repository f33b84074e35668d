"""The command `newslake stories`: put articles into stories, by hand and for any days."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption, day_of
from flows.settings import Settings, prepare_prefect


def register_stories(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: newslake stories --from 2021-07-01 --to 2021-07-31")(stories)


def stories(
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day of publication.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, included.")] = None,
    compares_again: Annotated[
        bool,
        typer.Option("--duplicates", help="Compare the texts of these days again first, for pairs that are missing."),
    ] = False,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Put the articles of some days into stories; by default of yesterday and today. A second time changes nothing."""
    settings = Settings.read(lake=lake)
    now = datetime.now(UTC)
    until = day_of("--to", last) if last else now.date()
    since = day_of("--from", first) if first else until - timedelta(days=0 if last else 1)
    if since > until:
        raise CannotDo(f"The first day {since} comes after the last day {until}.")
    prepare_prefect(quiet=True)
    from flows.console import Screen
    from storage.lake import Lake
    from tasks.stories import LakeBusyError, tell

    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger, Screen(quiet=as_json).progress():
        try:
            done = tell.fn(opened, ledger, since, until, now, compares_again=compares_again)
        except LakeBusyError as error:
            raise CannotDo(str(error)) from error
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
        return
    if compares_again:
        typer.echo(f"{done.duplicates} pairs of duplicates were missing.")
    typer.echo(
        f"{done.articles} articles of {done.days} days looked at: {done.placed} placed or moved, "
        f"{done.stories} stories new or changed, {len(done.merged)} merged, {len(done.split)} split."
    )
