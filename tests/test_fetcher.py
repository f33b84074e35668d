"""The fetcher against a hostile server: it always ends, in bounds, with a reason; nothing private is ever dialled."""

from __future__ import annotations

import asyncio
import gzip
import resource
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
import webserver as web

from storage.operations import Header
from tasks.extract.http.public_address import Guard, public_address
from tasks.extract.refusal import Refusal
from tasks.network.body import Limits
from tasks.network.fetcher import Fetcher, Request, Response
from tasks.network.resolver import Resolver

LOOPBACK = Guard(networks=("127.0.0.0/8",))
TLS = ssl.create_default_context()  # reading all authorities takes longer than a test
AGENT = "Newslake/test (+https://newslake.example/contact)"
QUICK = Limits(seconds=0.6, wire_bytes=3 * 1024**2, decoded_bytes=8 * 1024**2)


def get(
    *urls: str,
    guard: Guard = LOOPBACK,
    resolver: Resolver | None = None,
    tls: ssl.SSLContext | None = None,
    **options: Any,
) -> list[Response | Refusal]:
    """Fetch all addresses at once with one fetcher."""

    async def run() -> list[Response | Refusal]:
        async with Fetcher(AGENT, guard=guard, resolver=resolver, tls=tls or TLS) as fetcher:
            requests = [Request(url=url, **({"limits": QUICK} | options)) for url in urls]
            return list(await asyncio.gather(*(fetcher.get(request) for request in requests)))

    return asyncio.run(run())


@pytest.fixture(scope="module")
def server() -> Iterator[web.WebServer]:
    page = b"<p>A page.</p>" * 400
    raw = zlib.compressobj(wbits=-15)
    handlers: dict[str, web.Handler] = {
        "/plain": web.fixed(page, x_a="1"),
        "/gzip": web.fixed(gzip.compress(page), content_encoding="gzip"),
        "/deflate": web.fixed(zlib.compress(page), content_encoding="deflate"),
        "/raw_deflate": web.fixed(raw.compress(page) + raw.flush(), content_encoding="deflate"),
        "/identity": web.fixed(page, content_encoding="identity"),
        "/unchanged": web.fixed(b"", "304 Not Modified", etag='W/"x"'),
        "/drip_body": web.drip_body,
        "/drip_head": web.drip_head,
        "/endless_body": web.endless_body,
        "/endless_head": web.endless_head,
        "/endless_continue": web.endless_continue,
        "/silent": web.silent,
        "/hang_up": web.hang_up,
        "/cut_gzip": web.cut_gzip,
        "/short_length": web.short_length,
        "/short_chunk": web.short_chunk,
        "/reset": web.reset,
        "/garbage": web.garbage,
        "/two_lengths": web.two_lengths,
        "/not_gzip": web.fixed(b"this is not packed at all", content_encoding="gzip"),
        "/brotli": web.fixed(b"\x0b\x02\x80x\x03", content_encoding="br"),
        "/bomb_gzip": web.fixed(web.bomb("gzip"), content_encoding="gzip"),
        "/bomb_deflate": web.fixed(web.bomb("deflate"), content_encoding="deflate"),
        "/bomb_twice": web.fixed(web.bomb("gzip+gzip"), content_encoding="gzip, gzip"),
        "/bomb_labelled_once": web.fixed(web.bomb("gzip+gzip"), content_encoding="gzip"),
        "/long_header": web.fixed(page, x_long="y" * 20_000),
        "/to_loop": web.redirecting("/to_loop"),
        "/to_circle_1": web.redirecting("/to_circle_2"),
        "/to_circle_2": web.redirecting("/to_circle_1"),
        "/to_file": web.redirecting("file:///etc/passwd"),
        "/to_broken": web.redirecting("http://[::bad"),
        "/to_nowhere": web.fixed(b"", "302 Found"),
        "/to_user": web.redirecting("http://root:secret@127.0.0.1/"),
        "/to_private": web.redirecting("http://169.254.169.254/latest/meta-data"),
        "/moved": web.redirecting("/moved_again", "301 Moved Permanently"),
        "/moved_again": web.redirecting("/found", "308 Permanent Redirect"),
        "/found": web.redirecting("/plain"),
    }
    for step in range(6):
        handlers[f"/hop{step}"] = web.redirecting(f"/hop{step + 1}")
    handlers["/hop5_of_5"] = web.redirecting("/plain")
    with web.WebServer(handlers) as running:
        yield running


