"""What fetching and reading feeds cost, beside plain httpx, news-please and feedparser. CPU seconds are to be trusted.

    python -m benchmarks.fetching requests --count 2000 [--news-please PYTHON]
    python -m benchmarks.fetching feeds --inputs DIR

`requests`: against a server on loopback that answers 20 kB after 50 ms, 50 requests at once; the server runs in a
process of its own. news-please's crawler is run by PYTHON, the interpreter of an environment that has it; without one
it is left out, and the output says so. `feeds`: entries read a CPU second, of the seeds and of saved feeds in DIR
(*.xml, *.rss, *.atom, plain or gzip). Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import io
import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import feedparser
import httpx

from tasks.extract.http.public_address import Guard
from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed import feed
from tasks.network.fetcher import Fetcher, Request, Response

SEEDS = Path(__file__).resolve().parent.parent / "seeds/collection"
DELAY = 0.05  # seconds
BODY = b"x" * 20_000
AT_ONCE = 50
NOW = datetime.now(UTC)


def requests(count: int, news_please: Path | None) -> dict[str, float | str]:
    """Requests a CPU second of ours, of plain httpx, and of news-please's crawler."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    port: int = ours.recv()
    # 127.0.0.N: many hosts, so that no limit of a host decides.
    urls = [f"http://127.0.0.{number % 100 + 1}:{port}/{number}" for number in range(count)]
    try:
        return {
            "newslake_requests_per_cpu_second": asyncio.run(_timed(_ours, urls)),
            "httpx_requests_per_cpu_second": asyncio.run(_timed(_httpx, urls)),
            "news_please_requests_per_cpu_second": _news_please(urls, news_please),
        }
    finally:
        server.terminate()


def feeds(folder: Path | None) -> dict[str, float | str]:
    """Entries a CPU second of ours, of feedparser as it comes, and of feedparser with its HTML options off."""
    bodies = [body for root in (SEEDS, folder) if root for body in _bodies(root)]
    return {
        "feeds": len(bodies),
        "newslake_entries_per_cpu_second": _rate(bodies, _read),
        "feedparser_entries_per_cpu_second": _rate(
            bodies, lambda body: len(feedparser.parse(io.BytesIO(body)).entries)
        ),
        "feedparser_bare_entries_per_cpu_second": _rate(bodies, _bare),
    }


async def _timed(fetch: Callable[[list[str]], Awaitable[int]], urls: list[str]) -> float:
    started = time.process_time()
    answered = await fetch(urls)
    assert answered == len(urls), f"{answered} of {len(urls)}"
    return round(len(urls) / (time.process_time() - started), 1)


async def _ours(urls: list[str]) -> int:
    async with Fetcher("Newslake/benchmark", guard=Guard(networks=("127.0.0.0/8",))) as fetcher:
        at_once = asyncio.Semaphore(AT_ONCE)

        async def get(url: str) -> bool:
            async with at_once:
                answer = await fetcher.get(Request(url=url))
            return isinstance(answer, Response) and answer.body == BODY

        return sum(await asyncio.gather(*map(get, urls)))


async def _httpx(urls: list[str]) -> int:
    async with httpx.AsyncClient(headers={"User-Agent": "Newslake/benchmark"}) as client:
        at_once = asyncio.Semaphore(AT_ONCE)

        async def get(url: str) -> bool:
            async with at_once:
                return (await client.get(url, timeout=30)).content == BODY

        return sum(await asyncio.gather(*map(get, urls)))


# `fetch_urls` starts a thread for each address, so it is given as many as are asked at once.
_NEWS_PLEASE = """
import json, sys, time
from newsplease.crawler.simple_crawler import SimpleCrawler
urls, at_once = json.load(sys.stdin)
started, answered = time.process_time(), 0
for first in range(0, len(urls), at_once):
    pages = SimpleCrawler.fetch_urls(urls[first : first + at_once])
    answered += sum(page is not None and len(page) == 20000 for page in pages.values())
print(json.dumps([answered, time.process_time() - started]))
"""


def _news_please(urls: list[str], python: Path | None) -> float | str:
    if python is None:
        return "left out: give --news-please PYTHON, an interpreter that has it"
    given = json.dumps([urls, AT_ONCE])
    ran = subprocess.run([python, "-c", _NEWS_PLEASE], input=given, capture_output=True, text=True, check=False)
    if ran.returncode:
        return f"left out: {python} can't run it ({ran.stderr.strip().rpartition(chr(10))[2]})"
    answered, seconds = json.loads(ran.stdout)
    assert answered == len(urls), f"{answered} of {len(urls)}"
    return round(len(urls) / seconds, 1)


def _serve(out: Connection) -> None:
    answer = f"HTTP/1.1 200 OK\r\ncontent-length: {len(BODY)}\r\n\r\n".encode() + BODY

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the client is done
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(DELAY)
                writer.write(answer)
                await writer.drain()

    async def serve() -> None:
        server = await asyncio.start_server(handle, "0.0.0.0", 0)
        out.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(serve())


def _bodies(root: Path) -> list[bytes]:
    endings = (".rss", ".atom", ".xml", ".xml.gz")
    found = [path.read_bytes() for path in sorted(root.rglob("*")) if path.name.endswith(endings)]
    return [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in found]


def _read(body: bytes) -> int:
    result = feed(body, NOW)
    return 0 if isinstance(result, Refusal) else len(result.entries)


def _bare(body: bytes) -> int:
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    return len(parsed.entries)


def _rate(bodies: list[bytes], read: Callable[[bytes], int]) -> float:
    """The best of three runs."""
    rates = []
    for _ in range(3):
        started = time.process_time()
        count = sum(map(read, bodies))
        rates.append(count / (time.process_time() - started))
    return round(max(rates), 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["requests", "feeds"])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--inputs", type=Path)
    parser.add_argument("--news-please", type=Path, metavar="PYTHON")
    given = parser.parse_args()
    result = requests(given.count, given.news_please) if given.what == "requests" else feeds(given.inputs)
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
