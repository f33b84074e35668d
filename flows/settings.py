"""Where things are. The only reader of the environment; what a run does is a flow parameter instead."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.network.live import Manners

# Set before Prefect is imported, where the person has not decided otherwise.
_PREFECT_DEFAULTS = {
    # Prefect's embedded server took up to 42 s to start on a busy machine; its own limit is 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
_PART_DEFAULTS = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    # Three events of each stage and batch are three quarters of what Prefect's database would grow by in a week.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": json.dumps(
        {f"prefect.task-run.{state}": 3600 for state in ("Pending", "Running", "Completed")}
    ),
    # Pauses double from two seconds on: ten of them bridge a server that is away for half an hour.
    "PREFECT_CLIENT_MAX_RETRIES": "10",
}
# One process per core does the work: more threads inside each only take the cores from one another.
_WORKER_DEFAULTS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the lake, the ledger and the model are, and how much of the machine to use."""

    lake: str
    ledger: str | None
    model: str
    workers: int
    dask: str | None = None
    sources: str = "seeds/sources.toml"
    contact: str | None = None
    networks: tuple[str, ...] = ()
    honours_reservations: bool = True

    @classmethod
    def read(cls, *, lake: str | None = None) -> Settings:
        """Settings from the variables NEWSLAKE_*; `lake` goes before NEWSLAKE_LAKE.

        NEWSLAKE_DASK is the address of a Dask scheduler on whose workers pages are cleaned and texts annotated,
        NEWSLAKE_CONTACT is the address at which publishers reach a person, NEWSLAKE_ALLOW_NETWORKS lists networks of
        one's own that may be fetched from (10.1.0.0/16, ...), NEWSLAKE_HONOUR_RESERVATIONS=no ignores publishers'
        reservations of text and data mining, where a licence or the law allows that.
        """
        return cls(
            lake=lake or os.environ.get("NEWSLAKE_LAKE") or "lake",
            ledger=os.environ.get("NEWSLAKE_LEDGER") or None,
            model=os.environ.get("NEWSLAKE_MODEL", "en_core_web_sm"),
            workers=_positive("NEWSLAKE_WORKERS", os.cpu_count() or 1),
            dask=os.environ.get("NEWSLAKE_DASK") or None,
            sources=os.environ.get("NEWSLAKE_SOURCES") or "seeds/sources.toml",
            contact=os.environ.get("NEWSLAKE_CONTACT") or None,
            networks=_networks("NEWSLAKE_ALLOW_NETWORKS"),
            honours_reservations=os.environ.get("NEWSLAKE_HONOUR_RESERVATIONS", "yes").lower()
            not in ("no", "0", "false"),
        )

    def manners(self) -> Manners:
        """How we appear to servers."""
        from tasks.extract.http.public_address import Guard
        from tasks.network.live import Manners

        return Manners(
            contact=self.contact,
            guard=Guard(networks=self.networks),
            honours_reservations=self.honours_reservations,
        )


class InvalidSetting(ValueError):
    """A setting that cannot be used; the message names it and what it may be."""


def prepare_prefect(*, quiet: bool) -> None:
    """Give Prefect the defaults it needs; call before it is imported. `quiet` leaves the screen to our own lines."""
    for name, value in (_PREFECT_DEFAULTS | _WORKER_DEFAULTS).items():
        os.environ.setdefault(name, value)
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")


def use_server(url: str) -> None:
    """Let Prefect talk to the server at `url`; call before it is imported."""
    os.environ["PREFECT_API_URL"] = url


def home() -> Path:
    """Where this project stands, with its prefect.yaml."""
    return Path(os.environ.get("NEWSLAKE_HOME") or Path(__file__).resolve().parent.parent)


def environment_of_parts(url: str, lake: str | None = None) -> dict[str, str]:
    """What a Prefect server, worker and deployment are started with, so that all of them mean the same server."""
    place = lake or os.environ.get("NEWSLAKE_LAKE") or "lake"
    ours = {
        "PREFECT_API_URL": url,
        # The page would otherwise call port 4200, whatever port the server has.
        "PREFECT_UI_API_URL": url,
        "NEWSLAKE_HOME": str(home()),
        # Paths in settings are meant from where the person stands, not from where a run works.
        "NEWSLAKE_LAKE": place if "://" in place else str(Path(place).absolute()),
    }
    defaults = _PREFECT_DEFAULTS | _WORKER_DEFAULTS | _PART_DEFAULTS
    return defaults | os.environ | ours


def named_server() -> str | None:
    """The Prefect server that the environment names, if it names one."""
    return os.environ.get("PREFECT_API_URL") or None


def alert_url() -> str | None:
    """The webhook that alerts call, if there is one."""
    return os.environ.get("NEWSLAKE_ALERT_URL") or None


def secret(name: str) -> str | None:
    """The value of a secret that a source refers to as `env:NAME`."""
    return os.environ.get(name)


def _networks(name: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in os.environ.get(name, "").split(",") if value.strip())
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as error:
            raise InvalidSetting(f"{name} holds {value!r}, which is no network; write 10.1.0.0/16") from error
    return values


def _positive(name: str, default: int) -> int:
    raw = os.environ.get(name, "")
    if not raw:
        return default
    if not raw.isdecimal() or int(raw) < 1:
        raise InvalidSetting(f"{name} is {raw!r}; give a whole number of 1 or more, or leave it unset")
    return int(raw)
