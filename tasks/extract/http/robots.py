"""robots.txt after RFC 9309, read by protego: status, body and age in, permission out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

MAX_BODY = 500 * 1024  # bytes; the RFC asks for at least that much to be read
FRESH = timedelta(hours=24)
UNREACHABLE_AFTER = timedelta(days=30)
MAX_DELAY = 120.0  # seconds


_AGENT = re.compile(r"^([ \t]*user-?agent[ \t]*:[ \t]*)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"\*|[A-Za-z_-]+")
_STRANGER = "-"


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What was got of a robots.txt. `status` is None where the server was not reached, `failing_since` since when."""

    status: int | None
    body: bytes
    fetched_at: datetime
    failing_since: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """It may be used without asking again."""
        return now - self.fetched_at < FRESH


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site allows one agent. Crawl-delay is in seconds, at most two minutes."""

    agent: str
    parsed: Protego | None
    default: bool
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """May this address be fetched? robots.txt itself always may."""
        return self.default if self.parsed is None else bool(self.parsed.can_fetch(url, self.agent))


def robots(file: RobotsFile, agent: str, now: datetime) -> Rules:
    """2xx is read; 4xx means no rules; 5xx and unreachable means nothing is allowed, after 30 days no rules."""
    status = file.status
    if status is not None and 400 <= status < 500:
        return Rules(agent, None, default=True)
    if status is None or not 200 <= status < 300:
        since = file.failing_since or file.fetched_at
        return Rules(agent, None, default=now - since >= UNREACHABLE_AFTER)
    parsed = Protego.parse(_addressed(file.body[:MAX_BODY].decode("utf-8-sig", "replace"), agent))
    delay = parsed.crawl_delay(agent)
    return Rules(
        agent,
        parsed,
        default=True,
        delay=min(float(delay), MAX_DELAY) if delay else None,
        sitemaps=tuple(parsed.sitemaps)[:100],
    )


def _addressed(text: str, agent: str) -> str:
    """The file with every agent but ours and `*` renamed: a product token is matched whole (RFC 9309, 2.2.1).

    protego takes the rules for `news` for ours, and then passes over those for `*`.
    """

    def line(match: re.Match[str]) -> str:
        token = _TOKEN.match(match[2])
        named = token[0] if token else ""
        return match[1] + ("*" if named == "*" else agent if named.lower() == agent.lower() else _STRANGER)

    return _AGENT.sub(line, text)
