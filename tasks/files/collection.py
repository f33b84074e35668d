"""A file or folder as a source: saved feeds find their saved pages, everything else is read in order of its name."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.operations import Source
from tasks.extract.refusal import Refusal
from tasks.extract.sources.css_hint import css_header
from tasks.extract.sources.page_address import HEAD, address_key, page_address
from tasks.extract.sources.receive import json_line, receive
from tasks.extract.sources.received import Document, Pending, Received, merged, page
from tasks.extract.sources.sniff import Kind, is_note, sniff
from tasks.files.read import MAX_LINE, Truncated, lines, read_document, read_head
from tasks.files.walk import Found, inside, locator, walk
from tasks.files.warc import warc

BATCH = 200  # lines of a JSON Lines file that are handed on together


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file whose beginning was looked at."""

    found: Found
    kind: Kind | Refusal
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """One source that is a path. Received = pages + refusals; a page that a feed claims is received once, with it."""

    source: Source
    root: Path
    now: datetime

    def received(self) -> Iterator[Received]:
        """Everything the path holds, file by file, long files in batches; nothing is pending any more."""
        files = list(walk(self.root))
        seen = {file.path: _look(file) for file in files if isinstance(file, Found) and not self._is_note(file)}
        known = {key: file.found.path for file in reversed(list(seen.values())) for key in file.addresses}
        claimed: dict[Path, str] = {}
        feeds = {path: self._feed(file, known, claimed) for path, file in seen.items() if file.kind in _FEEDS}
        for file in files:
            if isinstance(file, Refusal):
                yield Received(refusals=(file,))
            elif file.path not in seen:
                yield Received(skipped=(file.locator,))
            elif file.path in feeds:
                yield feeds[file.path]
            elif file.path not in claimed:
                yield from self._file(seen[file.path])

    def _is_note(self, file: Found) -> bool:
        return file.path != self.root and is_note(file.locator)

    def _file(self, file: _Seen) -> Iterator[Received]:
        if file.kind is Kind.WARC:
            yield from warc(file.found.path, self._of(file.found, b""))
            return
        if file.kind is Kind.JSON_LINES:
            yield from self._json_lines(file.found)
            return
        document = self._document(file.found)
        if isinstance(document, Refusal):
            yield Received(refusals=(document,))
        else:
            yield receive(document, dict(self.source.fields))

    def _feed(self, file: _Seen, known: Mapping[str, Path], claimed: dict[Path, str]) -> Received:
        """Each entry becomes its saved page, what the feed itself gives of it, or a refusal."""
        document = self._document(file.found)
        if isinstance(document, Refusal):
            return Received(refusals=(document,))
        received = receive(document)
        parts = [replace(received, pending=())]
        for pending in received.pending:
            path = self._saved(pending.link, file.found, known)
            if path is None:
                parts.append(_without_page(pending))
            elif path in claimed:
                parts.append(_repeated(pending, claimed[path]))
            else:
                claimed[path] = pending.locator
                parts.append(self._page(path, pending))
        return merged(parts)

    def _page(self, path: Path, pending: Pending) -> Received:
        document = self._document(Found(path, locator(path, self._base())))
        if isinstance(document, Refusal):
            return Received(refusals=(document,))
        kind = sniff(document.body, document.locator)
        if kind is not Kind.HTML:
            detail = f"{document.locator}, to which {pending.locator} links, is no HTML page. Save the page again."
            return Received(refusals=(Refusal(locator=document.locator, reason="not_html", detail=detail),))
        name, language = pending.source_name, pending.language
        return Received(pages=(page(document, "html", source_name=name, language=language, entry=pending.entry),))

    def _saved(self, link: str, feed: Found, known: Mapping[str, Path]) -> Path | None:
        """The saved page meant: relative to the feed, in a mirror named by host, or by the page's own address."""
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        path = unquote(parts.path).lstrip("/")
        if not parts.scheme and not parts.netloc:
            candidates = [feed.path.parent / path]
        elif parts.scheme in ("http", "https"):
            if (key := address_key(link)) in known:
                return known[str(key)]
            mirrors = [folder / parts.netloc / path for folder in (feed.path.parent, self._base())]
            candidates = [form for mirror in mirrors for form in _forms(mirror)]
        else:
            return None
        return next((candidate for candidate in candidates if path and self._is_ours(candidate)), None)

    def _is_ours(self, path: Path) -> bool:
        try:
            return path.is_file() and inside(path, self._base())
        except (OSError, ValueError):  # a name with a NUL, or longer than the file system allows
            return False

    def _json_lines(self, file: Found) -> Iterator[Received]:
        batch: list[Received] = []
        try:
            for number, line in enumerate(lines(file.path), start=1):
                batch.append(self._line(file, number, line))
                if len(batch) == BATCH:
                    yield merged(batch)
                    batch = []
        except (OSError, zlib.error, Truncated) as error:
            detail = f"{file.locator} ends early or is damaged ({error or 'cut off'}); the lines before are kept."
            batch.append(Received(refusals=(Refusal(locator=file.locator, reason="truncated", detail=detail),)))
        yield merged(batch)

    def _line(self, file: Found, number: int, line: bytes | None) -> Received:
        if line is None:
            detail = f"Line {number} of {file.locator} is longer than {MAX_LINE // 1024**2} MiB; no article is."
            return Received(refusals=(Refusal(locator=f"{file.locator}#{number}", reason="too_large", detail=detail),))
        return json_line(self._of(file, line), number, dict(self.source.fields))

    def _document(self, file: Found) -> Document | Refusal:
        body = read_document(file.path, file.locator)
        return body if isinstance(body, Refusal) else self._of(file, body)

    def _of(self, file: Found, body: bytes) -> Document:
        return Document(
            source_id=self.source.source_id,
            source_name=self.source.name,
            locator=file.locator,
            body=body,
            fetched_at=self.now,
            headers=css_header(self.source.css),
        )

    def _base(self) -> Path:
        return self.root if self.root.is_dir() else self.root.parent


_FEEDS = {Kind.FEED, Kind.JSON_FEED, Kind.SITEMAP}


def _look(file: Found) -> _Seen:
    head = read_head(file.path, HEAD)
    kind = sniff(head, file.locator)
    if kind not in _FEEDS and b"jsonfeed.org/version" in head[:1024]:
        kind = Kind.JSON_FEED
    return _Seen(file, kind, page_address(head) if kind is Kind.HTML else ())


def _forms(path: Path) -> tuple[Path, ...]:
    """The names that mirroring tools give a page."""
    return path, path.with_name(f"{path.name}.html"), path / "index.html"


def _without_page(pending: Pending) -> Received:
    if pending.fallback is not None:
        return Received(pages=(pending.fallback,))
    detail = (
        f"{pending.locator} links to {pending.link}, which is not saved beside the feed, and holds no content itself. "
        "Save the page, or ingest the feed by its address so that its pages are fetched."
    )
    return Received(refusals=(Refusal(locator=pending.locator, reason="page_not_saved", detail=detail),))


def _repeated(pending: Pending, first: str) -> Received:
    detail = f"{pending.locator} links to a page that was received with {first}; nothing is lost."
    return Received(refusals=(Refusal(locator=pending.locator, reason="duplicate_entry", detail=detail),))
