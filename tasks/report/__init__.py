"""The task `report`: the figures of a lake as one HTML page that needs nothing but itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from storage.figures import figures
from storage.lake import Lake
from storage.state import Ledger
from tasks.report.page import page


@task(name="report", cache_policy=NO_CACHE)
def report(lake: Lake, ledger: Ledger, path: Path, now: datetime) -> Path:
    """Write the page to `path`, whole or not at all; the absolute path of it."""
    text = page(figures(lake, ledger, last=now.date()), lake=lake.uri, now=now)
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.part")
    staged.write_text(text, "utf-8")
    staged.rename(path)
    return path
