"""The stage `fetch`: where articles come from. The only branch between a path and the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.feeds import save_entries, save_feed_states
from storage.operations import Source
from storage.state import Ledger
from tasks.extract.schedule.polled import Polled
from tasks.extract.sources.received import Received
from tasks.files.collection import Collection
from tasks.network.live import Manners, due_sources, polled_live


def is_path(address: str) -> bool:
    """An address without a scheme of the network is a path."""
    return urlsplit(address).scheme.lower() not in ("http", "https")


def fetch_path(source: Source, now: datetime) -> Iterator[Received]:
    """Read a file or folder; every article in it is a page or a refusal, and names of files are never followed."""
    address = source.address
    path = unquote(urlsplit(address).path) if address.lower().startswith("file://") else address
    yield from Collection(source, Path(path).expanduser(), now).received()


def fetch_feeds(
    sources: Sequence[Source], ledger: Ledger, manners: Manners, version: str, run_id: str, now: datetime
) -> Iterator[Received]:
    """Poll those of the feeds that are due and fetch the pages behind their new entries."""
    yield from polled_live(due_sources(sources, ledger, now), ledger, manners, version, run_id)


def settle(polled: Iterable[Polled], ledger: Ledger, now: datetime) -> None:
    """Remember what was polled. Call when everything that came with it is in the lake."""
    polled = tuple(polled)
    for one in polled:
        save_entries(ledger, one.source_id, dict(one.entries), now)
    save_feed_states(ledger, [one.state for one in polled if one.state is not None])
