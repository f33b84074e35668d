"""The stage `fetch`: where articles come from. The only branch between a path and the network.

What opens connections is imported where it is needed: reading a folder does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from storage.feeds import feed_states, save_entries, save_feed_states
from storage.operations import FeedState, Header, Source
from storage.state import Ledger
from tasks.extract.history.wanted import Wanted
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import due
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.received import Received
from tasks.files.collection import Collection

if TYPE_CHECKING:
    from tasks.network.discover import Found
    from tasks.network.live import Manners


def is_path(address: str) -> bool:
    """An address without a scheme of the network is a path."""
    return urlsplit(address).scheme.lower() not in ("http", "https")


def fetch_path(source: Source, now: datetime) -> Iterator[Received]:
    """Read a file or folder; every article in it is a page or a refusal, and names of files are never followed."""
    address = source.address
    path = unquote(urlsplit(address).path) if address.lower().startswith("file://") else address
    yield from Collection(source, Path(path).expanduser(), now).received()


def fetch_feeds(
    waiting: Sequence[tuple[Source, FeedState]], ledger: Ledger, manners: Manners, version: str, run_id: str
) -> Iterator[Received]:
    """Poll feeds and fetch the pages behind their new entries."""
    from tasks.network.live import polled_live

    yield from polled_live(waiting, ledger, manners, version, run_id)


def fetch_history(
    wanted: Sequence[Wanted], ledger: Ledger, manners: Manners, version: str, run_id: str
) -> Iterator[Received]:
    """Go back for what sources published in a stretch of time: the stage `fetch` of a backfill.

    Each `Wanted` names a source, `since` (included) and `until` (excluded), and optionally where to begin: a feed whose
    pages and archives are followed (RFC 5005, WordPress), a sitemap or an index of them, or a list of `urls`
    (`tasks.extract.history.url_list` reads one from a file). WARC files and folders of them are paths: `fetch_path`.

    What comes is as from `fetch_feeds` and goes through the same stages, `settle` included: pages, refusals, and with
    `polled` the requests, the documents and the entries that were looked at; the feed's own schedule stays as it is.
    Articles that are in the lake or were settled before are not fetched again, so that a walk that was cut off is
    simply asked for again. A walk that may not go on (`Wanted.documents`, `Wanted.articles`, a server that asks for
    rest) ends with a refusal `walk_unfinished` or `told_to_wait`, whose locator says where. Sources are walked side by
    side; the turns of domains, robots.txt and pauses are those of live polling, so that neither overtakes the other.
    """
    from tasks.network.live import walked_live

    yield from walked_live(wanted, ledger, manners, version, run_id)


def due_sources(
    sources: Sequence[Source], ledger: Ledger, now: datetime, *, only_due: bool = True
) -> list[tuple[Source, FeedState]]:
    """The sources whose time has come, the longest overdue first, each with what is remembered of it.

    Without `only_due` all of them but those that are disabled: a person asked for them by name.
    """
    known = feed_states(ledger)
    named = {source.source_id: source for source in sources}
    states = tuple(
        known.get(source.source_id) or FeedState(source_id=source.source_id, url=source.address)
        for source in named.values()
    )
    chosen = due(states, now) if only_due else tuple(state for state in states if state.disabled_at is None)
    return [(named[state.source_id], state) for state in chosen]


async def discovered(
    url: str, ledger: Ledger, manners: Manners, version: str = "0", secret: tuple[Header, ...] = ()
) -> tuple[Found, ...] | Refusal:
    """The feeds that an address is or has; `secret` headers go to this address alone."""
    from tasks.network.discover import discover
    from tasks.network.fetcher import Fetcher
    from tasks.network.live import AGENT
    from tasks.network.reader import Reader
    from tasks.network.site import Sites

    with Reader() as reader:
        async with Fetcher(manners.user_agent(version), guard=manners.guard) as fetcher:
            sites = Sites(fetcher, ledger, AGENT, "discovery", lambda: datetime.now(UTC), gap=manners.gap)
            return await discover(sites, url, reader, secret)


def settle(polled: Iterable[Polled], ledger: Ledger, now: datetime) -> None:
    """Remember what was polled. Call when everything that came with it is in the lake."""
    polled = tuple(polled)
    for one in polled:
        save_entries(ledger, one.source_id, dict(one.entries), now)
    save_feed_states(ledger, [one.state for one in polled if one.state is not None])
