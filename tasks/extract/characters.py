"""Make any string safe to parse, to store and to annotate: valid Unicode, no control characters.

Nothing here decides about content; it only removes what makes lxml, spaCy or Arrow refuse a whole article
for one character.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters but tab and line breaks, lone surrogates, and the noncharacters of every plane.
_NOT_TEXT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_FORBIDDEN = re.compile(f"[{_NOT_TEXT}]")
# Invisible marks that split words or turn the line round; joiners stay, some scripts are spelt with them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LONGEST_REFERENCE = 12  # digits
_LONGEST_TAG = 5_000  # bytes
_LONG_TAG = re.compile(rb"\A([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{%d,}>" % _LONGEST_TAG)
_MOST_ATTRIBUTES = 300
_CONTROLS = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))
# White space that is no text: taken out, it parts no words.
_NO_SPACE = re.compile("[\x0b\x0c\x1c-\x1f\u2028\u2029]")
_LINE_BREAKS = re.compile(r"[^\S\n]*\n[^\S\n]*")


def clean_markup(markup: str) -> bytes:
    """HTML or XML source in UTF-8 without what no parser survives: control characters and references to them.

    `&#128;` to `&#159;` are kept: parsers read them as Windows-1252, as browsers do.
    """
    source = markup.replace("\ufffe", "").replace("\uffff", "").encode("utf-8", "replace").translate(None, _CONTROLS)
    source = _without_floods(source)
    return _REFERENCE.sub(_reference, source) if b"&#" in source else source


def _without_floods(source: bytes) -> bytes:
    """Tags with hundreds of attributes without these: the parser takes seconds for each ten thousand."""
    first, *tags = source.split(b"<")
    if not any(map(_LONG_TAG.match, [tag for tag in tags if len(tag) > _LONGEST_TAG])):
        return source
    return b"<".join((first, *(_LONG_TAG.sub(_without_flood, t) if len(t) > _LONGEST_TAG else t for t in tags)))


def _without_flood(match: re.Match[bytes]) -> bytes:
    return match[0] if match[0].count(b"=") < _MOST_ATTRIBUTES else match[1] + b">"


def _reference(match: re.Match[bytes]) -> bytes:
    if len(match[1] or match[2]) > _LONGEST_REFERENCE:
        return b"\xef\xbf\xbd"
    code = int(match[1], 16) if match[1] else int(match[2])
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return b"\xef\xbf\xbd"
    if 0x80 <= code <= 0x9F:
        return match[0]
    return b"" if code == 0 or _FORBIDDEN.match(chr(code)) else match[0]


def clean_text(text: str) -> str:
    """Text as the lake keeps it: NFC, no control or invisible characters, paragraphs separated by one empty line.

    A single line break inside a paragraph becomes a space.
    """
    return "\n\n".join(paragraphs_of(text))


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text whose paragraphs are separated by empty lines, each cleaned, none empty."""
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n\n").replace("\x85", "\n")
    lines = _LINE_BREAKS.sub("\n", broken)
    return tuple(paragraph for block in re.split(r"\n{2,}", lines) if (paragraph := clean_line(block)))


def clean_line(text: str) -> str:
    """One line of text: as `clean_text`, with every white space a single space."""
    line = " ".join(text.split())
    # Nothing that is taken out can be printed, except as white space.
    if line.isprintable() and (line == text or not _NO_SPACE.search(text)):
        return unicodedata.normalize("NFC", line)
    visible = _INVISIBLE.sub("", _FORBIDDEN.sub("", text))
    return unicodedata.normalize("NFC", " ".join(visible.split()))
