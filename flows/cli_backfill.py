"""The command `backfill`: days again, from what the lake stores or from where articles come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsJson, CannotDo, LakeOption, day_of
from flows.settings import Settings, prepare_prefect

if TYPE_CHECKING:
    from flows.backfill_plan import Request
    from flows.console import Screen
    from flows.rebuild import Backfill
    from flows.walk import Walk
    from flows.walk_plan import WalkRequest

STAGES = ("fetch", "clean", "annotate")


def register_backfill(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog="Example: newslake backfill --from 2021-07-01 --to 2021-07-31 --dry-run")(backfill)


@dataclass(frozen=True)
class Means:
    """How a backfill is to be carried out: where, by how many, through Prefect or not, shown how."""

    settings: Settings
    jobs: int | None
    is_plain: bool
    is_dry: bool
    as_json: bool


def backfill(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day of publication, as 2021-07-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, included.")],
    source: Annotated[str | None, typer.Option(metavar="ID", help="Only this source; by default all.")] = None,
    stage: Annotated[
        str, typer.Option(help="fetch: back to the publishers; clean: from the stored pages; annotate: the texts stay.")
    ] = "clean",
    only_missing: Annotated[bool, typer.Option("--only-missing", help="Gaps alone, not what is stale.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Everything, even what is current.")] = False,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="Begin with the oldest day.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Days at a time, and worker processes.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="Of fetch: the feed or sitemap where the way back begins.")
    ] = None,
    urls: Annotated[
        str | None, typer.Option(metavar="FILE", help="Of fetch: a list of pages, one a line, whatever their dates.")
    ] = None,
    path: Annotated[
        str | None, typer.Option(metavar="PATH", help="Of fetch: saved archives, as WARC files and folders of CC-NEWS.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Do without a Prefect server.")] = False,
    lake: LakeOption = None,
    as_json: AsJson = False,
) -> None:
    """Do days again: gaps and stale rows alone, unless asked otherwise.

    A second time changes nothing; an interrupted run goes on where it stopped. `--stage fetch` goes back for what was
    missed: pages and archives of feeds, sitemaps, a list of addresses, saved archives.
    """
    prepare_prefect(quiet=True)
    begin, end = day_of("--from", first), day_of("--to", last)
    if begin > end:
        raise CannotDo(f"--from {begin} comes after --to {end}: give the earlier day first.")
    if stage not in STAGES:
        raise CannotDo(f"--stage {stage!r} is none of {', '.join(STAGES)}.")
    if only_missing and force:
        raise CannotDo("--only-missing and --force exclude each other: give one of them, or neither.")
    means = Means(Settings.read(lake=lake), jobs, plain, dry_run, as_json)
    if stage == "fetch":
        if force or oldest_first:
            raise CannotDo(
                "--stage fetch asks for nothing that the lake has and goes back from the newest: leave out --force and "
                "--oldest-first. `--stage clean --force` does stored pages again."
            )
        is_well = _walk(_walk_request(begin, end, source, only_missing, address, urls, path), means)
    elif address or urls or path:
        raise CannotDo("--address, --urls and --path belong to --stage fetch.")
    else:
        is_well = _rebuild(_request(begin, end, source, stage, only_missing, force, oldest_first), means)
    if not is_well:
        raise typer.Exit(1)


def _request(
    first: date, last: date, source: str | None, stage: str, only_missing: bool, force: bool, oldest_first: bool
) -> Request:
    from flows.backfill_plan import Choice, Request, Stage

    choice = Choice.MISSING if only_missing else Choice.ALL if force else Choice.STALE
    return Request(
        first=first, last=last, stage=Stage(stage), choice=choice, source_id=source, is_oldest_first=oldest_first
    )


def _walk_request(
    first: date,
    last: date,
    source: str | None,
    only_missing: bool,
    address: str | None,
    urls: str | None,
    path: str | None,
) -> WalkRequest:
    from flows.walk_plan import WalkRequest
    from tasks.extract.history.url_list import url_list

    if sum(each is not None for each in (address, urls, path)) > 1:
        raise CannotDo("--address, --urls and --path exclude each other: give one of them, or none.")
    listed: tuple[str, ...] = ()
    if urls is not None:
        listed, refused = url_list(Path(urls).read_text("utf-8", errors="replace"), urls)
        if refused or not listed:
            raise CannotDo(refused[0].detail if refused else f"{urls} holds no address: write one a line.")
    return WalkRequest(
        first=first, last=last, source_id=source, address=address, urls=listed, path=path, is_only_missing=only_missing
    )


def _rebuild(request: Request, means: Means) -> bool:
    """Whether anything of what was done again could be kept."""
    from flows.backfill_console import show_backfill, summary
    from flows.console import Screen
    from flows.rebuild import Backfill, survey

    screen = Screen(quiet=means.as_json)
    if means.is_dry:
        done = Backfill(survey(request, means.settings))
    else:
        with screen.progress():
            done = _rebuild_plainly(request, means) if means.is_plain else _rebuild_by_flow(request, means, screen.say)
    if means.as_json:
        typer.echo(json.dumps(summary(done), indent=2))
    else:
        show_backfill(screen.console, request, done, is_dry=means.is_dry)
    return bool(done.total.kept or not done.total.received)


def _rebuild_plainly(request: Request, means: Means) -> Backfill:
    from flows.pool import pool
    from flows.rebuild import rebuild

    with pool(means.settings, means.jobs) as workers:
        return rebuild(request, means.settings, workers, plain=True, jobs=means.jobs or means.settings.workers)


def _rebuild_by_flow(request: Request, means: Means, say: Callable[[str], None]) -> Backfill:
    from flows.server import prefect_server

    with prefect_server(say):
        from flows.backfill import backfill as flow
        from flows.backfill_request import Days
        from flows.rebuild import Backfill

        done = flow(
            days=Days(first=request.first, last=request.last),
            source_id=request.source_id,
            stage=request.stage.value,
            choice=request.choice.value,
            is_oldest_first=request.is_oldest_first,
            jobs=means.jobs,
            lake=means.settings.lake,
        )
    assert isinstance(done, Backfill)
    return done


def _walk(request: WalkRequest, means: Means) -> bool:
    """Whether anything of what was received could be kept."""
    from flows.console import Screen, summary
    from flows.walk import CannotWalk, look
    from flows.walk_console import plan_as_dict, show_plan, show_walk

    screen = Screen(quiet=means.as_json)
    try:
        # Also before the walk itself: what cannot be walked is said before a server is started.
        found = look(request, means.settings)
        if means.is_dry:
            if means.as_json:
                typer.echo(json.dumps({"plan": plan_as_dict(found)}, indent=2))
            else:
                show_plan(screen.console, request, found)
            return True
        done = _walk_plainly(request, means, screen) if means.is_plain else _walk_by_flow(request, means, screen)
    except CannotWalk as error:
        raise CannotDo(str(error)) from error
    if means.as_json:
        typer.echo(json.dumps({"plan": plan_as_dict(done.after)} | summary(done.tally), indent=2))
    else:
        show_walk(screen.console, request, done)
    return bool(done.tally.kept or not done.tally.received)


def _walk_plainly(request: WalkRequest, means: Means, screen: Screen) -> Walk:
    from flows.pool import pool
    from flows.walk import walk

    with screen.progress(), pool(means.settings, means.jobs) as workers:
        return walk(request, means.settings, workers, plain=True)


def _walk_by_flow(request: WalkRequest, means: Means, screen: Screen) -> Walk:
    from flows.server import prefect_server
    from flows.walk import Walk

    with screen.progress(), prefect_server(screen.say):
        from flows.backfill import backfill as flow
        from flows.backfill_request import Days

        done = flow(
            days=Days(first=request.first, last=request.last),
            source_id=request.source_id,
            stage="fetch",
            choice="missing" if request.is_only_missing else "stale",
            jobs=means.jobs,
            address=request.address,
            urls=list(request.urls) or None,
            path=request.path,
            lake=means.settings.lake,
        )
    assert isinstance(done, Walk)
    return done
