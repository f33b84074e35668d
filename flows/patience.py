"""What a run tells Prefect beside its work: lost where the server is away, while the work is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.exceptions import PrefectHTTPStatusError

_log = logging.getLogger(__name__)


@contextmanager
def unless_away(what: str) -> Iterator[None]:
    """Say in the log, and no more, that `what` could not be shown because the Prefect server did not take it."""
    try:
        yield
    except (httpx.TransportError, PrefectHTTPStatusError) as error:
        _log.warning("%s is not on the page of the run: %s: %s", what, type(error).__name__, error)
