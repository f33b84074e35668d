"""Names that people read: of runs, and of sources that are given as a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from prefect import runtime

from storage.operations import Source


def ingest_run_name() -> str:
    """Name of a run of `ingest`: what it reads."""
    return f"ingest {runtime.flow_run.parameters.get('address', '')}".strip()


def place_of_report(lake: str) -> Path:
    """Where the report goes unless it is said: beside the lake, or where we stand if the lake is an object store."""
    return Path("report.html") if "://" in lake else Path(lake).absolute().with_name("report.html")


def source_of_path(address: str, source_id: str | None = None, fields: Mapping[str, str] | None = None) -> Source:
    """The source that a path is. Its id is the name of the file or folder, in letters that are safe anywhere.

    `fields` says under which names its JSON keeps ours, where they are not the usual ones.
    """
    name = Path(address).resolve().name
    stem = name.split(".")[0] or name
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "path"
    return Source(source_id=source_id or slug, address=address, fields=tuple((fields or {}).items()))
