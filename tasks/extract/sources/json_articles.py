"""Articles that another tool has already extracted, as JSON objects.

The field names of news-please, newspaper4k and Fundus are understood, and those of the common news APIs and ninjs;
`mapping` says where another tool keeps what. Nothing is cleaned here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from storage.operations import Header, Page
from tasks.extract.refusal import Refusal
from tasks.extract.sources.printable import printable, without_controls

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
MAPPING_HEADER = "newslake-fields"
MAX_DEPTH = 50

# Where each of our fields may stand, most trusted first; a dot leads into an object or, with a number, a list.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "html.responded_url", "html.requested_url", "link", "article_url", "href", "uri"),
    "canonical_url": ("canonical_link", "canonical_url", "canonical"),
    "title": ("title", "headline", "headlines.0.value", "title_page", "title_rss", "name"),
    "text": (
        "maintext", "text", "plaintext", "body", "article_body", "articleBody", "content", "full_text", "body_text",
        "raw_text", "bodies.0.value",
    ),
    "html": ("article_html", "body_html", "body_xhtml", "content_html", "raw_html", "html.content", "html"),
    "authors": ("authors", "author", "byline", "by", "creator", "byline_text"),
    "published": (
        "date_publish", "publish_date", "publishing_date", "published_at", "publishedAt", "published",
        "date_published", "datePublished", "published_date", "publication_date", "pub_date", "pubDate",
        "firstcreated", "date", "datetime", "timestamp", "created_at", "versioncreated",
    ),
    "modified": (
        "date_modify", "modified_at", "dateModified", "date_modified", "updated_at", "updated", "versioncreated",
    ),
    "fetched": ("date_download", "html.crawl_date", "crawl_date", "crawled_at", "download_date", "scraped_at"),
    "description": ("description", "meta_description", "summary", "abstract", "lead", "description_text", "excerpt"),
    "image_url": ("image_url", "top_image", "meta_img", "image", "urlToImage", "cover_url", "images.0.url", "images.0"),
    "language": ("language", "lang", "meta_lang"),
    "section": ("section", "category", "sections.0", "genre"),
    "tags": ("tags", "topics", "keywords", "meta_keywords", "categories"),
    "source_name": (
        "meta_site_name", "source_name", "publisher", "source.name", "site_name", "html.source_info.publisher",
        "source", "source_domain", "outlet",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonArticle:
    """The fields of one object. Dates stand as written; `text` has its line breaks, `html` its markup."""

    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    text: str | None = None
    html: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    fetched: str | None = None
    description: str | None = None
    image_url: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    source_name: str | None = None


def json_article(body: bytes, mapping: Mapping[str, str] | None = None) -> JsonArticle | Refusal:
    """Read one JSON object as an article; `mapping` gives, per field of ours, the path at which it stands there."""
    value = parsed_json(body)
    if not isinstance(value, dict):
        found = "not valid JSON" if isinstance(value, Refusal) else f"a JSON {type(value).__name__}"
        return Refusal(
            locator="", reason="not_an_article", detail=f"An article must be a JSON object; this is {found}."
        )
    paths = _paths(mapping or {})
    text, html = _text(value, paths["text"]), _prose(_first(value, paths["html"], str))
    if text and html is None and text.lstrip().startswith("<") and "</" in text:
        text, html = None, text
    return JsonArticle(
        url=_address(value, paths["url"]),
        canonical_url=_address(value, paths["canonical_url"]),
        title=_line(value, paths["title"]),
        text=text,
        html=html,
        authors=_names(value, paths["authors"]),
        published=_line(value, paths["published"]),
        modified=_line(value, paths["modified"]),
        fetched=_line(value, paths["fetched"]),
        description=_line(value, paths["description"]),
        image_url=_line(value, paths["image_url"]),
        language=_line(value, paths["language"]),
        section=_line(value, paths["section"]),
        tags=_names(value, paths["tags"]),
        source_name=_line(value, paths["source_name"]),
    )


def mapping_of(page: Page) -> dict[str, str]:
    """The field mapping that a page of format json_article was received with."""
    stated = next((header.value for header in page.headers if header.name == MAPPING_HEADER), "")
    return dict(pair.split("=", 1) for pair in stated.split("; ") if "=" in pair)


def mapping_header(mapping: Mapping[str, str]) -> tuple[Header, ...]:
    """The mapping as it is stored with a page, so that the page alone suffices to clean it again."""
    if unknown := sorted(set(mapping) - set(FIELDS)):
        raise ValueError(f"A field mapping names {unknown}, which are no fields of ours; known are {sorted(FIELDS)}.")
    value = "; ".join(f"{field}={path}" for field, path in sorted(mapping.items()))
    return (Header(name=MAPPING_HEADER, value=value),) if mapping else ()


def parsed_json(body: bytes) -> Json | Refusal:
    """Parse JSON in UTF-8, UTF-16 or UTF-32, control characters in strings allowed."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        value: Json = json.loads(body.decode(json.detect_encoding(body), "surrogatepass"), strict=False)
    except RecursionError:
        return Refusal(locator="", reason="too_deep", detail="The JSON is nested too deeply to be read.")
    except ValueError as error:
        return Refusal(locator="", reason="invalid_json", detail=f"Not valid JSON: {error}.")
    return value


