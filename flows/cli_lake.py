"""Commands that look after a lake: verify, remove, vacuum, rebuild-state, migrate, repeated."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption
from flows.settings import Settings

if TYPE_CHECKING:
    from storage.lake import Lake
    from storage.repair import Repaired


def register_upkeep(app: typer.Typer) -> None:
    """Add the commands of upkeep to the command line."""
    app.command(epilog="Example: newslake verify --repair")(verify)
    app.command(epilog="Example: newslake remove --url 'https://news.example/2021/*'")(remove)
    app.command(epilog="Example: newslake vacuum --keep raw=90 --keep rejections=30")(vacuum)
    app.command("rebuild-state", epilog="Example: newslake rebuild-state --yes")(rebuild_state)
    app.command(epilog="Example: newslake migrate")(migrate)
    app.command(epilog="Example: newslake repeated --leave harbour-gazette")(repeated)


def verify(
    lake: LakeOption = None,
    is_repairing: Annotated[bool, typer.Option("--repair", help="Make good what can be made good.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the whole lake back: checksums, schemas, keys, offsets, counts, ledger. Exit code 1 if a fault is left."""
    from storage.project import project
    from storage.repair import repair
    from storage.verify import verify as read_back

    opened = _open(lake)
    with opened.ledger() as ledger:
        project(opened, ledger, now=_now())
        found = read_back(opened, ledger)
        repaired = repair(opened, ledger, found.faults, now=_now()) if is_repairing and found.faults else None
        left = read_back(opened, ledger).faults if repaired else found.faults
    if as_json:
        typer.echo(json.dumps(asdict(found) | {"left": [asdict(fault) for fault in left]}, indent=2, default=str))
    else:
        typer.echo(f"{found.parts} parts, {found.rows} rows, {found.bytes} bytes read: {len(found.faults)} faults")
        for fault in found.faults:
            typer.echo(f"  {fault.kind}: {fault.where}: {fault.what}")
        if repaired:
            _tell(repaired)
    if left:
        raise typer.Exit(1)


def _tell(repaired: Repaired) -> None:
    for unit in repaired.replayed:
        typer.echo(f"  written again from the ledger: {unit.family}, {unit.date}, part {unit.part}")
    for part in repaired.lost:
        typer.echo(f"  nothing else holds: {part}; what was in it has to be received again")
    if repaired.days:
        days = f"{repaired.days[0]} {repaired.days[-1]}"
        typer.echo(f"  {len(repaired.raw_ids)} pages are to be done again: newslake backfill {days}")