@pytest.mark.parametrize("path", ["/plain", "/gzip", "/deflate", "/raw_deflate", "/identity", "/long_header"])
def test_a_well_behaved_answer_is_read_whole(path: str, server: web.WebServer) -> None:
    (response,) = get(server.url(path))
    assert isinstance(response, Response), response
    assert response.body == b"<p>A page.</p>" * 400
    assert response.status == 200


REFUSED = {
    "/drip_body": "timeout",
    "/drip_head": "timeout",
    "/silent": "timeout",
    "/endless_continue": "timeout",
    "/endless_body": "too_large_wire",
    "/endless_head": "bad_response",
    "/hang_up": "connection",
    "/cut_gzip": "truncated",
    "/short_length": "truncated",
    "/short_chunk": "truncated",
    "/reset": "connection",
    "/garbage": "bad_response",
    "/two_lengths": "bad_response",
    "/not_gzip": "damaged",
    "/brotli": "unknown_coding",
    "/bomb_gzip": "too_large_decoded",
    "/bomb_deflate": "too_large_decoded",
    "/bomb_twice": "multiple_codings",
    "/to_loop": "redirect_loop",
    "/to_circle_1": "redirect_loop",
    "/to_file": "bad_redirect",
    "/to_broken": "bad_redirect",
    "/to_nowhere": "bad_redirect",
    "/to_user": "bad_redirect",
    "/to_private": "not_public",
    "/hop0": "too_many_redirects",
}


