"""A web server on loopback for tests: real sockets, any behaviour, hostile ones included. It runs in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from storage.state import Ledger

Handler = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request and the stream to answer it on."""

    path: str
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        named = {"content-length": str(len(body)), "connection": "close"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        await self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


@dataclass
class WebServer:
    """Answers each path by its handler and keeps a log of what was asked."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0

    def __enter__(self) -> WebServer:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for the path, in order."""
        return [headers for asked, headers in self.log if asked == path]

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._handle, "127.0.0.1", 0, ssl=self.tls))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.split("\r\n")
            path = request.split(" ")[1]
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name
            }
            self.log.append((path, headers))
            handler = self.handlers.get(path.split("?")[0]) or self.handlers.get("*", _not_found)
            await handler(Exchange(path, headers, reader, writer))
        writer.close()


async def _not_found(exchange: Exchange) -> None:
    await exchange.answer(b"nothing here", "404 Not Found")


def hasty(ledger: Ledger) -> Ledger:
    """The ledger without waiting for the disk, for tests that turn a clock through days."""
    sa.event.listen(ledger.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return ledger


def fixed(body: bytes, status: str = "200 OK", **headers: str) -> Handler:
    """The same answer to every request."""

    async def handle(exchange: Exchange) -> None:
        await exchange.answer(body, status, **headers)

    return handle


def redirecting(location: str, status: str = "302 Found") -> Handler:
    return fixed(b"", status, location=location)


def bomb(kind: str, mebibytes: int = 1024) -> bytes:
    """Zeros, packed: gzip, gzip+gzip or deflate. One mebibyte is packed once and repeated; the end is never reached."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x78\x9c" if kind == "deflate" else b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    packed = head + block * mebibytes
    return gzip.compress(packed) if kind == "gzip+gzip" else packed


# Hostile behaviours. Those that would never end do so when the client hangs up.


async def drip_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await exchange.send(b"x")
        await asyncio.sleep(0.05)


async def drip_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        await exchange.send(b"x")
        await asyncio.sleep(0.05)


async def endless_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await exchange.send(bytes(65_536))


async def endless_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        number += 1
        await exchange.send(b"x-%d: y\r\n" % number * 100)


async def endless_continue(exchange: Exchange) -> None:
    while True:
        await exchange.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0.001)


async def cut_gzip(exchange: Exchange) -> None:
    packed = gzip.compress(b"<p>whole</p>" * 500)[:-12]
    await exchange.answer(packed, content_encoding="gzip")


async def short_length(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nshort")


async def short_chunk(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nshort")


async def reset(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nshort")
    plain = exchange.writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.writer.transport.abort()


async def garbage(exchange: Exchange) -> None:
    await exchange.send(bytes(range(256)) * 20)


async def two_lengths(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!")


async def silent(exchange: Exchange) -> None:
    await exchange.reader.read()


async def hang_up(exchange: Exchange) -> None:
    exchange.writer.close()
