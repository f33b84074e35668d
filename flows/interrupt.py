"""Being told to stop: Ctrl-C, and the SIGTERM of systemd and `docker stop`, end a command soon and in order.

The first signal raises KeyboardInterrupt in the main thread. What is at work unwinds: worker processes are killed, what
is stored stays. If that takes long, because a server that is to be told does not answer, the process ends without it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Timer
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE_SECONDS = 8.0
"""How long unwinding may take; on an idle machine it takes about two seconds."""


class Interruption:
    """Which signal told this process to stop, if one did."""

    def __init__(self) -> None:
        self.by: signal.Signals | None = None
        self.last_acts: list[Callable[[], None]] = []
        """What is still to be done if unwinding takes too long."""
        self._is_told = False

    @property
    def exit_code(self) -> int:
        """As shells count: 130 after SIGINT, 143 after SIGTERM."""
        return 128 + (self.by or 0)

    def tell(self) -> None:
        """Say once, on standard error, what happened and what is left of the work."""
        if not self._is_told and self.by:
            self._is_told = True
            how = "Ctrl-C" if self.by is signal.SIGINT else self.by.name
            line = f"newslake: stopped ({how}). What is stored stays; run the same again and it goes on from there."
            print(line, file=sys.stderr, flush=True)

    @contextmanager
    def heard(self) -> Iterator[Interruption]:
        """Be the one who answers the signals, within the block."""
        before = {number: signal.signal(number, self._answer) for number in SIGNALS}
        try:
            yield self
        finally:
            if self.by is None:  # else one signal more would end the unwinding with a traceback
                for number, handler in before.items():
                    signal.signal(number, handler)

    def _answer(self, number: int, _: FrameType | None) -> None:
        if self.by is not None:
            return
        self.by = signal.Signals(number)
        timer = Timer(PATIENCE_SECONDS, self._end)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    def _end(self) -> None:
        for act in self.last_acts:
            act()
        self.tell()
        os._exit(self.exit_code)


_command: ContextVar[Interruption | None] = ContextVar("command", default=None)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Within a command: the signals raise KeyboardInterrupt."""
    interruption = Interruption()
    token = _command.set(interruption)
    try:
        with interruption.heard():
            yield interruption
    finally:
        _command.reset(token)


@contextmanager
def heard_by_the_command() -> Iterator[None]:
    """Within a flow: signals go to the command that runs it, if one does. Prefect has taken SIGTERM for itself."""
    interruption = _command.get()
    if interruption is None:
        yield
    else:
        with interruption.heard():
            yield


def do_at_last(act: Callable[[], None]) -> None:
    """Do this even if the command that is at work has to be ended before it has unwound."""
    interruption = _command.get()
    if interruption is not None:
        interruption.last_acts.append(act)


class Unwinding(logging.Filter):
    """Leaves out what is logged from a stop on: that stages were cut off is not news to who stopped them."""

    def __init__(self) -> None:
        super().__init__()
        self._has_begun = False

    def filter(self, _: logging.LogRecord) -> bool:
        """False for a record that was made while a stop was handled, and for all after it."""
        self._has_begun = self._has_begun or _is_stop(sys.exception())
        return not self._has_begun


def _is_stop(error: BaseException | None) -> bool:
    from tasks.isolate import Stopped  # not at the top: --help need not wait for it

    return error is not None and (isinstance(error, KeyboardInterrupt | Stopped) or _is_stop(error.__context__))
