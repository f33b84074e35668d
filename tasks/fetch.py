"""The stage `fetch`: where articles come from. The only branch between a path and the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.operations import Source
from tasks.extract.sources.received import Received
from tasks.files.collection import Collection


def is_path(address: str) -> bool:
    """An address without a scheme of the network is a path."""
    return urlsplit(address).scheme.lower() not in ("http", "https")


def fetch_path(source: Source, now: datetime) -> Iterator[Received]:
    """Read a file or folder; every article in it is a page or a refusal, and names of files are never followed."""
    address = source.address
    path = unquote(urlsplit(address).path) if address.lower().startswith("file://") else address
    yield from Collection(source, Path(path).expanduser(), now).received()
