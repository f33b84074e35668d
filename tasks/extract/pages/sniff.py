"""Tell by its first bytes that something served as a page is none."""

from __future__ import annotations

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x7fELF", "a program"),
    (b"OggS", "a sound or film"),
    (b"ID3", "a sound"),
    (b"\x00\x00\x01\x00", "an icon"),
)
_LOOKED_AT = 2048
_CONTROLS = bytes(code for code in range(32) if code < 9 or 13 < code < 27 or code > 27)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def sniff(body: bytes) -> str | None:
    """What the body is instead of text, in words; None where it can be text."""
    head = body[:_LOOKED_AT].lstrip()
    for signature, what in _SIGNATURES:
        if body.startswith(signature):
            return what
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "a picture, sound or film"
    if body[4:8] == b"ftyp":
        return "a film or picture"
    if not body.startswith(_WIDE) and _is_binary(body[:_LOOKED_AT]):
        return "binary data"
    return None


def _is_binary(head: bytes) -> bool:
    """More than one byte in ten is a control character; UTF-16 without a mark counts as binary too."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 10 > len(head)
