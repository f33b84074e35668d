"""Every publication and modification date that a page offers, best first, each with where it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from storage.records import DateCandidate
from tasks.extract.pages.json_ld import Node, article_nodes, first, is_article
from tasks.extract.pages.signals import Mark, Signals
from tasks.extract.published import candidate, local_date, read_candidate
from tasks.extract.written_date import written_date

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "og:pubdate",
    "datepublished", "article.published", "article:post_date", "publish-date", "publish_date", "pubdate",
    "publishdate", "published_time", "publication_date", "parsely-pub-date", "sailthru.date", "rnews:datepublished",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc:date",
    "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "bt:pubdate", "date.created",
    "date_published", "article_date_original", "originalpublicationdate", "ptime", "displaydate", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "lastmod", "last-modified",
    "dcterms.modified", "dc.date.modified", "article:modified", "revision_date",
)  # fmt: skip
_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MODIFIED_WORD = re.compile(r"modif|updat|aktualisiert|geändert|edited|revis|actualiz|mis à jour|stand:", re.IGNORECASE)
_EARLIER = (1, 60)  # days; more is the date of something else
_NO_DATE = re.compile(
    r"comment|countdown|current|aktuelle zeit|termin|deadline|copyright|©|\\(c\\)|birth|reviewed|expir|until",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(r"date|datum|time|publish|posted|meta|fecha|content")
# Boxes whose dates are those of other articles.
_NEVER = (
    "comment",
    "related",
    "teaser",
    "recommend",
    "popular",
    "trending",
    "latest",
    "carousel",
    "disqus",
    "most-read",
    "nav",
)


def published_dates(found: Signals, url: str | None, marks: Callable[[], Sequence[Mark]]) -> tuple[DateCandidate, ...]:
    """Candidates for publication: JSON-LD, meta tags, microdata, address, `<time>`, then dated lines of the page.

    `marks` is called for the last only where nothing before is read, because looking for them costs time.
    """
    stated = list(_stated(found, url))
    best = next((item for item in stated if item.value), None)
    if best is None or best.origin == "meta":
        shown = list(_marked(found, "page", (*marks(), *found.times)))
        # A line that readers see may tell of a change, but then it is later than the publication, not earlier.
        is_earlier = best is not None and shown and _EARLIER[0] <= _days(shown[0], best) <= _EARLIER[1]
        stated = [*shown, *stated] if is_earlier else [*stated, *shown]
    return tuple({(item.origin, item.raw): item for item in stated}.values())


def _days(earlier: DateCandidate, later: DateCandidate) -> int:
    """Calendar days from one to the other, each in its own zone."""
    first, second = local_date(earlier), local_date(later)
    return (second - first).days if first and second else 0


def modified_dates(found: Signals) -> tuple[DateCandidate, ...]:
    """Candidates for the last change, best first."""
    stated = [item for raw in _in_nodes(found, "dateModified") for item in candidate("json_ld", raw)]
    stated += [item for raw in found.all_metas(*_MODIFIED)[:3] for item in candidate("meta", raw)]
    marked = next((mark for mark in found.properties if mark.name == "datemodified" and not mark.aside), None)
    return (*stated, *(candidate("microdata", marked.value or marked.text) if marked else ()))


def _stated(found: Signals, url: str | None) -> Iterator[DateCandidate]:
    locale = _locale(found)
    for raw in _in_nodes(found, "datePublished"):
        yield from _read("json_ld", raw, locale)
    for raw in found.all_metas(*_PUBLISHED)[:4]:
        yield from _read("meta", raw, locale)
    for mark in [mark for mark in found.properties if mark.name == "datepublished" and not mark.aside][:2]:
        yield from _read("microdata", mark.value or mark.text, locale)
    yield from _in_url(url or found.canonical)
    yield from _marked(found, "page", [mark for mark in found.times if not _MODIFIED_WORD.search(mark.name)])
    for raw in _in_nodes(found, "dateCreated"):
        yield from _read("json_ld", raw, locale)


def _in_nodes(found: Signals, name: str) -> list[str]:
    """The values in the nodes that are the article, those that are merely pages after them."""
    nodes: Sequence[Node] = article_nodes(found.nodes)
    ordered = sorted(nodes, key=lambda node: not is_article(node))
    return [raw for node in ordered if (raw := first(node.get(name)))][:2]


def _in_url(url: str | None) -> Iterator[DateCandidate]:
    match = _IN_URL.search(url or "")
    if match:
        yield from candidate("url", "-".join(match.groups()))


def _marked(found: Signals, origin: str, marks: Sequence[Mark]) -> Iterator[DateCandidate]:
    """Up to two dated elements: of the article itself, else of a box beside it, else one that tells of a change."""
    locale = _locale(found)
    tiers: tuple[list[DateCandidate], ...] = ([], [], [])
    for mark in marks:
        if len(mark.text) > 200 or mark.aside in _NEVER or _NO_DATE.search(f"{mark.name} {mark.text[:30]}"):
            continue
        tier = 2 if _MODIFIED_WORD.search(mark.text[:60]) else 1 if mark.aside else 0
        if tier == 1 and not _DATE_NAME.search(mark.name):
            continue
        for item in (*_read(origin, mark.value, locale), *_read(origin, mark.text[:120], locale)):
            if len(item.value) >= len("2021-07-18") and item.value not in {other.value for other in tiers[tier]}:
                tiers[tier].append(item)
    beside = {item.value[:10] for item in tiers[1]}
    # Several days beside the article are those of a list of others.
    yield from (tiers[0] or (tiers[1] if len(beside) == 1 else []) or tiers[2])[:2]


def _read(origin: str, raw: str | None, locale: str | None) -> tuple[DateCandidate, ...]:
    return read_candidate(origin, raw, written_date(raw, locale))


def _locale(found: Signals) -> str | None:
    return found.language or found.meta("og:locale", "content-language", "language")