def remove(
    lake: LakeOption = None,
    article: Annotated[list[str] | None, typer.Option(help="Id of an article; may be given often.")] = None,
    url: Annotated[
        list[str] | None, typer.Option(help="Pattern of addresses, with * and ?; may be given often.")
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="Id of a source; may be given often.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take articles down for good: out of every table, the raw pages, the old texts and the ledger."""
    from storage.remove import Request
    from storage.remove import remove as take_down

    request = Request(tuple(article or ()), tuple(url or ()), tuple(source or ()))
    if request == Request():
        raise CannotDo("Nothing was named. Give --article ID, --url PATTERN or --source ID.")
    opened = _open(lake)
    with opened.ledger() as ledger:
        done = take_down(opened, ledger, request, now=_now())
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
    else:
        rows = ", ".join(f"{count} of {table}" for table, count in done.rows.items()) or "none"
        typer.echo(
            f"Rows taken out: {rows}. A scan of all files found {'nothing' if not done.left else done.left} left."
        )
    if done.left:
        raise typer.Exit(1)


def vacuum(
    lake: LakeOption = None,
    keep: Annotated[list[str] | None, typer.Option(help="TABLE=DAYS: how old its dates may get.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let go of what is too old: dates of the tables named, and what the ledger kept of commits longer than a week."""
    from storage.vacuum import vacuum as let_go

    opened = _open(lake)
    with opened.ledger() as ledger:
        done = let_go(opened, ledger, now=_now(), keep=_ages(keep or []))
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(
            f"{done.parts} parts of {done.rows} rows and {done.bytes} bytes, and {done.payloads} payloads were let go."
        )


def _ages(given: list[str]) -> dict[str, timedelta]:
    from storage.tables import BY_NAME

    ages = {}
    for each in given:
        table, _, days = each.partition("=")
        if table not in BY_NAME or not days.isdecimal():
            raise CannotDo(f"--keep {each} is no TABLE=DAYS. Tables: {', '.join(BY_NAME)}. Example: --keep raw=90")
        ages[table] = timedelta(days=int(days))
    return ages


def rebuild_state(
    lake: LakeOption = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Forget what the ledger knows now.")] = False,
) -> None:
    """Make the ledger again from the lake alone, for when its database is lost or damaged."""
    from storage.rebuild import rebuild_state as rebuild
    from tasks.index import fill_index

    opened = _open(lake)
    if not is_sure:
        raise CannotDo("This forgets what the ledger knows and what waits in it. Say --yes if its database is lost.")
    with opened.ledger() as ledger:
        done = rebuild(opened, ledger)
        fill_index(opened, ledger)
    typer.echo(f"The ledger knows {done.articles} articles, {done.pages} pages and {done.parts} parts again.")


def migrate(lake: LakeOption = None) -> None:
    """Bring every part of an older lake to the present schema. Interrupted, it goes on where it was."""
    from storage.lake import Lake
    from storage.migrate import migrate as bring
    from tasks.index import fill_index

    settings = Settings.read(lake=lake)
    opened = Lake.open(settings.lake, ledger_url=settings.ledger, create=False, is_migrating=True)
    with opened.ledger() as ledger:
        ledger.create()
        rewritten = bring(opened, ledger)
        fill_index(opened, ledger)
    typer.echo(f"{rewritten} parts were rewritten; every table has one schema.")


def _now() -> datetime:
    return datetime.now(UTC)


def _open(lake: str | None) -> Lake:
    from storage.lake import Lake

    settings = Settings.read(lake=lake)
    return Lake.open(settings.lake, ledger_url=settings.ledger, create=False)


def repeated(
    lake: LakeOption = None,
    leave: Annotated[str | None, typer.Option(help="Id of a source whose paragraphs are to be cut no more.")] = None,
    paragraph: Annotated[str | None, typer.Option(help="Only the paragraph with this key.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the paragraphs that sources repeat and that are cut; or leave them in the text from now on."""
    from storage.boilerplate import cuts_by, leave_in, remembered
    from tasks.extract.repeated import RULE, paragraph_key

    opened = _open(lake)
    with opened.ledger() as ledger:
        if leave is not None:
            count = leave_in(ledger, leave, paragraph)
            if not count:
                raise CannotDo(f"Nothing of {leave} is cut that could be left in; `newslake repeated` shows what is.")
            typer.echo(f"{count} paragraphs of {leave} are left in from now on; backfill puts them back into old texts")
            return
        known = remembered(ledger)
    words = {(source_id, paragraph_key(surface)): surface for source_id, surface in cuts_by(opened, RULE)}
    shown = [
        asdict(each) | {"learned_at": at, "is_cut": is_cut, "text": words.get((each.source_id, each.paragraph))}
        for each, at, is_cut in known
    ]
    if as_json:
        typer.echo(json.dumps(shown, indent=2, default=str, ensure_ascii=False))
        return
    for row in shown:
        state = "cut" if row["is_cut"] else "left in"
        frequency = f"in {row['articles']} of {row['of_articles']}"
        typer.echo(f"{row['source_id']}  {row['paragraph']}  {frequency}, {state}: {row['text'] or '(not met yet)'}")
    if not shown:
        typer.echo("No source repeats a paragraph, as far as is known; `maintain` learns them every night.")
