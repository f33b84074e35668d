"""Commands of the operator: up, status, report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption
from flows.settings import Settings, alert_url, environment_of_parts, home, named_server, prepare_prefect, use_server

DEFAULT_API = "http://127.0.0.1:4200/api"


def register_operating(app: typer.Typer) -> None:
    """Add the operator's commands to the command line."""
    app.command(epilog="Example: newslake up --port 4200")(up)
    app.command(epilog="Example: newslake status --json")(status)
    app.command(epilog="Example: newslake report state.html")(report)


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
        code = start(
            home(),
            url,
            environment_of_parts(url, lake),
            limit=limit,
            say=lambda line: typer.echo(line),
            alert_url=alert_url(),
        )
    except CannotStart as error:
        raise CannotDo(str(error)) from error
    raise typer.Exit(code)