def test_every_hostile_behaviour_ends_in_bounds_with_its_reason(server: web.WebServer) -> None:
    """All of them at once, four bombs of 1 GiB among them, beside good pages that must not suffer."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    answers = get(*(server.url(path) for path in REFUSED), *[server.url("/plain")] * 10)
    assert time.monotonic() - started < 10
    refused = {path: getattr(answer, "reason", answer) for path, answer in zip(REFUSED, answers, strict=False)}
    refused["/reset"] = {"truncated": "connection"}.get(refused["/reset"], refused["/reset"])  # which one is a race
    assert refused == REFUSED
    assert all(isinstance(answer, Response) for answer in answers[len(REFUSED) :])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024, f"{grown} KiB"


def test_a_twice_packed_bomb_labelled_once_is_only_its_outer_layer(server: web.WebServer) -> None:
    (response,) = get(server.url("/bomb_labelled_once"))
    assert isinstance(response, Response)
    assert len(response.body) < 2 * 1024**2


def test_every_refusal_names_the_address_and_says_whether_to_try_again(server: web.WebServer) -> None:
    slow, circle = get(server.url("/silent"), server.url("/to_loop"))
    assert isinstance(slow, Refusal)
    assert isinstance(circle, Refusal)
    assert server.url("/silent") in slow.detail
    assert slow.is_retryable
    assert not circle.is_retryable


def test_permanent_moves_are_told_apart_from_the_temporary_ones_behind_them(server: web.WebServer) -> None:
    (response,) = get(server.url("/moved"))
    assert isinstance(response, Response)
    assert response.hops == (server.url("/moved"), server.url("/moved_again"), server.url("/found"))
    assert response.moved_to == server.url("/found")
    assert response.url == server.url("/plain")


def test_validators_go_out_as_they_came_and_only_to_their_own_address(server: web.WebServer) -> None:
    get(server.url("/unchanged"), etag='W/"x y"', last_modified="Thu, 01 Jan 1970 00:00:00 GMT")
    get(server.url("/found"), etag='"z"')
    assert server.asked("/unchanged")[-1]["if-none-match"] == 'W/"x y"'
    assert server.asked("/unchanged")[-1]["if-modified-since"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    assert server.asked("/found")[-1]["if-none-match"] == '"z"'
    assert "if-none-match" not in server.asked("/plain")[-1]


def test_requests_say_who_asks_and_carry_nothing_else(server: web.WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cookies, no referrer, no proxy of the environment."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.handlers["/cookie"] = web.fixed(b"x", set_cookie="id=1; Path=/")
    get(server.url("/cookie"))
    get(server.url("/cookie"), server.url("/cookie"))
    headers = server.asked("/cookie")[-1]
    assert headers["user-agent"] == AGENT
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}


def test_a_secret_header_stays_with_its_origin(server: web.WebServer) -> None:
    with web.WebServer({"/": web.fixed(b"other")}) as other:
        server.handlers["/away"] = web.redirecting(other.url("/"))
        server.handlers["/here"] = web.redirecting("/plain")
        get(server.url("/away"), server.url("/here"), secret=(Header(name="x-key", value="s3cret"),))
        assert server.asked("/away")[-1]["x-key"] == "s3cret"
        assert server.asked("/plain")[-1]["x-key"] == "s3cret"
        assert "x-key" not in other.asked("/")[-1]


# 40 ways to write an address that no stranger may connect to.
PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fec0::1", "ff02::1",
]  # fmt: skip
SPELLINGS = ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "0", "①②⑦.⓪.⓪.①", "localhost", "[::1]", "[::ffff:7f00:1]"]


def test_forty_forms_of_private_address_are_refused_and_public_ones_are_not() -> None:
    assert len(PRIVATE) == 40
    assert [address for address in PRIVATE if public_address(address)] == []
    public = ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"]
    assert [address for address in public if not public_address(address)] == []


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_local_address_is_dialled(host: str, server: web.WebServer) -> None:
    asked = len(server.log)
    (answer,) = get(f"http://{host}:{server.port}/plain", guard=Guard(ports=(server.port,)))
    assert isinstance(answer, Refusal)
    assert answer.reason in ("not_public", "bad_address", "dns")
    assert len(server.log) == asked


def test_a_port_that_is_not_of_the_web_is_refused() -> None:
    assert Guard().allows("8.8.8.8", 443)
    assert not Guard().allows("8.8.8.8", 22)


def test_rebinding_never_reaches_a_private_address(server: web.WebServer) -> None:
    """Whatever a name resolved to before, it is private when it is dialled: 0 of 1,000 get there."""
    asked = len(server.log)

    def lookup(host: str, port: int, *_: Any) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    urls = [f"http://host{number}.example:{server.port}/plain" for number in range(1000)]
    answers = get(*urls, guard=Guard(ports=(server.port,)), resolver=Resolver(lookup), limits=Limits())
    assert {getattr(answer, "reason", "") for answer in answers} == {"not_public"}
    assert len(server.log) == asked


def test_hosts_with_a_dead_name_server_leave_the_others_unaffected(server: web.WebServer) -> None:
    """40 names that don't resolve in time, 100 that do: all 100 are read."""

    def lookup(host: str, port: int, *_: Any) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if host.startswith("dead"):
            time.sleep(1.0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    urls = [f"http://dead{number}.example:{server.port}/plain" for number in range(40)]
    urls += [f"http://good{number}.example:{server.port}/plain" for number in range(100)]
    answers = get(*urls, resolver=Resolver(lookup, deadline=0.5), limits=Limits(seconds=20))
    assert {getattr(answer, "reason", "read") for answer in answers[:40]} == {"dns"}
    assert all(isinstance(answer, Response) for answer in answers[40:])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_server(authority: trustme.CA, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(options.pop("name", "127.0.0.1"), **options).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_good_certificate_is_accepted(authority: trustme.CA) -> None:
    with web.WebServer({"/": web.fixed(b"safe")}, tls=tls_server(authority)) as server:
        (answer,) = get(server.url("/"), tls=trusting(authority))
    assert isinstance(answer, Response), answer
    assert answer.body == b"safe"


def test_a_downgrade_from_https_is_refused(authority: trustme.CA, server: web.WebServer) -> None:
    with web.WebServer({"/": web.redirecting(server.url("/plain"))}, tls=tls_server(authority)) as safe:
        (answer,) = get(safe.url("/"), tls=trusting(authority))
    assert isinstance(answer, Refusal)
    assert answer.reason == "redirect_downgrade"


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ("expired", "tls_expired"),
        ("wrong host", "tls_wrong_host"),
        ("unknown authority", "tls_unknown_authority"),
        ("old protocol", "tls_handshake"),
    ],
)
def test_a_flawed_certificate_is_named_and_never_passed_over(flaw: str, reason: str, authority: trustme.CA) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    context = {
        "expired": lambda: tls_server(authority, not_after=yesterday, not_before=yesterday - timedelta(days=9)),
        "wrong host": lambda: tls_server(authority, name="other.example"),
        "unknown authority": lambda: tls_server(trustme.CA()),
        "old protocol": lambda: tls_server(authority),
    }[flaw]()
    if flaw == "old protocol":
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    with web.WebServer({"/": web.fixed(b"unsafe")}, tls=context) as server:
        (answer,) = get(server.url("/"), tls=trusting(authority))
    assert isinstance(answer, Refusal)
    assert answer.reason == reason, answer
