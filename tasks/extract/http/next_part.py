"""Where an article over several pages goes on: the page that says `rel=next` and is the same address, one number on.

Most `rel=next` of news sites lead to the next article; a target counts only if it is the address of the first page
with the number of the next one added, the ways in which publishing software adds it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tasks.extract.sources.page_address import address_key, page_address

MAX_PARTS = 20
SEARCHED = 2_000_000  # bytes of a page in which the link is looked for
_LINK = re.compile(rb"<(?:link|a)\b[^<>]{0,2000}>", re.IGNORECASE)
_REL = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_PARAMETERS = ("page", "pg", "p", "seite", "pagina", "pagewanted", "pageno", "page_number", "pagenum", "paged")
_NAMED_PATH = re.compile(r"(.*)/(?:page|seite|pagina|p)[/-]?(\d{1,2})/?")
_BARE_PATH = re.compile(r"(.*)/(\d{1,2})/?")
_NAMED_ENDING = re.compile(r"(.*[^/])[-_,.](?:page|seite|pagina|p|s)[-_]?(\d{1,2})(\.[a-z]{3,5})?", re.IGNORECASE)
_BARE_ENDING = re.compile(r"(.*[^/])[-_,.](\d{1,2})(\.[a-z]{3,5})?", re.IGNORECASE)


def next_part(body: bytes, url: str, before: Sequence[str]) -> str | None:
    """The address of the page on which the article goes on behind the page `url`; None where it ends.

    `before` are the pages of the article before this one, the first one first.
    """
    if len(before) + 1 >= MAX_PARTS:
        return None
    pages = (*before, url)
    for href in _next_links(body):
        target = _joined(url, href)
        if target and target not in pages and is_part(target, pages[0], len(pages) + 1):
            return target
    return None


def is_part(target: str, first: str, number: int) -> bool:
    """`target` is the address of the first page with this number added."""
    if not urlsplit(first).path.strip("/"):
        return False  # the front page: what follows it is a list
    begins = {address_key(first)} | {address_key(stem) for stem, of in _numbered(first, named=True) if of == 1}
    return any(of == number and address_key(stem) in begins for stem, of in _numbered(target, named=False))


def is_same_article(body: bytes, url: str, first: str) -> bool:
    """The page does not call itself another article than the one that begins at `first`."""
    named = page_address(body)
    return not named or bool({address_key(url), address_key(first)} & set(named))


def _next_links(body: bytes) -> Iterator[str]:
    for tag in _LINK.finditer(body[:SEARCHED]):
        text = tag[0].decode("utf-8", "replace")
        rel, href = _value(_REL.search(text)), _value(_HREF.search(text))
        if href and "next" in (rel or "").lower().split():
            yield html.unescape(href)


def _value(match: re.Match[str] | None) -> str | None:
    return next((group for group in match.groups() if group is not None), None) if match else None


def _joined(base: str, href: str) -> str | None:
    try:
        target, own = urlsplit(urljoin(base, href.strip())), urlsplit(base)
    except ValueError:
        return None
    return target._replace(fragment="").geturl() if (target.scheme, target.netloc) == (own.scheme, own.netloc) else None


def _numbered(url: str, *, named: bool) -> Iterator[tuple[str, int]]:
    """Each way to read the address as that of a numbered page: without its number, and the number.

    With `named`, only the ways that say that it is a page: a number at the end may belong to the article.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in pairs:
        if name.lower() in _PARAMETERS and value.isdigit() and len(value) <= 2 and not (named and name == "p"):
            rest = urlencode([pair for pair in pairs if pair[0] != name])
            yield parts._replace(query=rest).geturl(), int(value)
    for pattern in (_NAMED_PATH,) if named else (_NAMED_PATH, _BARE_PATH, _NAMED_ENDING, _BARE_ENDING):
        if match := pattern.fullmatch(parts.path):
            ending = match[3] if match.lastindex == 3 else ""
            yield parts._replace(path=match[1] + ending).geturl(), int(match[2])
