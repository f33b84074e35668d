"""Choose the headline among what the page gives for one, without the name of the site."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from storage.records import Candidate
from tasks.extract.pages.json_ld import article_nodes, first
from tasks.extract.pages.signals import Mark, Signals
from tasks.extract.pages.site_name import is_site, key, site_keys

# Votes, tuned on development pages: the article's own JSON-LD is mostly the editor's headline, the heading is what
# readers see, and the rest is often rewritten for search engines. A heading unlike all the rest is weak.
WEIGHTS = (
    ("json_ld", 1.75),
    ("heading", 1.0),
    ("og", 0.5),
    ("twitter", 0.1),
    ("feed", 0.5),
    ("lone_heading", 0.4),
    ("meta", 0.3),
    ("microdata", 0.3),
    ("document_title", 0.1),
    ("subheading", 0.05),
)
_SEPARATOR = re.compile(r"\s+(?:[|•·—–»«›‹~⋆⁄*/:]|-{1,3}|::|\|\|)\s+|\s*[|»]\s*")
_WORD = re.compile(r"\w+")
_METAS = ("title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "citation_title", "headline")
_LONGEST = 300
_ALIKE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The headline, what told it, how sure that is, and what else was offered."""

    text: str | None
    origin: str | None
    confidence: float | None
    rejected: tuple[Candidate, ...]


def title(found: Signals, url: str | None = None, entry_title: str | None = None) -> Title:
    """The value with most votes; equal values add theirs up. `entry_title` is that of the feed."""
    offers = _offers(found, url, entry_title)
    if not offers:
        return Title(text=None, origin=None, confidence=None, rejected=())
    weights = dict(WEIGHTS)
    votes: dict[str, float] = defaultdict(float)
    for origin, text in offers:
        votes[key(text)] += weights[origin]
    best = max(votes, key=lambda value: votes[value])
    origin, text = next((origin, text) for origin, text in offers if key(text) == best)
    rejected = {key(other): Candidate(field="title", origin=by, value=other) for by, other in reversed(offers)}
    rejected.pop(best)
    return Title(
        text=text,
        origin=_public(origin),
        confidence=round(0.5 + 0.48 * votes[best] / sum(votes.values()), 2),
        rejected=tuple(
            Candidate(field="title", origin=_public(item.origin), value=item.value)
            for item in reversed(rejected.values())
        ),
    )


def _offers(found: Signals, url: str | None, entry_title: str | None) -> list[tuple[str, str]]:
    """Every value that may be the headline, with what told it, in the order of WEIGHTS."""
    keys = site_keys(found, url)
    stated = [
        (origin, text)
        for origin, raw in _stated(found, entry_title)
        if raw and (text := _without_site(raw[:_LONGEST], keys, found)) and key(text) not in keys
    ]
    headings = [
        _without_kicker(mark, stated)
        for mark in found.headings
        if not mark.is_home and key(mark.text) not in keys and len(mark.text) <= _LONGEST
    ]
    offers = [*stated, *_headings(headings, stated)]
    if not offers and found.subheadings:
        offers = [("subheading", found.subheadings[0])]
    order = [origin for origin, _ in WEIGHTS]
    return sorted(offers, key=lambda offer: order.index(offer[0]))


def _stated(found: Signals, entry_title: str | None) -> list[tuple[str, str | None]]:
    headline = next((text for node in article_nodes(found.nodes) if (text := first(node.get("headline")))), None)
    microdata = next((m.value or m.text for m in found.properties if m.name == "headline" and not m.aside), None)
    return [
        ("json_ld", headline),
        ("og", found.meta("og:title")),
        ("twitter", found.meta("twitter:title")),
        ("feed", entry_title),
        ("meta", found.meta(*_METAS)),
        ("microdata", microdata),
        ("document_title", found.document_title),
    ]


def _headings(headings: Sequence[str], stated: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The heading most like what is stated; a lone long heading otherwise."""
    best = max(headings, key=lambda text: max((_likeness(text, other) for _, other in stated), default=0), default=None)
    if best is None:
        return []
    if max((_likeness(best, other) for _, other in stated), default=0) >= _ALIKE:
        return [("heading", best)]
    if len(headings) == 1 and (len(_WORD.findall(best)) > 3 or not stated):
        return [("lone_heading", best)]
    return []


def _without_kicker(heading: Mark, stated: Sequence[tuple[str, str]]) -> str:
    """Of a heading of several elements, kicker and headline, the piece that is stated elsewhere is the headline."""
    wanted = {key(part) for _, text in stated for part in (text, *_SEPARATOR.split(text))}
    pieces = [piece for piece in heading.pieces if key(piece) in wanted]
    return max(pieces, key=len, default=heading.text)


def _likeness(heading: str, other: str) -> float:
    """Share of words in common (F1); a heading that the other holds whole is alike."""
    words, others = Counter(_WORD.findall(heading.casefold())), Counter(_WORD.findall(other.casefold()))
    if not words or not others:
        return 0.0
    if words.total() >= 3 and " ".join(words.elements()) and key(heading) in key(other):
        return 0.9
    return 2 * (words & others).total() / (words.total() + others.total())


def _without_site(text: str, keys: frozenset[str], found: Signals) -> str:
    """The text less the site's name before or behind it; also less what follows a heading that it begins with."""
    text = " ".join(text.split())
    cuts = [match.span() for match in _SEPARATOR.finditer(text)]
    for start, end in cuts:
        if is_site(text[end:], keys) or any(
            key(text[:start]) == key(mark.text) for mark in found.headings if not mark.is_home
        ):
            return text[:start].strip()
    for start, end in reversed(cuts):
        if is_site(text[:start], keys) or any(
            key(text[:start]) == key(mark.text) for mark in found.headings if mark.is_home
        ):
            return text[end:].strip()
    for start, end in cuts:
        if any(key(text[end:]) == key(mark.text) for mark in found.headings if mark.is_home):
            return text[:start].strip()
    head, bar, tail = text.rpartition("|")
    if bar and len(_WORD.findall(head)) > 3 >= len(_WORD.findall(tail)):
        return head.strip()
    return text


def _public(origin: str) -> str:
    return {"og": "meta", "twitter": "meta", "lone_heading": "heading", "subheading": "heading"}.get(origin, origin)
