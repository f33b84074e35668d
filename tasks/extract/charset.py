"""Decide how the bytes of a page are encoded, and say what told it.

The order is that of the HTML standard with one distrust: a declaration that the bytes contradict is passed over.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IN_MEDIA_TYPE = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_IN_MARKUP = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
# What browsers do with these labels: https://encoding.spec.whatwg.org/#names-and-labels
_AS_BROWSERS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs", "tis-620": "cp874",
}  # fmt: skip
# Codecs of Python that are no charsets of a page, and charsets that browsers refuse for safety.
_REFUSED = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_DETECTED_BYTES = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page as text, the name of the charset, and what told it: bom, http, meta, utf8, detector, fallback."""

    text: str
    charset: str
    told_by: str


def charset(body: bytes, media_type: str | None = None) -> Decoded:
    """Decode a body; never fails: at the worst as Windows-1252 with replacement characters."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body.decode(name, "replace").lstrip("\ufeff"), charset=_plain(name), told_by="bom")
    for name, told_by in _declared(body, media_type):
        text = _strictly(body, name)
        if text is not None:
            return Decoded(text=text, charset=name, told_by=told_by)
    best = from_bytes(body[:_DETECTED_BYTES], explain=False).best()
    if best is not None and (text := _strictly(body, best.encoding)) is not None:
        return Decoded(text=text, charset=_plain(best.encoding), told_by="detector")
    if _is_mostly_utf8(body):
        return Decoded(text=body.decode("utf-8", "replace"), charset="utf-8", told_by="fallback")
    return Decoded(text=body.decode("cp1252", "replace"), charset="cp1252", told_by="fallback")


def _declared(body: bytes, media_type: str | None) -> list[tuple[str, str]]:
    """Charsets to try, best first. Valid UTF-8 with letters beyond ASCII is hardly ever anything else."""
    http = _IN_MEDIA_TYPE.search(media_type or "")
    meta = _IN_MARKUP.search(body[:4096])
    found = [(http[1], "http")] if http else []
    found += [(meta[1].decode("ascii", "replace"), "meta")] if meta else []
    names = [(name, told_by) for label, told_by in found if (name := _known(label))]
    if not any(name == "utf-8" for name, _ in names) and (not names or not body.isascii()):
        names.insert(0, ("utf-8", "utf8"))
    return names


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        return None
    if name in _REFUSED or name.startswith("utf-16") or name.startswith("utf-32"):
        # Without a mark the bytes of a declaration in ASCII cannot be UTF-16.
        return None
    return _AS_BROWSERS.get(name, name)


def _strictly(body: bytes, name: str) -> str | None:
    """The text, if the charset explains the bytes; a stray bad byte in otherwise good UTF-8 is forgiven."""
    try:
        return body.decode(name)
    except (UnicodeError, LookupError, ValueError):
        if name == "utf-8" and _is_mostly_utf8(body):
            return body.decode("utf-8", "replace")
        if name == "cp1252":
            return body.decode("cp1252", "replace") if not _has_multibyte(body) else None
        return None


def _is_mostly_utf8(body: bytes) -> bool:
    """At most one broken sequence for each 50 that are whole: a cut or spliced page, not another charset."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    return broken * 50 <= whole


def _has_multibyte(body: bytes) -> bool:
    """More than three bytes in ten stand beyond ASCII: a script with two bytes a letter, not a western one."""
    beyond = sum(byte > 0x7F for byte in body[:_DETECTED_BYTES])
    return beyond * 10 > 3 * min(len(body), _DETECTED_BYTES)


def _plain(name: str) -> str:
    return name.replace("_", "-").removesuffix("-sig")
