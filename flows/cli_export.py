"""The command `newslake export FORMAT TARGET`: what the lake holds, in the form of other tools.

A format is one command here; `EXPORTS` names them all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption, day_of
from flows.settings import Settings

if TYPE_CHECKING:
    from storage.export import Target
    from storage.lake import Lake

Tables = Annotated[
    list[str] | None, typer.Option("--table", help="Only this table; may be given often. By default all of them.")
]
Forget = Annotated[
    bool, typer.Option("--forget", help="Afterwards, delete all earlier snapshots: what was taken down goes with them.")
]

File = Annotated[Path, typer.Argument(metavar="FILE", help="Tab-separated, or Parquet by the ending .parquet.")]
First = Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day of publication.")]
Last = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, included.")]
Bare = Annotated[bool, typer.Option("--bare", help="Without a line of names, as GDELT's own files are.")]


def register_export(app: typer.Typer) -> None:
    """Add `export` with all its formats to the command line."""
    exports = typer.Typer(
        help="Copy the lake into the format of another tool; the copy is kept up to date by exporting again.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for name, (command, example) in EXPORTS.items():
        exports.command(name, epilog=f"Example: newslake export {name} {example}")(command)
    app.add_typer(exports, name="export")


def iceberg(
    target: Annotated[str, typer.Argument(metavar="WAREHOUSE", help="Directory or address below which data goes.")],
    catalog: Annotated[
        str | None,
        typer.Option(
            metavar="URI", help="Catalogue: sqlite, postgresql, http (REST), thrift; by default SQLite there."
        ),
    ] = None,
    table: Tables = None,
    is_forgetting: Forget = False,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Apache Iceberg tables in the namespace newslake. What changed since the last export is brought, no more."""
    from storage.export.iceberg import IcebergTarget

    opened = _open(lake)
    _export(opened, IcebergTarget.open(opened, target, catalog), table, is_forgetting, as_json)


def delta(
    target: Annotated[str, typer.Argument(metavar="ROOT", help="Directory or address; each table goes below it.")],
    table: Tables = None,
    is_forgetting: Forget = False,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Delta Lake tables, one directory each. What changed since the last export is brought, no more."""
    from storage.export.delta import DeltaTarget

    opened = _open(lake)
    _export(opened, DeltaTarget.open(opened, target), table, is_forgetting, as_json)


def _view(name: str, meaning: str) -> Callable[..., None]:
    """The command that writes rows as the users of another system know them, to one file."""

    def command(
        target: File,
        first: First = None,
        last: Last = None,
        is_bare: Bare = False,
        lake: LakeOption = None,
    ) -> None:
        _export_view(name, target, first, last, is_bare, lake)

    command.__doc__ = f"{meaning}; docs/views.md says what is not the same."
    return command


EXPORTS: dict[str, tuple[Callable[..., None], str]] = {
    "iceberg": (iceberg, "copies/iceberg"),
    "delta": (delta, "copies/delta --forget"),
    "gkg": (
        _view("gkg", "GDELT's Global Knowledge Graph 2.1, one row an article"),
        "gkg.csv --from 2021-07-01 --to 2021-07-31",
    ),
    "mentions": (_view("mentions", "GDELT's Mentions, one row for each mention of an event"), "mentions.parquet"),
    "polecat": (_view("polecat", "POLECAT's events, one row for each mention of an event"), "polecat.csv"),
}
"""Every format: the command that writes it, and arguments for an example."""


def _export(lake: Lake, target: Target, names: list[str] | None, is_forgetting: bool, as_json: bool) -> None:
    from storage.export import export
    from storage.tables import BY_NAME

    if unknown := set(names or ()) - set(BY_NAME):
        raise CannotDo(f"--table {', '.join(sorted(unknown))}: there is no such table. Tables: {', '.join(BY_NAME)}")
    tables = [each for name, each in BY_NAME.items() if not names or name in names]

    with lake.ledger() as ledger:
        done = export(lake, ledger, target, now=datetime.now(UTC), tables=tables, is_forgetting=is_forgetting)
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
        return
    for name, copied in done.tables.items():
        typer.echo(f"{name}: {copied.rows} rows of {copied.brought} parts brought, {copied.taken_out} parts taken out")
    if not done.tables:
        typer.echo("The copy was up to date; no snapshot was made.")
    if is_forgetting:
        typer.echo(f"Earlier snapshots were let go of, with {done.forgotten} files.")
    if not done.is_current:
        typer.echo("The lake was written to meanwhile: export again for the rest.")


def _export_view(name: str, target: Path, first: str | None, last: str | None, is_bare: bool, lake: str | None) -> None:
    from storage.views import FORMATS, ViewExportError, export_view

    since, until = (day_of(option, day) if day else None for option, day in (("--from", first), ("--to", last)))
    try:
        rows = export_view(_open(lake), FORMATS[name], target, first=since, last=until, has_header=not is_bare)
    except ViewExportError as error:
        raise CannotDo(str(error)) from error
    typer.echo(f"{target}: {rows} rows")


def _open(lake: str | None) -> Lake:
    from storage.lake import Lake

    settings = Settings.read(lake=lake)
    return Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
