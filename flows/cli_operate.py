"""Commands of the operator: backfill, up, status, report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption, day_of
from flows.settings import Settings, environment_of_parts, home, named_server, prepare_prefect, use_server

if TYPE_CHECKING:
    from flows.backfill_plan import Request
    from flows.rebuild import Backfill


DEFAULT_API = "http://127.0.0.1:4200/api"


def register_operating(app: typer.Typer) -> None:
    """Add the operator's commands to the command line."""
    app.command(epilog="Example: newslake backfill --from 2021-07-01 --to 2021-07-31 --dry-run")(backfill)
    app.command(epilog="Example: newslake up --port 4200")(up)
    app.command(epilog="Example: newslake status --json")(status)
    app.command(epilog="Example: newslake report state.html")(report)


def backfill(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day of publication, as 2021-07-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, included.")],
    source: Annotated[str | None, typer.Option(metavar="ID", help="Only this source; by default all.")] = None,
    stage: Annotated[str, typer.Option(help="clean: from the stored pages; annotate: the texts stay.")] = "clean",
    only_missing: Annotated[bool, typer.Option("--only-missing", help="Gaps alone, not what is stale.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Everything, even what is current.")] = False,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="Begin with the oldest day.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Days at a time, and worker processes.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Do without a Prefect server.")] = False,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Do stored days again with the code of today: gaps and stale rows alone, unless asked otherwise.

    A second time changes nothing; an interrupted run goes on where it stopped.
    """
    settings = Settings.read(lake=lake)
    prepare_prefect(quiet=True)
    request = _request(first, last, source, stage, only_missing, force, oldest_first)
    from flows.backfill_console import show_backfill, summary
    from flows.console import Screen

    screen = Screen(quiet=as_json)
    if dry_run:
        from flows.rebuild import Backfill, survey

        done = Backfill(survey(request, settings))
    else:
        with screen.progress():
            done = _plainly(request, settings, jobs) if plain else _through_prefect(request, settings, jobs, screen.say)
    if as_json:
        typer.echo(json.dumps(summary(done), indent=2))
    else:
        show_backfill(screen.console, request, done, is_dry=dry_run)
    if done.total.received and not done.total.kept:
        raise typer.Exit(1)


def status(lake: LakeOption = None, as_json: AsJson = False) -> None:
    """Say in one screen what runs, what is due and what is wrong; the exit code is 1 when something is."""
    settings = Settings.read(lake=lake)
    prepare_prefect(quiet=True)
    from flows.status import judge
    from flows.status_console import as_dict, show_status
    from flows.status_looks import look

    found = look(settings, named_server() or DEFAULT_API)
    troubles = judge(found)
    if as_json:
        typer.echo(json.dumps(as_dict(found, troubles), indent=2, default=str))
    else:
        show_status(found, troubles)
    if troubles:
        raise typer.Exit(1)


def report(
    path: Annotated[str, typer.Argument(metavar="FILE", help="Where the page is written.")] = "report.html",
    lake: LakeOption = None,
) -> None:
    """Write the state of the lake as one HTML page that needs no network."""
    settings = Settings.read(lake=lake)
    prepare_prefect(quiet=True)
    from datetime import UTC, datetime

    from storage.lake import Lake
    from tasks.report import report as task

    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    with opened.ledger() as ledger:
        typer.echo(task.fn(opened, ledger, Path(path), datetime.now(UTC)))


def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect server.")] = 4200,
    limit: Annotated[int, typer.Option(min=1, help="Runs that work at the same time.")] = 2,
    lake: LakeOption = None,
) -> None:
    """Start a Prefect server, a worker and all deployments on this machine; Ctrl-C stops them.

    A server that runs already is used. With PREFECT_API_URL set, that server is.
    """
    url = named_server() or f"http://127.0.0.1:{port}/api"
    use_server(url)
    prepare_prefect(quiet=False)
    from flows.up import CannotStart
    from flows.up import up as start

    try:
        code = start(home(), url, environment_of_parts(url, lake), limit=limit, say=lambda line: typer.echo(line))
    except CannotStart as error:
        raise CannotDo(str(error)) from error
    raise typer.Exit(code)


def _request(
    first: str, last: str, source: str | None, stage: str, only_missing: bool, force: bool, oldest_first: bool
) -> Request:
    from flows.backfill_plan import Choice, Request, Stage

    if only_missing and force:
        raise CannotDo("--only-missing and --force exclude each other: give one of them, or neither.")
    if stage == "fetch":
        raise CannotDo(
            "--stage fetch is not there yet: a backfill works from what the lake stores. `newslake ingest PATH` takes "
            "in saved pages, feeds and archives of any day."
        )
    if stage not in set(Stage):
        raise CannotDo(f"--stage {stage!r} is none of {', '.join(Stage)}.")
    choice = Choice.MISSING if only_missing else Choice.ALL if force else Choice.STALE
    begin, end = day_of("--from", first), day_of("--to", last)
    if begin > end:
        raise CannotDo(f"--from {begin} comes after --to {end}: give the earlier day first.")
    return Request(
        first=begin, last=end, stage=Stage(stage), choice=choice, source_id=source, is_oldest_first=oldest_first
    )


def _plainly(request: Request, settings: Settings, jobs: int | None) -> Backfill:
    from flows.pool import pool
    from flows.rebuild import rebuild

    with pool(settings, jobs) as workers:
        return rebuild(request, settings, workers, plain=True, jobs=jobs or settings.workers)


def _through_prefect(request: Request, settings: Settings, jobs: int | None, say: Callable[[str], None]) -> Backfill:
    from flows.server import prefect_server

    with prefect_server(say):
        from flows.backfill import backfill as flow
        from flows.backfill_request import Days

        return flow(
            days=Days(first=request.first, last=request.last),
            source_id=request.source_id,
            stage=request.stage.value,
            choice=request.choice.value,
            is_oldest_first=request.is_oldest_first,
            jobs=jobs,
            lake=settings.lake,
        )
