"""All of Prefect on one machine: server, work pool, deployments and a worker, until they are told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from flows.server import answers

POOL = "newslake"
START_SECONDS = 300.0
STOP_SECONDS = 30.0

SIGNALS = (signal.SIGINT, signal.SIGTERM)

Say = Callable[[str], None]


class CannotStart(RuntimeError):
    """A part did not come up; the message says which and where to look."""


class Stop(Exception):
    """Somebody asked to stop."""


def up(
    home: Path, url: str, environment: Mapping[str, str], *, limit: int, say: Say, alert_url: str | None = None
) -> int:
    """Start what does not run yet, apply `prefect.yaml`, and wait. Returns 0 when told to stop, 1 when a part died.

    `environment` is what the parts are given, `home` the project's place, `limit` how many runs work at once, and
    `alert_url` the webhook that alerts call.
    Raises CannotStart.
    """
    # A handler of our own also gives the parts back the default: what a shell made us ignore, they would too.
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        with ExitStack() as parts:
            try:
                return _run(parts, home, url, environment, limit, say, alert_url)
            except Stop:
                say("Stopping")
                return 0
            finally:
                for number in SIGNALS:
                    # Impatience must not leave a part behind: each is waited for, and killed after a while.
                    signal.signal(number, signal.SIG_IGN)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(
    parts: ExitStack, home: Path, url: str, environment: Mapping[str, str], limit: int, say: Say, alert_url: str | None
) -> int:
    running: dict[str, subprocess.Popen[bytes]] = {}
    if answers(url):
        say(f"Prefect server {url}, already running")
    else:
        place = urlsplit(url)
        if place.hostname not in ("127.0.0.1", "localhost"):
            raise CannotStart(f"The Prefect server {url} does not answer: start it, or unset PREFECT_API_URL.")
        say("Starting a Prefect server: up to a minute")
        address = ("--host", place.hostname, "--port", str(place.port or 4200))
        running["server"] = _start(parts, environment, home, "server", "start", *address)
        _wait_for(url, running["server"])
    asyncio.run(_make_pool_and_automations(home, alert_url))
    say("Applying prefect.yaml")
    # Without NEWSLAKE_HOME, so that it stays a placeholder: each worker then fills in where the project stands there.
    without_home = {name: value for name, value in environment.items() if name != "NEWSLAKE_HOME"}
    command = _prefect("--no-prompt", "deploy", "--all")
    deploy = subprocess.run(command, cwd=home, env=without_home, capture_output=True, text=True, check=False)
    if deploy.returncode:
        raise CannotStart(f"`prefect deploy --all` failed in {home}:\n{deploy.stdout}{deploy.stderr}")
    running["worker"] = _start(
        parts, environment, home, "worker", "start", "--pool", POOL, "--limit", str(limit), "--name", "newslake"
    )
    say(f"Ready. The page is {url.removesuffix('/api')}, the API {url}; Ctrl-C stops all.")
    while True:
        for name, process in running.items():
            if process.poll() is not None:
                say(f"The {name} ended by itself with exit code {process.returncode}: stopping")
                return 1
        time.sleep(1)


def _prefect(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "prefect", *arguments]


def _start(parts: ExitStack, environment: Mapping[str, str], home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a part in a session of its own, so that Ctrl-C reaches it through us, in order."""
    process = subprocess.Popen(_prefect(*arguments), cwd=home, env=environment, start_new_session=True)
    parts.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a part to stop, and end it and the runs that it started when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while not answers(url):
        if server.poll() is not None:
            raise CannotStart(f"The Prefect server ended with exit code {server.returncode}; its lines above say why.")
        if time.monotonic() > until:
            raise CannotStart(f"The Prefect server did not answer at {url} within {START_SECONDS:.0f} s.")
        time.sleep(0.5)


async def _make_pool_and_automations(home: Path, alert_url: str | None) -> None:
    """Make the work pool unless it is there, and keep the automations as the file has them."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    from flows.automations import apply

    async with get_client() as client:
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process", description="Newslake's runs"))
        await apply(client, home / "automations.yaml", alert_url)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop
