"""Read a response's body within bounds: on the wire, decoded, one coding at most, and to its true end."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tasks.extract.refusal import Refusal

CODINGS = "gzip, deflate"
_STEP = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may cost."""

    seconds: float = 30.0
    wire_bytes: int = 10 * 1024**2
    decoded_bytes: int = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body: decoded, and how many bytes came over the wire."""

    content: bytes
    wire_bytes: int


async def read_body(chunks: AsyncIterator[bytes], coding: str, url: str, limits: Limits) -> Body | Refusal:
    """Read to the end or refuse. `coding` is the Content-Encoding as received."""
    names = [name.strip().lower() for name in coding.split(",") if name.strip().lower() not in ("", "identity")]
    if len(names) > 1:
        return _refusal(url, "multiple_codings", f"is packed {len(names)} times over, as decompression bombs are")
    if names and names[0] not in ("gzip", "x-gzip", "deflate"):
        return _refusal(url, "unknown_coding", f"is packed as {names[0][:20]!r}, which was not asked for")
    decoder = _Decoder(names[0] if names else None, limits.decoded_bytes)
    wire = 0
    async for chunk in chunks:
        wire += len(chunk)
        if wire > limits.wire_bytes:
            return _refusal(url, "too_large_wire", f"is larger than {limits.wire_bytes} bytes on the wire")
        try:
            is_within = decoder.feed(chunk)
        except zlib.error as error:
            return _refusal(url, "damaged", f"is damaged: {error}", is_retryable=True)
        if not is_within:
            return _refusal(url, "too_large_decoded", f"is larger than {limits.decoded_bytes} bytes when unpacked")
    if not decoder.is_whole:
        return _refusal(url, "truncated", "ends in the middle of its packed data", is_retryable=True)
    return Body(bytes(decoder.content), wire)


class _Decoder:
    """Decodes one coding, never more than its bound at a time."""

    def __init__(self, coding: str | None, bound: int) -> None:
        self.content = bytearray()
        self._coding = coding
        self._bound = bound
        self._stream = None if coding is None else zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._is_fed = False

    def feed(self, data: bytes) -> bool:
        """False as soon as the bound is passed; raises zlib.error."""
        if self._coding == "deflate" and not self._is_fed and data and data[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)  # servers that leave the zlib header away
        self._is_fed = self._is_fed or bool(data)
        if self._stream is None:
            self.content += data
            return len(self.content) <= self._bound
        while data:
            self.content += self._stream.decompress(data, _STEP)
            if len(self.content) > self._bound:
                return False
            data = self._stream.unconsumed_tail
            if self._stream.eof and (data := self._stream.unused_data):
                if not data.startswith(b"\x1f\x8b"):
                    return True
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        return True

    @property
    def is_whole(self) -> bool:
        """The packed data came to their end; an empty body has none."""
        return self._stream is None or self._stream.eof or not self._is_fed


def _refusal(url: str, reason: str, what: str, *, is_retryable: bool = False) -> Refusal:
    detail = f"{url} {what}. Nothing of it was used."
    return Refusal(locator=url, reason=reason, detail=detail, is_retryable=is_retryable)
