"""Commands that look at a lake and change nothing: show, query, article, compare, dictionary."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption, day_of
from flows.settings import Settings, prepare_prefect

if TYPE_CHECKING:
    from storage.lake import Lake


def register_reading(app: typer.Typer) -> None:
    """Add the reading commands to the command line."""
    app.command(epilog="Example: newslake show --json")(show)
    app.command(
        epilog="Example: newslake query \"SELECT speaker_name, content_text FROM quotes WHERE kind = 'direct'\""
    )(query)
    app.command(epilog="Example: newslake article 3f2a")(article)
    app.command(epilog="Example: newslake compare --annotator quotes@1 quotes@2 2021-07-18")(compare)
    app.command(epilog="Example: newslake dictionary > docs/data-dictionary.md")(dictionary)
    app.command(epilog="Example: newslake views > docs/views.md")(views)


def show(lake: LakeOption = None, as_json: AsJson = False) -> None:
    """List the tables of the lake with their dates, rows, files and bytes."""
    from dataclasses import asdict

    from storage.readers import table_stats

    stats = table_stats(_open(lake))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in stats], indent=2))
        return
    from flows.console import table_of_stats

    table_of_stats(stats)


def query(
    sql: Annotated[str, typer.Argument(help="SQL of DuckDB; every table of the lake is a view.")],
    lake: LakeOption = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets.")] = False,
) -> None:
    """Ask the lake in SQL."""
    import duckdb

    from storage.readers import connect
    from storage.views import create_views

    with connect(_open(lake)) as connection:
        create_views(connection)
        try:
            result = connection.sql(sql)
            if result is None:
                return
            columns, rows = result.columns, result.fetchall()
        except duckdb.Error as error:
            raise CannotDo(f"DuckDB cannot run this: {error}") from error
    if as_json:
        typer.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=2, default=str))
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([[_cell(value) for value in row] for row in rows])
    else:
        from flows.console import table_of_rows

        table_of_rows(columns, rows)


def article(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="Id of an article, or its first characters.")],
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Show one article with its annotations marked in colour."""
    from storage.readers import article as read_article
    from storage.readers import ids_starting_with

    opened = _open(lake)
    ids = ids_starting_with(opened, article_id)
    if len(ids) != 1:
        found = f"{len(ids)} articles begin with it: {', '.join(ids)}" if ids else "no article has it"
        raise CannotDo(f"{article_id!r} does not name one article: {found}. `newslake query` finds ids.")
    stored = read_article(opened, ids[0])
    if stored is None:
        raise CannotDo(f"The article {ids[0]} was removed just now.")
    if as_json:
        found = {"article": stored.article.to_pylist()[0]} | {
            name: rows.to_pylist() for name, rows in stored.annotations.items()
        }
        typer.echo(json.dumps(found, indent=2, default=str))
        return
    from flows.console import marked_article

    marked_article(stored)


def compare(
    day: Annotated[str, typer.Argument(metavar="DAY", help="Day of publication, as 2021-07-18.")],
    annotator: Annotated[
        tuple[str, str],
        typer.Option(metavar="OLD NEW", help="Two versions of one, as quotes@1 quotes@2; without @ any version."),
    ],
    most: Annotated[int, typer.Option(min=0, metavar="N", help="Rows that are shown.")] = 20,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Worker processes.")] = None,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Show which rows a newer annotator adds, loses and changes, before a backfill replaces the old ones.

    OLD is what the lake stores, NEW what the code of today makes of the same texts. Nothing is written.
    """
    settings = Settings.read(lake=lake)
    prepare_prefect(quiet=True)
    from flows.comparison import CannotCompare, Version
    from flows.comparison import compare as compare_versions
    from flows.comparison_console import as_dict, show_comparison
    from flows.console import Screen
    from flows.pool import pool

    screen = Screen(quiet=as_json)
    try:
        old, new = map(Version.read, annotator)
        with screen.progress(), pool(settings, jobs) as workers:
            found = compare_versions(old, new, day_of("DAY", day), settings, workers)
    except CannotCompare as error:
        raise CannotDo(str(error)) from error
    if as_json:
        typer.echo(json.dumps(as_dict(found), indent=2, default=str))
    else:
        show_comparison(screen.console, found, most=most)


def dictionary() -> None:
    """Print the data dictionary: every table and column with its type, unit and meaning, as Markdown."""
    from storage.dictionary import as_markdown

    typer.echo(as_markdown(), nl=False)


def views() -> None:
    """Print what the views for users of GDELT and POLECAT have in common with the originals, as Markdown."""
    from storage.views import as_markdown

    typer.echo(as_markdown(), nl=False)


def _open(lake: str | None) -> Lake:
    from storage.lake import Lake

    settings = Settings.read(lake=lake)
    return Lake.open(settings.lake, ledger_url=settings.ledger, create=False)


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: every byte of a page is hostile."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
