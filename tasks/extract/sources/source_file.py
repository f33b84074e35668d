"""`sources.toml`: the sources an operator has declared, and how a new one is written down.

[[source]]
id = "harbour-gazette"                       # letters, digits and dashes; rows carry it as source_id
address = "https://harbour-gazette.example/rss"   # of a feed, a sitemap, or a path
name = "Harbour Gazette"                     # optional, as all below
language = "en"
licence = "agreement of 2026-01-02"
interval_minutes = 60                        # at least 15; by default the feed's own rhythm, at least 60
pages = "needed"                             # needed, always or never: fetch the pages behind entries
headers = {authorization = "env:GAZETTE_TOKEN"}   # sent to this site only; the secret stays in the environment
fields = {text = "story.body"}               # of JSON: where our fields stand
css = "div.story-body"                       # selects the article on the site's pages, where cleaning errs
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta

from storage.operations import Header, Source
from tasks.extract.sources.css_hint import css_complaint
from tasks.extract.sources.json_articles import FIELDS

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_KEYS = {"id", "address", "name", "language", "licence", "interval_minutes", "pages", "headers", "fields", "css"}
_PAGES = ("needed", "always", "never")
MIN_INTERVAL = 15  # minutes

Secret = Callable[[str], str | None]


class InvalidSources(ValueError):
    """The file of sources can't be used; the message names the source, what is wrong and what may stand there."""


def source_file(content: bytes, secret: Secret) -> tuple[Source, ...]:
    """Read the file; `secret` looks up what `env:NAME` refers to. Raises InvalidSources."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSources(f"the file of sources is not valid TOML: {error}") from error
    tables = document.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InvalidSources("the file of sources must consist of [[source]] tables")
    sources = tuple(_source(table, secret) for table in tables)
    ids = [source.source_id for source in sources]
    for repeated in sorted({name for name in ids if ids.count(name) > 1}):
        raise InvalidSources(f"the id {repeated!r} is used twice; give each source its own")
    return sources


def written(source: Source) -> str:
    """A source as it is appended to the file; strings of JSON are strings of TOML."""
    lines = ["", "[[source]]", f"id = {_quoted(source.source_id)}", f"address = {_quoted(source.address)}"]
    for key, value in (("name", source.name), ("language", source.language), ("licence", source.licence)):
        if value:
            lines.append(f"{key} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def source_id(name: str, taken: frozenset[str] = frozenset()) -> str:
    """An id made from a name or host, unlike those that are taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-") or "source"
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)


def _source(table: Mapping[str, object], secret: Secret) -> Source:
    name = table.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise InvalidSources(f"a source has the id {name!r}; an id is of small letters, digits and dashes")
    if unknown := sorted(set(table) - _KEYS):
        raise InvalidSources(f"source {name}: unknown {unknown}; known are {sorted(_KEYS)}")
    address = _string(name, table, "address")
    if not address:
        raise InvalidSources(f"source {name} has no address; give that of a feed, a sitemap or a path")
    minutes = table.get("interval_minutes")
    if minutes is not None and (not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < MIN_INTERVAL):
        raise InvalidSources(f"source {name}: interval_minutes is {minutes!r}; give {MIN_INTERVAL} or more")
    pages = _string(name, table, "pages") or "needed"
    if pages not in _PAGES:
        raise InvalidSources(f"source {name}: pages is {pages!r}; it may be {', '.join(_PAGES)}")
    fields = _pairs(name, table, "fields")
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise InvalidSources(f"source {name}: fields names {unknown}; known are {sorted(FIELDS)}")
    css = _string(name, table, "css")
    if css and (complaint := css_complaint(css)):
        raise InvalidSources(f"source {name}: css is {css[:100]!r}; {complaint}. Give one like 'div.story-body'")
    return Source(
        source_id=name,
        address=address,
        name=_string(name, table, "name"),
        language=_string(name, table, "language"),
        licence=_string(name, table, "licence"),
        interval=timedelta(minutes=minutes) if isinstance(minutes, int) else None,
        pages=pages,
        headers=tuple(_header(name, header, value, secret) for header, value in _pairs(name, table, "headers").items()),
        fields=tuple(sorted(fields.items())),
        css=css,
    )


def _header(name: str, header: str, value: str, secret: Secret) -> Header:
    if value.startswith("env:"):
        found = secret(value.removeprefix("env:"))
        if found is None:
            raise InvalidSources(f"source {name} needs the secret {value.removeprefix('env:')}, which is not set")
        value = found
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", header) or any(ord(character) < 32 for character in value):
        raise InvalidSources(f"source {name}: {header!r} is no header that can be sent")
    return Header(name=header, value=value)


def _string(name: str, table: Mapping[str, object], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidSources(f"source {name}: {key} is {value!r}; give text in quotation marks")
    return value or None


def _pairs(name: str, table: Mapping[str, object], key: str) -> dict[str, str]:
    value = table.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise InvalidSources(f'source {name}: {key} must be a table of text, such as {{a = "b"}}')
    return value


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(character for character in escaped if ord(character) >= 32) + '"'
