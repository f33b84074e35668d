"""The pages of one article as one body: each as it was received, with its address, framed like MIME's multipart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MEDIA_TYPE = "multipart/related"
_MARK = b"--newslake-page\r\n"


@dataclass(frozen=True, slots=True)
class PagePart:
    """One page of an article: its address, the media type that came with it, and its bytes."""

    url: str
    media_type: str | None
    body: bytes


def joined_parts(parts: Sequence[PagePart]) -> bytes:
    """One body of several pages, in their order."""
    return b"".join(_MARK + _head(part) + part.body + b"\r\n" for part in parts)


def page_parts(body: bytes) -> tuple[PagePart, ...]:
    """The pages of a body that `joined_parts` made; none of any other body. Their lengths are told, not searched."""
    parts: list[PagePart] = []
    at = 0
    while body.startswith(_MARK, at):
        end = body.find(b"\r\n\r\n", at)
        lines = body[at + len(_MARK) : end].decode("utf-8", "replace").split("\r\n") if end > 0 else []
        named = dict(line.partition(": ")[::2] for line in lines)
        length = named.get("Content-Length", "")
        if not length.isdigit():
            break
        start = end + 4
        at = start + int(length) + 2
        kind = named.get("Content-Type") or None
        parts.append(PagePart(named.get("Content-Location", ""), kind, body[start : start + int(length)]))
    return tuple(parts)


def _head(part: PagePart) -> bytes:
    lines = (f"Content-Location: {part.url}", f"Content-Type: {part.media_type or ''}")
    head = "\r\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines)
    return f"{head}\r\nContent-Length: {len(part.body)}\r\n\r\n".encode("utf-8", "replace")
