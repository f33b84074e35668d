"""Let batches overlap: one is stored while the next is worked on and the one after that is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

AHEAD = 2
"""Batches worked on beside the one that is stored. With two, no worker waits for the slowest page of a batch; each
batch more costs the memory of its pages and saves nothing that was measured."""


def overlapped(
    items: Iterable[Item],
    work: Callable[[Item], Made],
    ahead: int = AHEAD,
    give_up: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Item, Made]]:
    """Each item with what `work` makes of it, in the order of the items, one at a time.

    `work` runs in threads, for at most `ahead` items at once, while the caller does something with the results and the
    next item is read. The first error, of reading or of work, is raised in its item's place; items after it are lost.
    Close it when it is not read to its end. Then, and after an error, `give_up` is called: it makes what is still at
    work end soon, which is waited for.
    """
    with ThreadPoolExecutor(ahead, thread_name_prefix="batch") as threads:
        waiting: deque[tuple[Item, Future[Made]]] = deque()
        try:
            for item in items:
                # A copy: what runs in a thread still knows the run that it belongs to.
                waiting.append((item, threads.submit(copy_context().run, work, item)))
                while waiting and (len(waiting) > ahead or waiting[0][1].done()):
                    first, made = waiting.popleft()
                    yield first, made.result()
            while waiting:
                first, made = waiting.popleft()
                yield first, made.result()
        except BaseException:
            for _, made in waiting:
                made.cancel()
            give_up()
            raise
