"""One request, made safely: total deadline, bounded body, checked address, our own redirects, no cookies, no proxies.

It decides nothing about politeness or time: who asks whom, and when, stands in `tasks.extract.schedule`.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from weakref import WeakValueDictionary

import aiohttp

from storage.operations import Header
from tasks.extract.http.public_address import Guard
from tasks.extract.http.redirect import PERMANENT, REDIRECTS, origin, redacted, redirect
from tasks.extract.refusal import Refusal
from tasks.extract.sources.printable import printable, without_controls
from tasks.network.body import CODINGS, Limits, read_body
from tasks.network.resolver import Resolver

CONNECTIONS = 100
CONNECTIONS_A_HOST = 4  # a safety net: one request at a time and domain is a matter of pacing
MAX_FIELD = 32 * 1024  # bytes of a header; real sites pass aiohttp's default of 8 KiB
MAX_HEADERS = 256
ACCEPT_FEED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for. `secret` headers are sent to the origin of `url` alone; validators only to `url` itself."""

    url: str
    accept: str = ACCEPT_PAGE
    etag: str | None = None
    last_modified: str | None = None
    secret: tuple[Header, ...] = ()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back. `hops` are the addresses asked before `url`, `moved_to` where the leading permanent ones end."""

    url: str
    status: int
    headers: tuple[Header, ...]
    body: bytes
    wire_bytes: int
    seconds: float
    hops: tuple[str, ...] = ()
    moved_to: str | None = None

    def header(self, name: str) -> str | None:
        """A header's values, joined as RFC 9110 joins them; None where it is missing."""
        values = [header.value for header in self.headers if header.name == name.lower()]
        return ", ".join(values) if values else None


class _NotAllowed(OSError):
    """The address about to be dialled may not be."""


# What the guard refused for the request that runs in this context; connecting happens in tasks of its own.
_refused: ContextVar[list[str]] = ContextVar("_refused")


