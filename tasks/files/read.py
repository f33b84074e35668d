"""Read a file, plain or gzip-compressed, within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from tasks.extract.refusal import Refusal

MAX_DOCUMENT = 64 * 1024**2  # bytes, decompressed, of a file that is one document
MAX_LINE = 16 * 1024**2  # bytes, decompressed, of a line that is one article
_CHUNK = 1024**2
_GZIP = b"\x1f\x8b"


class Truncated(EOFError):
    """The compressed file ends before its end: what was read so far is good, the rest is missing."""


def read_head(path: Path, size: int) -> bytes:
    """The first `size` bytes, decompressed; what can be had of a damaged file."""
    head = b""
    try:
        for chunk in chunks(path, size):
            head += chunk
            if len(head) >= size:
                break
    except (OSError, Truncated, zlib.error):
        pass
    return head[:size]


def read_document(path: Path, locator: str) -> bytes | Refusal:
    """The whole file, decompressed, or why not."""
    body = bytearray()
    try:
        for chunk in chunks(path):
            body += chunk
            if len(body) > MAX_DOCUMENT:
                detail = f"{locator} holds more than {MAX_DOCUMENT // 1024**2} MiB. Split it, or save it as JSON Lines."
                return Refusal(locator=locator, reason="too_large", detail=detail)
    except Truncated:
        detail = f"{locator} is cut off: its compressed data end early. Fetch or copy it again."
        return Refusal(locator=locator, reason="truncated", detail=detail)
    except zlib.error as error:
        detail = f"{locator} is damaged: {error}. Fetch or copy it again."
        return Refusal(locator=locator, reason="damaged", detail=detail)
    except OSError as error:
        detail = f"{locator} can't be read: {error.strerror}. Check that the file exists and may be read."
        return Refusal(locator=locator, reason="unreadable", detail=detail, is_retryable=True)
    return bytes(body)


def lines(path: Path) -> Iterator[bytes | None]:
    """Lines without their ends, decompressed; None for one above `MAX_LINE`. Raises OSError, zlib.error, Truncated."""
    rest = bytearray()
    is_too_long = False
    for chunk in chunks(path):
        *whole, last = chunk.split(b"\n")
        for line in whole:
            rest += line
            yield None if is_too_long or len(rest) > MAX_LINE else bytes(rest)
            rest.clear()
            is_too_long = False
        rest += last
        if len(rest) > MAX_LINE:
            rest.clear()
            is_too_long = True
    if rest or is_too_long:
        yield None if is_too_long else bytes(rest)


def chunks(path: Path, size: int = _CHUNK) -> Iterator[bytes]:
    """Decompressed chunks of at most `size` bytes; raises OSError, zlib.error, Truncated."""
    with path.open("rb") as file:
        first = file.read(size)
        if not first.startswith(_GZIP):
            while first:
                yield first
                first = file.read(size)
            return
        member = zlib.decompressobj(wbits=31)
        data = first
        while data or (data := file.read(size)):
            if member.eof:  # several members may follow one another; padding behind the last is no member
                if not data.startswith(_GZIP):
                    return
                member = zlib.decompressobj(wbits=31)
            if decompressed := member.decompress(data, size):
                yield decompressed
            data = member.unconsumed_tail or member.unused_data
        if not member.eof:
            raise Truncated
