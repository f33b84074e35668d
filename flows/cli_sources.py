"""Commands about where articles come from: sources add, import, list, check, enable, disable; and poll."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from flows.options import AsJson, CannotDo, LakeOption
from flows.settings import Settings, prepare_prefect, secret

if TYPE_CHECKING:
    from storage.operations import FeedState, Header, Source
    from tasks.network.discover import Found

sources = typer.Typer(
    help="Feeds, sites and paths that articles come from.", no_args_is_help=True, rich_markup_mode=None
)
FileOption = Annotated[
    str | None,
    typer.Option("--file", metavar="FILE", help="The file of sources; NEWSLAKE_SOURCES, else seeds/sources.toml."),
]


def register_sources(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(sources, name="sources")
    app.command(epilog="Example: newslake poll --all")(poll)


@sources.command(epilog="Example: newslake sources add https://example.org/news")
def add(
    url: Annotated[str, typer.Argument(help="Address of a feed, or of a site whose feed is to be found.")],
    name: Annotated[str | None, typer.Option(help="Id of the source; by default made from the feed's title.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    file: FileOption = None,
    lake: LakeOption = None,
) -> None:
    """Find the feed at URL, show what it would bring, and write it down as a source."""
    from storage.operations import Source
    from tasks.extract.sources.source_file import source_id

    if not url.startswith(("http://", "https://")):
        raise CannotDo(f"{url!r} is no address of the web; a path needs no source, it is given to `newslake ingest`.")
    known = _declared(file)
    addresses = {source.address for source in known}
    found = _discovered(url, lake) if url not in addresses else ()
    for each in found:
        _show(each)
    feed = next((each for each in found if each.address not in addresses), None)
    if feed is None:
        raise CannotDo(f"The feed of {url} is a source already; see `newslake sources list`.")
    taken = frozenset(source.source_id for source in known)
    new = Source(
        source_id=name or source_id(feed.feed.title or urlsplit(feed.address).netloc, taken),
        address=feed.address,
        name=feed.feed.title,
        language=feed.feed.language,
    )
    if yes or typer.confirm(f"Add {new.address} as {new.source_id}?", default=True):
        _append(file, [new])
        typer.echo(f"Added {new.source_id}. `newslake poll` asks it when it is due.")


@sources.command("import", epilog="Example: newslake sources import subscriptions.opml")
def import_(
    path: Annotated[Path, typer.Argument(help="An OPML list, as feed readers export it.")], file: FileOption = None
) -> None:
    """Write down every feed of an OPML list that is no source yet."""
    from storage.operations import Source
    from tasks.extract.refusal import Refusal
    from tasks.extract.sources.opml import opml
    from tasks.extract.sources.source_file import source_id

    if not path.is_file():
        raise CannotDo(f"There is no file {str(path)!r}. Give the OPML list that your feed reader exported.")
    listed = opml(path.read_bytes())
    if isinstance(listed, Refusal):
        raise CannotDo(f"{path}: {listed.detail}")
    known = _declared(file)
    addresses, taken = {source.address for source in known}, {source.source_id for source in known}
    new: list[Source] = []
    for each in listed:
        if each.address not in addresses:
            name = source_id(each.name or urlsplit(each.address).netloc, frozenset(taken))
            taken.add(name)
            new.append(Source(source_id=name, address=each.address, name=each.name))
    _append(file, new)
    typer.echo(f"Added {len(new)} sources; {len(listed) - len(new)} were there already.")


@sources.command("list", epilog="Example: newslake sources list --json")
def list_(file: FileOption = None, lake: LakeOption = None, as_json: AsJson = False) -> None:
    """List the sources with their health: when they were read, when they are due, and their last error."""
    rows = [_health(source, state) for source, state in _known(file, lake)]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for line in _aligned(rows):
        typer.echo(line)
    if not rows:
        typer.echo("There are no sources yet. `newslake sources add URL` finds the feed of a site.")


@sources.command(epilog="Example: newslake sources check harbour-gazette")
def check(
    name: Annotated[str, typer.Argument(help="Id of the source.")], file: FileOption = None, lake: LakeOption = None
) -> None:
    """Ask a source now and show what it would bring; nothing is stored."""
    source = _named(name, file)
    for each in _discovered(source.address, lake, source.headers):
        _show(each)


@sources.command(epilog="Example: newslake sources disable harbour-gazette")
def disable(
    name: Annotated[str, typer.Argument(help="Id of the source.")], file: FileOption = None, lake: LakeOption = None
) -> None:
    """Poll a source no more until it is enabled again."""
    from tasks.extract.schedule.after_poll import BY_OPERATOR

    _change(name, file, lake, datetime.now(UTC), BY_OPERATOR)
    typer.echo(f"{name} is disabled.")


@sources.command(epilog="Example: newslake sources enable harbour-gazette")
def enable(
    name: Annotated[str, typer.Argument(help="Id of the source.")], file: FileOption = None, lake: LakeOption = None
) -> None:
    """Poll a source again, at its next due time."""
    _change(name, file, lake, None, None)
    typer.echo(f"{name} is enabled.")


def poll(
    names: Annotated[list[str] | None, typer.Argument(help="Ids of sources; by default all that are due.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are not due yet.")] = False,
    file: FileOption = None,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask the feeds that are due, fetch what is new, and store it like `ingest`."""
    settings = Settings.read(lake=lake)
    declared = [_named(name, file) for name in names] if names else list(_declared(file))
    web = [source for source in declared if source.address.lower().startswith(("http://", "https://"))]
    prepare_prefect(quiet=True)
    from flows.console import Screen, summary
    from flows.pipeline import ingest_feeds
    from flows.pool import pool

    screen = Screen(quiet=as_json)
    with screen.progress(), pool(settings) as workers:
        tally = ingest_feeds(web, settings, workers, plain=True, only_due=not (every or names))
    if as_json:
        typer.echo(json.dumps(summary(tally), indent=2))
    else:
        screen.show(tally, settings)
        failing = [
            source.source_id for source, state in _known(file, lake) if state and state.failures and source in web
        ]
        if failing:
            typer.echo(f"{len(failing)} of {len(web)} feeds fail; `newslake sources list` says why.")


