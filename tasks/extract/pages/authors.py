"""Choose who signed the page: people, and bodies apart from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from storage.records import Candidate
from tasks.extract.pages.json_ld import Json, Node, article_nodes, first
from tasks.extract.pages.names import is_body, is_person, names
from tasks.extract.pages.signals import Mark, Signals
from tasks.extract.pages.site_name import key, site_keys

_METAS = ("author", "article:author", "sailthru.author", "byl", "parsely-author", "authors", "dc.creator",
          "dcterms.creator", "citation_author", "cxenseparse:author", "og:article:author", "og:author",
          "article:author_name", "author_name", "twitter:data1")  # fmt: skip
_BY = re.compile(
    r"^\W{0,3}(?:written\s+|posted\s+|story\s+|words\s+|text\s+)?(?:by|von|par|por|di|door|text)\b\s*:?\s",
    re.IGNORECASE,
)
_SLUG = re.compile(
    r"/(?:authors?|autor(?:en)?|auteurs?|contributors?|profile|people|journalists?|reporters?|writers?|by)/([^/?#]+)"
)
_NAME_FIELD = re.compile(
    r"(?:author|byline|autor)\w*?[-_]*(?:name|link|text)\b|\bauthor\b|\bbyline\b|author vcard|\bfn\b"
)
_LONGEST_SIGNATURE = 60
_MOST = 12
_FIRM = 3  # of `_strength`; below, an element of that class is as often a label or a box of links


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """The people and the bodies that signed, what told them, and what else was offered."""

    people: tuple[str, ...]
    bodies: tuple[str, ...]
    origin: str | None
    rejected: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    origin: str
    people: tuple[str, ...]
    bodies: tuple[str, ...]
    others: tuple[str, ...]


def authors(
    found: Signals,
    marks: Callable[[], Sequence[Mark]],
    url: str | None = None,
    entry_authors: Sequence[str] = (),
    edges: Sequence[str] = (),
) -> Authors:
    """The first source that names people, in the order JSON-LD, meta tags, feed, microdata, byline, signature.

    Where none does, the first that gives any name that is not the site's; at last the first body. `marks` is called
    for the bylines only where metadata names nobody, because looking for them costs time; `edges` are the first and
    last paragraphs of the text, where an article may be signed.
    """
    sites = site_keys(found, url)
    offers: list[_Offer] = []
    for origin, texts in _stated(found, entry_authors):
        offer = _sorted(origin, texts, sites)
        offers.append(offer)
        if offer.people:
            break
    if not any(offer.people for offer in offers):
        offers.append(_sorted("byline", _bylines(marks(), sites), sites))
        # Where a publisher states only itself, an article may be signed in its text; elsewhere two capitalised words
        # alone in a paragraph are a subheading more often than a name.
        if any(offer.bodies for offer in offers):
            offers.append(_sorted("signature", [(text, "") for text in edges if _is_signature(text)], sites))
    return _chosen(offers)


def _chosen(offers: Sequence[_Offer]) -> Authors:
    best = next((offer for offer in offers if offer.people), None)
    best = best or next((offer for offer in offers if offer.others), None)
    best = best or next((offer for offer in offers if offer.bodies), None)
    if best is None:
        return Authors(people=(), bodies=(), origin=None, rejected=())
    people = best.people or best.others
    rejected = tuple(
        Candidate(field="authors", origin=offer.origin, value=name)
        for offer in offers
        if offer is not best
        for name in (*offer.people, *offer.others, *offer.bodies)
    )
    return Authors(people=people[:_MOST], bodies=best.bodies[:_MOST], origin=best.origin, rejected=rejected[:_MOST])


def _is_signature(text: str) -> bool:
    """A paragraph that is nothing but the names of people."""
    found = names(text)
    return (
        len(text) <= _LONGEST_SIGNATURE
        and bool(found)
        and all(is_person(name) and name[-1].islower() for name in found)
        and text[-1] not in ".!?:"
    )


def _sorted(origin: str, texts: Sequence[tuple[str, str]], sites: frozenset[str]) -> _Offer:
    """Names into people, bodies, and what is neither for certain (a single word). `texts` are (name, schema type)."""
    people: list[str] = []
    bodies: list[str] = []
    others: list[str] = []
    for text, kind in texts:
        for name in (text,) if key(text) in sites else names(text):
            if kind == "Organization" or key(name) in sites or is_body(name):
                bodies.append(name)
            elif is_person(name):
                people.append(name)
            else:
                others.append(name)
    return _Offer(origin=origin, people=_once(people), bodies=_once(bodies), others=_once(others))


def _once(found: Sequence[str]) -> tuple[str, ...]:
    return tuple({key(name): name for name in found}.values())


def _stated(found: Signals, entry_authors: Sequence[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    by_id = {str(node["@id"]): node for node in found.nodes if "@id" in node}
    for node in article_nodes(found.nodes)[:4]:
        yield "json_ld", list(_persons(node.get("author") or node.get("creator"), by_id))
    for name in _METAS:
        yield "meta", [(text, "") for text in found.all_metas(name)[:6] if _is_name(text)]
    yield "feed", [(text, "") for text in entry_authors]
    marked = [mark for mark in found.properties if mark.name == "author" and not mark.aside]
    yield "microdata", [(text, "") for mark in marked[:4] if len(text := mark.value or mark.text) < 60]


def _is_name(text: str) -> bool:
    return "/" not in text[:8] and "http" not in text[:5] and len(text) < 200


def _persons(value: Json, by_id: dict[str, Node]) -> Iterator[tuple[str, str]]:
    """Names in a JSON-LD author, with their type; a reference is looked up among the page's nodes."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            node = item if item.get("name") else by_id.get(str(item.get("@id")), item)
            kind = node.get("@type")
            for part in node["name"] if isinstance(node.get("name"), list) else [node.get("name")]:  # type: ignore[union-attr]
                if name := first(part):
                    yield (
                        name,
                        "Organization" if "Organization" in str(kind) and "Person" not in str(kind) else "Person",
                    )
        elif isinstance(item, str) and _is_name(item):
            yield item, ""


def _bylines(marks: Sequence[Mark], sites: frozenset[str]) -> list[tuple[str, str]]:
    """The strongest mark, the first of equals: those after it name editors, reviewers and other articles' authors."""
    best = max(marks, key=lambda mark: _strength(mark, sites), default=None)
    return [(best.text, "")] if best is not None and _strength(best, sites) >= _FIRM else []


def _strength(mark: Mark, sites: frozenset[str]) -> int:
    """How surely an element names the author of this page."""
    text = mark.text
    if not text or len(text) > 120 or mark.aside == "comment" or "comment" in mark.name:
        return 0
    found = names(text)
    if not found or key(text) in sites:
        return 0
    is_named = any(is_person(name) for name in found)
    says_by = bool(_BY.match(text))
    is_linked = " author " in f" {mark.name} " or bool(_SLUG.search(mark.name))
    is_field = bool(_NAME_FIELD.search(mark.name))
    score = (
        3 * says_by
        + 2 * is_linked
        + 2 * is_named
        + 2 * is_field
        + (len(text) < 60)
        - (1 if is_field or is_linked else 3) * bool(mark.aside)
    )
    return score - 3 * (not is_named and len(text.split()) > 4)
