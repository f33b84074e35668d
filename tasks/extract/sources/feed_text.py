"""The text of a feed from its bytes: one charset decided, and what no XML reader accepts taken out and counted.

Bytes that are valid UTF-8 are UTF-8, whatever is declared. One bad byte in a UTF-8 feed is one bad character.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

# Codecs of Python that are no charsets, or that read plain ASCII as something else.
_NO_CHARSETS = {
    "utf-7",
    "unicode_escape",
    "raw_unicode_escape",
    "punycode",
    "idna",
    "undefined",
    "mbcs",
    "oem",
    "palmos",
}
# What publishers mean by a name, after the WHATWG Encoding Standard.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_WIDE = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})""", re.IGNORECASE)
_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>\s*", re.IGNORECASE)
_ROOT = re.compile(
    r"<(?:\?xml|!DOCTYPE|!--|\?xml-stylesheet|(?:[\w-]{1,20}:)?(?:rss|feed|rdf|channel)\b)", re.IGNORECASE
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_OTHER_SCRIPTS = {
    "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp1253", "iso8859_7", "cp1255", "cp1256", "cp874", "gb18030", "gbk",
    "gb2312", "big5", "big5hkscs", "cp932", "shift_jis", "shift_jis_2004", "euc_jp", "cp949", "euc_kr",
}  # fmt: skip
_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s*([a-z]{2})|xml:lang\s*=\s*.([a-z]{2})", re.IGNORECASE)
_LATIN_OF = dict.fromkeys(("cs", "sk", "pl", "hu", "hr", "sl", "ro", "bs", "sq"), "cp1250") | {"tr": "cp1254"}
_SAMPLE = 65_536  # bytes that the detector of charsets is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """Text without an XML declaration. `repaired` counts characters, `is_cut` means junk before the root was cut."""

    text: str
    charset: str
    charset_from: str
    repaired: int
    is_cut: bool


def feed_text(body: bytes, media_type: str | None = None) -> FeedText:
    """Decode and clean a feed. Never refuses: what can't be decoded becomes U+FFFD and is counted."""
    text, charset, charset_from = _decoded(body, media_type)
    replaced = text.count("\ufffd")
    text, references = _REFERENCE.subn(_reference, text)
    bad_references = text.count("\ufffd") - replaced
    text, controls = _NOT_XML.subn("", text)
    text = text.lstrip("\ufeff \t\r\n")
    root = _ROOT.search(text)
    is_cut = bool(root and root.start())
    if root:
        declaration = _DECLARATION.match(text, root.start())
        text = text[declaration.end() if declaration else root.start() :]
    return FeedText(
        text=text,
        charset=charset,
        charset_from=charset_from,
        repaired=replaced + controls + (bad_references if references else 0),
        is_cut=is_cut,
    )


def _decoded(body: bytes, media_type: str | None) -> tuple[str, str, str]:
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(charset, "replace"), charset, "byte_order_mark"
    for start, charset in _WIDE:
        if body.startswith(start):
            return body.decode(charset, "replace"), charset, "shape"
    header = _PARAMETER.search(media_type or "")
    declaration = _DECLARED.search(body[:1024])
    stated = (
        (header[1] if header else "", "media_type"),
        (declaration[1].decode() if declaration else "", "declaration"),
    )
    declared = [(known_charset(name), origin) for name, origin in stated]
    for declared_charset, origin in declared:
        if declared_charset and declared_charset.startswith(("iso2022", "hz")):
            return body.decode(declared_charset, "replace"), declared_charset, origin
    try:
        return body.decode("utf-8"), "utf-8", "validity"
    except UnicodeDecodeError:
        pass
    for declared_charset, origin in declared:
        if declared_charset not in (None, "utf-8"):
            return body.decode(str(declared_charset), "replace"), str(declared_charset), origin
    return _undeclared(body)


def _undeclared(body: bytes) -> tuple[str, str, str]:
    """Not valid UTF-8 and no other charset declared: damaged UTF-8 if most of what is beyond ASCII is valid.

    Else the detector decides between scripts; between the charsets of one script it is no better than the language.
    """
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 4 <= len(_BEYOND_ASCII.findall(text)):
        return text, "utf-8", "majority"
    best = from_bytes(body[:_SAMPLE]).best()
    if best and best.encoding in _OTHER_SCRIPTS:
        return body.decode(best.encoding, "replace"), best.encoding, "detector"
    language = _LANGUAGE.search(body[:_SAMPLE])
    charset = _LATIN_OF.get((language[1] or language[2]).decode().lower() if language else "", "cp1252")
    return body.decode(charset, "replace"), charset, "language" if charset != "cp1252" else "default"


def known_charset(name: str) -> str | None:
    """The codec that publishers mean by the name; None where it is no charset."""
    try:
        codec = codecs.lookup(name)
        b"".decode(name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if codec.name in _NO_CHARSETS else _MEANT.get(codec.name, codec.name)


def _reference(match: re.Match[str]) -> str:
    """A numeric reference as it stands if XML allows it, its Windows-1252 meaning, or U+FFFD."""
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    number = int(digits, base) if len(digits) <= 8 else 0
    if 0x80 <= number <= 0x9F:
        return bytes([number]).decode("cp1252", "replace")
    is_character = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return match[0] if is_character or 0x10000 <= number <= 0x10FFFF else "\ufffd"
