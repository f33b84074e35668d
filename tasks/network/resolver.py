"""Names to addresses in threads of our own, with a deadline: hosts with a dead name server never starve the others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

DEADLINE = 8.0  # seconds
THREADS = 128
Lookup = Callable[..., Sequence[tuple[int, int, int, str, tuple[Any, ...]]]]


class Resolver(AbstractResolver):
    """Resolves through the system's `getaddrinfo`. It filters nothing: the guard judges what is dialled."""

    def __init__(self, lookup: Lookup = socket.getaddrinfo, deadline: float = DEADLINE) -> None:
        self._lookup = lookup
        self._deadline = deadline
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError, also when the deadline passes."""
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(self._threads, self._lookup, host, port, family, socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(self._deadline):
                found = await call
        except TimeoutError as error:
            raise OSError(f"no answer to the name {host} within {self._deadline:g} s") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, address in found
        ]

    async def close(self) -> None:
        """Let go of the threads; those that wait for a dead server end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