def json_items(value: Json) -> list[Json]:
    """The articles of a JSON document: of a list, of an object that holds one list of objects, or the object itself."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not is_article(value):
        for name in ("articles", "items", "results", "data", "docs", "documents", "news", "stories"):
            inner = value.get(name)
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                return inner
    return [value]


def is_article(value: Json, mapping: Mapping[str, str] | None = None) -> bool:
    """An object with a text, or with a title and an address, is an article."""
    if not isinstance(value, dict):
        return False
    paths = _paths(mapping or {})
    if _text(value, paths["text"]) or _first(value, paths["html"], str):
        return True
    return bool(_line(value, paths["title"]) and _address(value, paths["url"]))


def _paths(mapping: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Our field names to the paths to try; a mapped path comes first and the usual ones stay behind it."""
    return {field: ((mapping[field],) if field in mapping else ()) + usual for field, usual in FIELDS.items()}


def _at(value: Json, path: str) -> Json:
    """What stands at a dotted path; None where the path leads nowhere."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _first(value: Json, paths: tuple[str, ...], *types: type) -> Json:
    """The first value of one of the types that is not empty."""
    for path in paths:
        found = _at(value, path)
        if isinstance(found, types) and not isinstance(found, bool) and found not in ("", 0, [], {}):
            return found
    return None


def _line(value: Json, paths: tuple[str, ...]) -> str | None:
    found = _first(value, paths, str, int, float)
    return None if found is None else printable(str(found))


def _address(value: Json, paths: tuple[str, ...]) -> str | None:
    found = (_line(value, (path,)) for path in paths)
    return next((url for url in found if url and url.lower().startswith(("http://", "https://"))), None)


def _names(value: Json, paths: tuple[str, ...]) -> tuple[str, ...]:
    """A list of names, of objects with a name, or one string; repetitions dropped."""
    found = _first(value, paths, list, str, dict)
    entries = found if isinstance(found, list) else [found]
    names = (
        printable(
            str(_first(entry, ("name", "title", "value", "term"), str) or "" if isinstance(entry, dict) else entry)
        )
        for entry in entries
        if isinstance(entry, str | dict)
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _text(value: Json, paths: tuple[str, ...]) -> str | None:
    for path in paths:
        if text := _prose("\n\n".join(_passages(_at(value, path)))):
            return text
    return None


def _passages(value: Json, depth: int = 0) -> Iterator[str]:
    """Strings in reading order: a string, a list of paragraphs, or Fundus' object of summary and sections."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list) and depth < MAX_DEPTH:
        for part in value:
            yield from _passages(part, depth + 1)
    elif isinstance(value, dict) and depth < MAX_DEPTH:
        for name in ("summary", "headline", "sections", "paragraphs", "text", "content", "value"):
            yield from _passages(value.get(name), depth + 1)


def _prose(value: Json) -> str | None:
    """Text without the characters that no column may hold; None where nothing remains."""
    return (without_controls(value).strip() or None) if isinstance(value, str) else None
