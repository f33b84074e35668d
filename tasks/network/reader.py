"""Reads feeds in a process that can be killed: no feed hangs the run or fills its memory."""

from __future__ import annotations

from types import TracebackType

from tasks.chunks import read_chunk
from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.received import Document
from tasks.isolate import Failure, Limits, Workers

LIMITS = Limits(seconds_per_item=10, memory_bytes=2 * 1024**3, chunk=1)


class Reader:
    """Call it with a document, from any thread. Use as a context manager; it starts no process before it must."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._workers = Workers(1, limits)

    def __enter__(self) -> Reader:
        self._workers.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._workers.__exit__(kind, error, at)

    def stop(self) -> None:
        """End what is being read, at once."""
        self._workers.stop()

    def __call__(self, document: Document) -> Feed | Refusal:
        """What `read_feed` makes of it, or why that was given up."""
        (result,) = self._workers.map(read_chunk, [document])
        if not isinstance(result, Failure):
            return result
        detail = f"{document.locator} could not be read as a feed: {result.detail}. It is tried again later."
        return Refusal(locator=document.locator, reason=result.reason, detail=detail, is_retryable=True)
