"""Every publication and modification date that a page offers, best first, each with where it stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from storage.records import DateCandidate
from tasks.extract.pages.json_ld import Node, article_nodes, first, is_article
from tasks.extract.pages.own_line import OwnLine, is_confirmed, own_line_wins
from tasks.extract.pages.signals import Mark, Signals
from tasks.extract.published import candidate, local_date, read_candidate
from tasks.extract.rules import load_rules
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
_NAMED_IN_URL = re.compile(r"/((?:19|20)\d{2})/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?:/|$)", re.IGNORECASE)
RULES = load_rules("dated_lines")
_PUBLISHED_WORD, _MODIFIED_WORD, _OTHER_WORD = (
    RULES.with_prefix(name)[0].regex() for name in ("line.published", "line.modified", "line.other")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """Up to two dates that readers see, best first, and the one that is the only one of the article itself."""

    dates: tuple[DateCandidate, ...]
    own: OwnLine | None


def published_dates(
    found: Signals, url: str | None, marks: Callable[[], Sequence[Mark]], feed_day: date | None = None
) -> tuple[DateCandidate, ...]:
    """Candidates for publication: JSON-LD, meta tags, microdata, address, `<time>`, then dated lines of the page.

    The line that readers see comes first where it tells better. `marks` finds such lines; it is called only where
    nothing else is read, or where neither the address nor the feed (`feed_day`) confirms it, because that costs time.
    """
    stated = list(_stated(found, url))
    best = next((item for item in stated if item.value), None)
    days = (feed_day, *map(local_date, _in_url(url or found.canonical)))
    confirmed = frozenset(day for day in days if day)
    if best is None or not is_confirmed(local_date(best), confirmed):
        shown = _shown(found, (*marks(), *found.times))
        is_first = best is not None and own_line_wins(shown.own, best, modified_dates(found), confirmed)
        own = [shown.own.candidate] if shown.own and is_first else []
        stated = [*own, *stated, *shown.dates]
    return tuple({(item.origin, item.raw): item for item in stated}.values())


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
    for raw in _in_nodes(found, "dateCreated"):
        yield from _read("json_ld", raw, locale)
    yield from _shown(found, [mark for mark in found.times if not _MODIFIED_WORD.search(mark.name)]).dates


def _in_nodes(found: Signals, name: str) -> list[str]:
    """The values in the nodes that are the article, those that are merely pages after them."""
    nodes: Sequence[Node] = article_nodes(found.nodes)
    ordered = sorted(nodes, key=lambda node: not is_article(node))
    return [raw for node in ordered if (raw := first(node.get(name)))][:2]


def _in_url(url: str | None) -> tuple[DateCandidate, ...]:
    if match := _IN_URL.search(url or ""):
        return candidate("url", "-".join(match.groups()))
    match = _NAMED_IN_URL.search(url or "")
    return _read("url", " ".join(match.groups()), None) if match else ()


def _shown(found: Signals, marks: Sequence[Mark]) -> _Shown:
    """The dated elements: of the article itself, else of a box beside it, else one that tells of a change."""
    locale = _locale(found)
    tiers: tuple[list[DateCandidate], ...] = ([], [], [])
    lines: tuple[list[OwnLine], ...] = ([], [], [])
    for mark in marks:
        if len(mark.text) > 200 or mark.aside in _NEVER or _OTHER_WORD.search(f"{mark.name} {mark.text[:30]}"):
            continue
        is_time = bool(mark.value) and mark in found.times
        tier = 2 if _MODIFIED_WORD.search(mark.text[:60]) else 1 if mark.aside else 0
        if tier == 1 and not is_time and not _DATE_NAME.search(mark.name):
            continue
        for item in (*_read("page", mark.value, locale), *_read("page", mark.text[:120], locale)):
            if len(item.value) < len("2021-07-18"):
                continue
            if tier == 0 or is_time:
                says_published = bool(_PUBLISHED_WORD.search(mark.text[:60]))
                lines[tier].append(OwnLine(candidate=item, says_published=says_published))
            if item.value not in {other.value for other in tiers[tier]}:
                tiers[tier].append(item)
    beside = {item.value[:10] for item in tiers[1]}
    # Several days beside the article are those of a list of others.
    dates = (tiers[0] or (tiers[1] if len(beside) == 1 else []) or tiers[2])[:2]
    return _Shown(dates=tuple(dates), own=_only(lines[0] or lines[1]))


def _only(lines: Sequence[OwnLine]) -> OwnLine | None:
    """One of the lines if all have the same day, rather one that says that it is that of publication."""
    if len({local_date(line.candidate) for line in lines}) != 1:
        return None
    return max(lines, key=lambda line: line.says_published)


def _read(origin: str, raw: str | None, locale: str | None) -> tuple[DateCandidate, ...]:
    return read_candidate(origin, raw, written_date(raw, locale))


def _locale(found: Signals) -> str | None:
    return found.language or found.meta("og:locale", "content-language", "language")