class Fetcher:
    """Makes requests. Use as an asynchronous context manager; one for all requests of a run."""

    def __init__(
        self,
        user_agent: str,
        *,
        guard: Guard | None = None,
        resolver: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._guard = guard or Guard()
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None
        self._all = asyncio.Semaphore(CONNECTIONS)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Fetcher:
        self._resolver = self._resolver or Resolver()
        connector = aiohttp.TCPConnector(
            limit=0,  # waiting for our own limits must not count against the deadline, so they are kept outside
            resolver=self._resolver,
            use_dns_cache=False,
            ssl=self._tls,
            socket_factory=self._socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=10),
            trust_env=False,
            auto_decompress=False,
            max_field_size=MAX_FIELD,
            max_line_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, request: Request) -> Response | Refusal:
        """Ask, follow redirects, read. Every failure is a Refusal; nothing of the network is raised."""
        refused: list[str] = []
        _refused.set(refused)
        try:
            async with self._all, self._host(request.url), asyncio.timeout(request.limits.seconds):
                return await self._follow(request, time.monotonic())
        except TimeoutError:
            detail = f"{redacted(request.url)} was not read within {request.limits.seconds:g} s."
            return Refusal(locator=redacted(request.url), reason="timeout", detail=detail, is_retryable=True)
        except (aiohttp.ClientError, OSError, ValueError, LookupError, AssertionError) as error:
            return failure(request.url, error, refused)

    def _host(self, url: str) -> asyncio.Semaphore:
        """The limit of a host; it is forgotten when nobody waits for it."""
        return self._hosts.setdefault(origin(url)[1], asyncio.Semaphore(CONNECTIONS_A_HOST))

    async def _follow(self, request: Request, started: float) -> Response | Refusal:
        url: str = request.url
        hops: tuple[str, ...] = ()
        moved_to: str | None = None
        while True:
            answer = await self._once(url, request, hops, started, moved_to)
            if isinstance(answer, Refusal) or answer.status not in REDIRECTS:
                return answer
            target = redirect(url, answer.header("location"), hops)
            if isinstance(target, Refusal):
                return target
            if answer.status in PERMANENT and moved_to == (url if hops else None):
                moved_to = target
            url, hops = target, (*hops, url)

    async def _once(
        self, url: str, request: Request, hops: tuple[str, ...], started: float, moved_to: str | None
    ) -> Response | Refusal:
        assert self._session is not None, "use the Fetcher as a context manager"
        headers = self._headers(url, request)
        async with self._session.get(url, headers=headers, allow_redirects=False, max_redirects=0) as response:
            received = _headers(response)
            body, wire = b"", 0
            if response.status in REDIRECTS:
                response.close()
            elif response.status != 304:
                coding = response.headers.get("Content-Encoding", "")
                read = await read_body(response.content.iter_any(), coding, redacted(url), request.limits)
                if isinstance(read, Refusal):
                    response.close()
                    return read
                body, wire = read.content, read.wire_bytes
            return Response(
                url=url,
                status=response.status,
                headers=received,
                body=body,
                wire_bytes=wire,
                seconds=time.monotonic() - started,
                hops=hops,
                moved_to=moved_to,
            )

    def _headers(self, url: str, request: Request) -> dict[str, str]:
        headers = {"User-Agent": self._user_agent, "Accept": request.accept, "Accept-Encoding": CODINGS}
        if url == request.url:
            headers |= {"If-None-Match": request.etag} if request.etag else {}
            headers |= {"If-Modified-Since": request.last_modified} if request.last_modified else {}
        if origin(url) == origin(request.url):
            headers |= {header.name: header.value for header in request.secret}
        return headers

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Open a socket for the address that is about to be dialled, if it may be."""
        family, kind, proto, _, address = info
        if not self._guard.allows(str(address[0]), int(address[1])):
            _refused.get([]).append(f"{address[0]} port {address[1]}")
            raise _NotAllowed(errno.EACCES, "not a public address or port")
        return socket.socket(family, kind, proto)


def failure(url: str, error: BaseException, refused: list[str]) -> Refusal:
    """A reason that can be counted for what the client raised."""
    name = redacted(url)
    reason, what, is_retryable = _cause(error, refused)
    said = printable(str(error), 200) or type(error).__name__
    return Refusal(locator=name, reason=reason, detail=f"{name} {what} ({said}).", is_retryable=is_retryable)


_TLS_CODES: Mapping[int, tuple[str, str]] = {
    10: ("tls_expired", "shows a certificate that has expired"),
    18: ("tls_self_signed", "shows a certificate that it signed itself"),
    19: ("tls_self_signed", "shows a certificate of an authority nobody knows"),
    20: ("tls_unknown_authority", "shows a certificate of an authority nobody knows"),
    62: ("tls_wrong_host", "shows a certificate that is not its own"),
    64: ("tls_wrong_host", "shows a certificate that is not its own"),
}


def _cause(error: BaseException, refused: list[str]) -> tuple[str, str, bool]:
    if refused:
        return "not_public", f"leads to {refused[0]}, which is not a public address or not a port of the web", False
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", 0)
        return *_TLS_CODES.get(code, ("tls_certificate", "shows a certificate that can't be trusted")), True
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns", "has a name that can't be resolved", True
    # A server that hangs up in the middle of the handshake leaves no error number.
    is_cut_short = isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno is None
    if isinstance(error, aiohttp.ClientConnectorSSLError) or is_cut_short:
        return "tls_handshake", "speaks no version of TLS that is safe", True
    if isinstance(error, aiohttp.ClientPayloadError):
        return "truncated", "ended before its body was whole", True
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return "bad_address", "is no address that can be asked", False
    if isinstance(error, aiohttp.ClientResponseError):
        return "bad_response", "answered with something that is no HTTP", True
    return "connection", "could not be reached, or broke off", True


def _headers(response: aiohttp.ClientResponse) -> tuple[Header, ...]:
    """Names in lower case, values as received."""
    return tuple(
        Header(name=name.decode("latin-1").lower(), value=without_controls(value.decode("utf-8", "replace")))
        for name, value in response.raw_headers
    )
