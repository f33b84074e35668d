"""The command `newslake`: what a person or a script calls. Each command asks, calls what does the work, and shows it.

Exit codes: 0 done; 1 nothing of what was received could be kept, or a check found a fault; 2 the call cannot be
carried out as given (wrong path, no lake, unreachable server), with a line that says what to do; 130 and 143 stopped by
Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli_backfill import register_backfill
from flows.cli_export import register_export
from flows.cli_lake import register_upkeep
from flows.cli_operate import register_operating
from flows.cli_read import register_reading
from flows.cli_sources import register_sources
from flows.cli_stories import register_stories
from flows.interrupt import interruptible
from flows.options import AsJson, CannotDo, LakeOption
from flows.settings import InvalidSetting, Settings, prepare_prefect

if TYPE_CHECKING:
    from flows.tally import Tally

app = typer.Typer(
    name="newslake",
    help="News into plain Parquet: clean articles, and who said what, which numbers, when, about whom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command(epilog="Example: newslake ingest seeds/ --lake my-lake")
def ingest(
    path: Annotated[str, typer.Argument(help="File or folder: text seeds, pages, feeds, JSON lines; plain or gzip.")],
    lake: LakeOption = None,
    source: Annotated[str | None, typer.Option(help="Name of the source in the lake; by default the path's.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(metavar="OURS=THEIRS", help="Name of a field in JSON articles, as text=story.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Run the same stages without a Prefect server.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch, clean, annotate, deduplicate and store what PATH holds. A second time changes nothing."""
    if not Path(path).exists():
        raise CannotDo(f"There is no file or folder {path!r}. Give the path of something to ingest, such as seeds/.")
    settings = Settings.read(lake=lake)
    fields = _fields(field or [])
    prepare_prefect(quiet=True)
    from flows.console import Screen, summary

    screen = Screen(quiet=as_json)
    with screen.progress():
        if plain:
            tally = _plainly(path, source, fields, settings)
        else:
            tally = _through_prefect(path, source, fields, settings, screen.say)
    if as_json:
        typer.echo(json.dumps(summary(tally), indent=2))
    else:
        screen.show(tally, settings)
    if tally.received and not tally.kept:
        raise typer.Exit(1)


def _fields(pairs: list[str]) -> dict[str, str]:
    """The mapping that `--field ours=theirs` spells; raises CannotDo where it names no field of ours."""
    from tasks.extract.sources.json_articles import FIELDS

    fields = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    if len(fields) < len(pairs) or not set(fields) <= set(FIELDS):
        raise CannotDo(f"--field takes OURS=THEIRS, each of ours once; ours are {', '.join(FIELDS)}. Given: {pairs}")
    return fields


def _plainly(path: str, source: str | None, fields: dict[str, str], settings: Settings) -> Tally:
    from flows.naming import source_of_path
    from flows.pipeline import ingest_source
    from flows.pool import pool

    with pool(settings) as workers:
        return ingest_source(source_of_path(path, source, fields), settings, workers, plain=True)


def _through_prefect(
    path: str, source: str | None, fields: dict[str, str], settings: Settings, say: Callable[[str], None]
) -> Tally:
    from flows.server import prefect_server

    with prefect_server(say):
        from flows.ingest import ingest as flow

        return flow(address=path, source_id=source, lake=settings.lake, fields=fields or None)


register_backfill(app)
register_operating(app)
register_reading(app)
register_upkeep(app)
register_export(app)
register_sources(app)
register_stories(app)


def main() -> None:
    """Run the command line; what the person can mend is one line on standard error, never a traceback."""
    with interruptible() as interruption:
        try:
            app()
        except BaseException as error:
            if interruption.by is not None:
                interruption.tell()
                sys.exit(interruption.exit_code)
            if isinstance(error, BrokenPipeError):
                # Whoever was reading has seen enough, as `head` does; Python would complain once more at its end.
                sys.stderr.close()
                sys.exit(1)
            if not isinstance(error, (*_expected(), OSError)):
                raise
            typer.echo(f"newslake: {_said(error)}", err=True)
            sys.exit(2)


def _said(error: BaseException) -> str:
    """What went wrong and what to do about it, on one line."""
    if not isinstance(error, OSError) or isinstance(error, _expected()):
        return str(error)
    place = error.filename or "the disk"
    remedy = "Check that it exists, that you may write there and that there is room, then run the same again."
    return f"{place}: {error.strerror or error}. {remedy}"


def _expected() -> tuple[type[Exception], ...]:
    """Errors that name their remedy. Only those of modules that this call has loaded can have been raised."""
    named = (
        ("flows.server", "ServerUnreachable"),
        ("storage.lake", "NoLakeError"),
        ("storage.lake", "SchemaVersionError"),
        ("storage.files", "PublishError"),
        ("storage.lake", "NoLedgerError"),
        ("storage.lake", "NoLibraryError"),
        ("storage.objects", "NoConditionsError"),
        ("storage.parts", "UnknownColumnError"),
        ("storage.export", "ExportError"),
        ("storage.state", "LedgerError"),
        ("tasks.isolate", "UnfitWorker"),
    )
    loaded = [getattr(sys.modules[module], name) for module, name in named if module in sys.modules]
    return (CannotDo, InvalidSetting, *loaded)


if __name__ == "__main__":
    main()
