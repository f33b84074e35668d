"""A backfill from where articles come from: looks at what is short, then goes back for it. Decides nothing about pages.

Politely and beside the schedule: the turns of domains, their pauses and robots.txt are in the ledger and shared with
live polling. What the lake has is not fetched again, so a walk that was cut off is simply asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path

from flows import __version__
from flows.naming import source_of_path
from flows.pipeline import ingest_readings
from flows.settings import Settings, secret
from flows.tally import Tally
from flows.walk_plan import DayStock, WalkRequest, archives, stock, stretches
from storage.lake import Lake, NoLakeError
from storage.operations import Source
from storage.readers import connect
from tasks.context import RunContext
from tasks.extract.history.wanted import Wanted
from tasks.extract.sources.received import Received
from tasks.extract.sources.source_file import source_file
from tasks.fetch import fetch_history, fetch_path, is_path
from tasks.isolate import Pool
from tasks.report.expected import WEEKS


class CannotWalk(ValueError):
    """There is nothing to go back to as it was asked for; the message says what to name."""


@dataclass(frozen=True)
class Walk:
    """What came of it: the stock of each day and source before and after."""

    before: tuple[DayStock, ...]
    after: tuple[DayStock, ...]
    tally: Tally


def look(request: WalkRequest, settings: Settings) -> tuple[DayStock, ...]:
    """What the lake has of the days, source by source, and what it could have. Raises CannotWalk."""
    source_ids = [source.source_id for source in _sources(request, settings)]
    counts: dict[str, dict[date, int]] = {}
    gaps: dict[str, list[tuple[datetime, datetime]]] = {}
    try:
        lake = Lake.open(settings.lake, ledger_url=settings.ledger, create=False)
    except NoLakeError:
        return stock(request, source_ids, counts, gaps)
    with connect(lake) as connection:
        found = connection.execute(
            """SELECT source_id, published_date, count(*) FROM articles
            WHERE published_date BETWEEN ? AND ? GROUP BY ALL""",
            [request.first - timedelta(weeks=WEEKS), request.last],
        )
        for source_id, day, count in found.fetchall():
            counts.setdefault(source_id, {})[day] = count
        found = connection.execute(
            """SELECT source_id, missing_from, missing_until FROM feed_gaps
            WHERE missing_from < ? AND missing_until >= ?""",
            [request.until, request.since],
        )
        for source_id, begin, end in found.fetchall():
            gaps.setdefault(source_id, []).append((begin, end))
    return stock(request, source_ids, counts, gaps)


def walk(request: WalkRequest, settings: Settings, workers: Pool, *, plain: bool) -> Walk:
    """Go back for what the sources published on the days, and ingest it. Raises CannotWalk."""
    before = look(request, settings)
    tally = ingest_readings(
        lambda context: _readings(request, before, settings, context),
        request.source_id or "backfill",
        settings,
        workers,
        plain=plain,
        started=datetime.now(UTC),
        flow="backfill",
    )
    return Walk(before, look(request, settings), tally)


def _readings(
    request: WalkRequest, known: Sequence[DayStock], settings: Settings, context: RunContext
) -> Iterator[Received]:
    sources = {source.source_id: source for source in _sources(request, settings)}
    if request.path is not None:
        return chain.from_iterable(fetch_path(source, context.now) for source in _saved(request))
    wanted = [
        Wanted(source=sources[name], since=since, until=until, address=request.address, urls=request.urls)
        for name, (since, until) in stretches(known, request).items()
    ]
    return fetch_history(wanted, context.ledger, settings.manners(), __version__, context.run_id)


def _saved(request: WalkRequest) -> Iterator[Source]:
    """A source for each saved file or folder; all of them carry the same id."""
    path = Path(request.path or "")
    source_id = source_of_path(str(path), request.source_id).source_id
    names = [str(each) for each in path.iterdir()] if path.is_dir() else [str(path)]
    for name in archives(names, request):
        yield source_of_path(name, source_id)


def _sources(request: WalkRequest, settings: Settings) -> list[Source]:
    if request.path is not None:
        if not Path(request.path).exists():
            raise CannotWalk(f"There is no file or folder {request.path!r}.")
        return [source_of_path(request.path, request.source_id)]
    try:
        content = Path(settings.sources).read_bytes()
    except FileNotFoundError as error:
        raise CannotWalk(
            f"There is no file of sources {settings.sources}: `newslake sources add` makes one."
        ) from error
    declared = [each for each in source_file(content, secret) if not is_path(each.address)]
    chosen = [each for each in declared if request.source_id in (None, each.source_id)]
    if not chosen:
        known = ", ".join(each.source_id for each in declared) or "none"
        raise CannotWalk(
            f"No source of the web is called {request.source_id!r} in {settings.sources}; known are {known}."
        )
    if (request.address or request.urls) and len(chosen) > 1:
        raise CannotWalk("An address or a list of them belongs to one source: name it with --source.")
    return chosen