def _path(file: str | None) -> Path:
    return Path(file or Settings.read().sources)


def _declared(file: str | None) -> tuple[Source, ...]:
    from tasks.extract.sources.source_file import InvalidSources, source_file

    path = _path(file)
    if not path.is_file():
        return ()
    try:
        return source_file(path.read_bytes(), secret)
    except InvalidSources as error:
        raise CannotDo(f"{path}: {error}") from error


def _append(file: str | None, new: list[Source]) -> None:
    from tasks.extract.sources.source_file import written

    path = _path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(map(written, new))


def _named(name: str, file: str | None) -> Source:
    known = {source.source_id: source for source in _declared(file)}
    if name not in known:
        raise CannotDo(f"There is no source {name!r} in {_path(file)}; known are {', '.join(sorted(known)) or 'none'}.")
    return known[name]


def _known(file: str | None, lake: str | None) -> list[tuple[Source, FeedState | None]]:
    from storage.feeds import feed_states
    from storage.lake import Lake

    settings = Settings.read(lake=lake)
    with Lake.open(settings.lake, ledger_url=settings.ledger).ledger() as ledger:
        states = feed_states(ledger)
    return [(source, states.get(source.source_id)) for source in _declared(file)]


def _change(name: str, file: str | None, lake: str | None, disabled_at: datetime | None, because: str | None) -> None:
    from storage.feeds import feed_states, save_feed_states
    from storage.lake import Lake
    from storage.operations import FeedState

    source = _named(name, file)
    settings = Settings.read(lake=lake)
    with Lake.open(settings.lake, ledger_url=settings.ledger).ledger() as ledger:
        state = feed_states(ledger).get(name) or FeedState(source_id=name, url=source.address)
        save_feed_states(ledger, [replace(state, disabled_at=disabled_at, disabled_because=because)])


def _discovered(url: str, lake: str | None, secret: tuple[Header, ...] = ()) -> tuple[Found, ...]:
    import asyncio  # not at the top: --help need not wait for it

    from storage.lake import Lake
    from tasks.extract.refusal import Refusal
    from tasks.fetch import discovered

    settings = Settings.read(lake=lake)
    with Lake.open(settings.lake, ledger_url=settings.ledger).ledger() as ledger:
        found = asyncio.run(discovered(url, ledger, settings.manners(), secret=secret))
    if isinstance(found, Refusal):
        raise CannotDo(found.detail)
    return found


def _show(found: Found) -> None:
    feed = found.feed
    full = sum(entry.is_full for entry in feed.entries)
    typer.echo(f"{found.address}  {feed.title or '(no title)'}: {len(feed.entries)} entries, {full} with full content")
    if feed.complaint:
        typer.echo(f"  {feed.complaint}")
    for entry in feed.entries[:3]:
        date = entry.published_at.isoformat(timespec="minutes") if entry.published_at else "no date"
        typer.echo(f"  {date}  {entry.title or '(no title)'}")


def _health(source: Source, state: FeedState | None) -> dict[str, str | None]:
    times = asdict(state) if state else {}
    return {
        "source": source.source_id,
        "health": _word(state),
        "read": _time(times.get("read_at")),
        "due": _time(times.get("due_at")),
        "error": state.last_error if state else None,
        "address": state.url if state else source.address,
    }


def _aligned(rows: list[dict[str, str | None]]) -> list[str]:
    """The rows below their names, each column as wide as its widest value."""
    lines = [tuple(rows[0]), *(tuple(value or "-" for value in row.values()) for row in rows)] if rows else []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _word(state: FeedState | None) -> str:
    if state is None or state.polled_at is None:
        return "new"
    if state.disabled_because:
        return f"disabled ({state.disabled_because})"
    return f"failing ({state.failures})" if state.failures else "well"


def _time(value: datetime | None) -> str | None:
    return value.isoformat(timespec="minutes") if value else None
