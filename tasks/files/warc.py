"""WARC files, as Common Crawl's news crawl and browsers' archives have them: record by record, bounded, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from storage.operations import Header
from tasks.extract.refusal import Refusal
from tasks.extract.sources.printable import printable, without_controls
from tasks.extract.sources.received import Document, Received, page
from tasks.extract.sources.sniff import Kind, sniff

MAX_RECORD = 20 * 1024**2  # bytes, decoded


def warc(path: Path, archive: Document) -> Iterator[Received]:
    """The HTML pages of an archive. Other resources are no articles and are skipped; a damaged end is told."""
    number = 0
    try:
        with path.open("rb") as stream:
            kinds = WarcRecordType.response | WarcRecordType.resource
            for record in ArchiveIterator(stream, record_types=kinds, parse_http=True, auto_decode="all"):
                number += 1
                yield _record(record, archive, number)
    except (OSError, ValueError, EOFError) as error:
        reason = printable(str(error), 200) or type(error).__name__
        detail = f"{archive.locator} can't be read behind record {number} ({reason}); the records before are kept."
        yield Received(refusals=(Refusal(locator=archive.locator, reason="truncated", detail=detail),))
        return
    if number == 0:
        detail = f"{archive.locator} holds no response that was archived."
        yield Received(refusals=(Refusal(locator=archive.locator, reason="empty", detail=detail),))


def _record(record: WarcRecord, archive: Document, number: int) -> Received:
    locator = f"{archive.locator}#{number}"
    url = printable((record.headers.get("WARC-Target-URI") or "").strip("<>"))
    status = record.http_headers.status_code if record.http_headers else None
    body = record.reader.read(MAX_RECORD + 1)
    if len(body) > MAX_RECORD:
        detail = f"{locator} ({url}) is larger than {MAX_RECORD} bytes; no article is."
        return Received(refusals=(Refusal(locator=locator, reason="too_large", detail=detail),))
    if status not in (None, 200) or sniff(body, url or "") is not Kind.HTML:
        return Received(skipped=(locator,))
    headers = record.http_headers.astuples() if record.http_headers else ()
    document = replace(
        archive,
        locator=locator,
        body=body,
        url=url if url and url.startswith(("http://", "https://")) else None,
        media_type=printable(_header(headers, "content-type")),
        status=status,
        headers=tuple(Header(name=name.lower(), value=without_controls(value)) for name, value in headers),
        fetched_at=record.record_date or archive.fetched_at,
    )
    return Received(pages=(page(document, "html"),))


def _header(headers: tuple[tuple[str, str], ...] | list[tuple[str, str]], wanted: str) -> str | None:
    return next((value for name, value in headers if name.lower() == wanted), None)
