"""Clean a directory of pages with known truth, write predictions, and measure the rate beside trafilatura's own.

    python -m benchmarks.pages DIR --out FILE [--beside FILE]

DIR holds `truth.jsonl` (one object a page: `id`, `file`, `url`) and, if it has feeds, `feeds_truth.jsonl` (`id`,
`file`). Only those fields are read; the truth itself is for the scorer. FILE gets one object a line:
pages `{"id", "title", "author", "date", "text"}`, feeds `{"id", "n", "title", "link", "date", "feed_title"}`.
With `--beside` plain trafilatura with metadata reads the same pages in turn, and its predictions go there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any

from trafilatura import bare_extraction

from storage.operations import Page
from storage.records import Article
from tasks.extract.article import article
from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed import feed

_WARM_UP = 5  # pages: the first load language models and stop lists


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--out", type=Path, default=Path("predictions.jsonl"))
    parser.add_argument("--beside", type=Path, help="also run plain trafilatura and write its predictions here")
    options = parser.parse_args(arguments)
    if not (options.directory / "truth.jsonl").is_file():
        print(f"{options.directory} has no truth.jsonl; give the directory that holds it.", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    pages = list(_pages(options.directory, now))
    for page in pages[:_WARM_UP]:
        article(page)
        _plain(page)
    lines, rivals, seconds, reasons = _measured(pages, beside=options.beside is not None)
    lines += list(_feeds(options.directory, now))
    options.out.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
    if options.beside:
        options.beside.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in rivals), "utf-8")
    for name, spent in seconds.items():
        print(
            f"{name}: {len(pages)} pages, {spent:.1f} CPU s, {len(pages) / max(spent, 1e-9):.1f} pages per CPU second"
        )
    print(f"refused: {dict(reasons) or 'none'}; trafilatura {version('trafilatura')}, lxml {version('lxml')}")
    return 0


def _measured(
    pages: list[Page], *, beside: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, float], Counter[str]]:
    lines: list[dict[str, Any]] = []
    rivals: list[dict[str, Any]] = []
    seconds = {"newslake": 0.0}
    reasons: Counter[str] = Counter()
    for page in pages:
        started = process_time()
        result = article(page)
        seconds["newslake"] += process_time() - started
        if isinstance(result, Refusal):
            reasons[result.reason] += 1
        else:
            lines.append(_prediction(page, result))
        if beside:
            started = process_time()
            rival = _plain(page)
            seconds["trafilatura"] = seconds.get("trafilatura", 0.0) + process_time() - started
            rivals += [rival] if rival else []
    return lines, rivals, seconds, reasons


def _prediction(page: Page, found: Article) -> dict[str, Any]:
    """Who signed are people and bodies; the day is the publisher's, none where only the time of fetching is known."""
    return {
        "id": page.locator,
        "title": found.title,
        "author": [*found.authors, *found.organisations],
        "date": found.published_local_date.isoformat() if found.published_local_date else None,
        "text": found.text,
    }


def _plain(page: Page) -> dict[str, Any] | None:
    document = bare_extraction(page.body, url=page.url, with_metadata=True)
    if document is None:
        return None
    found = document.as_dict()
    authors = (found["author"] or "").split("; ")
    return {
        "id": page.locator,
        "title": found["title"],
        "author": authors,
        "date": found["date"],
        "text": found["text"],
    }


def _pages(directory: Path, now: datetime) -> Iterator[Page]:
    for truth in _lines(directory / "truth.jsonl"):
        body = _body(directory / truth["file"])
        yield Page(
            raw_id=truth["id"], source_id="benchmark", locator=truth["id"], url=truth.get("url"), format="html",
            headers=(), body=body, body_sha256=hashlib.sha256(body).hexdigest(), fetched_at=now,
            entry_authors=(), entry_tags=(), entry_enclosures=(),
        )  # fmt: skip


def _feeds(directory: Path, now: datetime) -> Iterator[dict[str, Any]]:
    path = directory / "feeds_truth.jsonl"
    for truth in _lines(path) if path.is_file() else ():
        found = feed(_body(directory / truth["file"]), now)
        if isinstance(found, Refusal):
            continue
        first = found.entries[0] if found.entries else None
        yield {
            "id": truth["id"],
            "n": len(found.entries),
            "feed_title": found.title,
            "title": first.title if first else None,
            "link": first.link if first else None,
            "date": first.published_at.isoformat() if first and first.published_at else None,
        }


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _body(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


if __name__ == "__main__":
    sys.exit(main())
