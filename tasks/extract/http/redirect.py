"""Where a redirect leads, and whether it may be followed."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from tasks.extract.refusal import Refusal

MAX_HOPS = 5
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)


def redirect(url: str, location: str | None, hops: tuple[str, ...]) -> str | Refusal:
    """The next address after `url`; `hops` are the addresses before it. Refuses loops, other schemes and downgrades."""
    if not location:
        return _refusal(url, "bad_redirect", "redirects without saying where to")
    try:
        target = urldefrag(urljoin(url, location.strip())).url
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return _refusal(url, "bad_redirect", "redirects to something that is no address")
    if parts.scheme not in ("http", "https") or not host:
        return _refusal(url, "bad_redirect", f"redirects to the scheme {parts.scheme[:20]!r}, which is never followed")
    if parts.username is not None:
        return _refusal(url, "bad_redirect", "redirects to an address with a user name, which is never followed")
    if urlsplit(url).scheme == "https" and parts.scheme == "http":
        return _refusal(url, "redirect_downgrade", "redirects from https to http")
    if target == url or target in hops:
        return _refusal(url, "redirect_loop", "redirects in a circle")
    if len(hops) + 1 > MAX_HOPS:
        return _refusal(url, "too_many_redirects", f"redirects more than {MAX_HOPS} times")
    return target


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a secret header may be sent to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def redacted(url: str) -> str:
    """The address without user name, password and fragment, as it may stand in a log or column."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(unreadable address)"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _refusal(url: str, reason: str, what: str) -> Refusal:
    detail = f"{redacted(url)} {what}. Give the address that a browser ends at."
    return Refusal(locator=redacted(url), reason=reason, detail=detail)
