"""Which Prefect server a command talks to: the named one, a running local one, or Prefect's embedded one."""

from __future__ import annotations

import logging
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.interrupt import Unwinding, do_at_last
from flows.settings import prepare_prefect
from tasks.isolate import unheard

LOCAL_API = "http://127.0.0.1:4200/api"


class ServerUnreachable(RuntimeError):
    """The Prefect server that the settings name does not answer; the message says what to do."""


@contextmanager
def prefect_server(say: Callable[[str], None]) -> Iterator[None]:
    """Settle which server is used, and `say` what is being waited for. Raises ServerUnreachable."""
    prepare_prefect(quiet=True)
    from prefect.logging.configuration import setup_logging
    from prefect.settings import PREFECT_API_URL, temporary_settings

    setup_logging()
    for handler in logging.getLogger().handlers:
        handler.addFilter(Unwinding())
    named = PREFECT_API_URL.value()
    if named:
        if not answers(named):
            raise ServerUnreachable(
                f"The Prefect server {named} does not answer. Start it, unset PREFECT_API_URL "
                "(or `prefect config unset PREFECT_API_URL`), or run with --plain."
            )
        say(f"Prefect server {named}")
        yield
    elif answers(LOCAL_API):
        say(f"Prefect server {LOCAL_API}, already running")
        with temporary_settings({PREFECT_API_URL: LOCAL_API}):
            yield
    else:
        say("Starting Prefect's embedded server: about half a minute (--plain does without)")
        _start_embedded()
        yield


def _start_embedded() -> None:
    """Start the server that Prefect would start with the first run. It ends with this process."""
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()
    with unheard(signal.SIGINT):  # it must live until it was told how the run ended
        server.start()
    if server.server_process is not None:
        do_at_last(server.server_process.kill)


def answers(url: str) -> bool:
    """Whether a Prefect server answers at this address of an API."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=3) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
