"""Where a run works: on processes of this machine, or on the Dask cluster that the settings name."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flows.settings import InvalidSetting, Settings
from tasks.isolate import Pool, Workers


def pool(settings: Settings, size: int | None = None) -> AbstractContextManager[Pool]:
    """The pool of a run; `size` processes if it is on this machine, by default as the settings say."""
    if settings.dask is None:
        return Workers(size or settings.workers)
    try:
        from tasks.cluster import Cluster
    except ModuleNotFoundError as error:
        raise InvalidSetting(
            "NEWSLAKE_DASK names a Dask scheduler, and Dask is not installed here: install newslake[dask], or unset it"
        ) from error
    return Cluster(settings.dask, settings.model)
