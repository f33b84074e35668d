"""Clean a directory of pages with known truth, write predictions, and measure rate and body F1 beside other tools.

    python -m benchmarks.pages DIR --out FILE [--beside]

DIR holds `truth.jsonl` (one object a page: `id`, `file`, `url`, and what is true of it: `title`, `date`, `text`) and,
if it has feeds, `feeds_truth.jsonl` (`id`, `file`). FILE gets one object a line: pages
`{"id", "title", "author", "date", "text"}`, feeds `{"id", "n", "title", "link", "date", "feed_title"}`.
With `--beside` trafilatura, and newspaper4k and news-please where they are installed, read the same pages in turn;
what they made of them goes to `FILE.trafilatura` and so on, and their figures are printed beside ours.
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

from benchmarks.page_readers import Reader, page_readers
from benchmarks.page_scores import page_scores
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
    parser.add_argument("--beside", action="store_true", help="other tools read the same pages in turn")
    options = parser.parse_args(arguments)
    if not (options.directory / "truth.jsonl").is_file():
        print(f"{options.directory} has no truth.jsonl; give the directory that holds it.", file=sys.stderr)
        return 2
    now = datetime.now(UTC)
    pages = list(_pages(options.directory, now))
    reasons: Counter[str] = Counter()
    readers: dict[str, Reader] = {"newslake": lambda page: _ours(page, reasons)}
    readers |= page_readers() if options.beside else {}
    for page in pages[:_WARM_UP]:
        for reader in readers.values():
            reader(page)
    reasons.clear()
    read, seconds = _measured(pages, readers)
    truths = {truth["id"]: truth for truth in _lines(options.directory / "truth.jsonl")}
    for name, found in read.items():
        lines = [{"id": key, **fields} for key, fields in found.items() if fields]
        lines += list(_feeds(options.directory, now)) if name == "newslake" else []
        path = options.out if name == "newslake" else Path(f"{options.out}.{name}")
        path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
        rate = len(pages) / max(seconds[name], 1e-9)
        print(f"{name}: {page_scores(truths, found)}; {rate:.1f} pages per CPU second")
    print(f"refused: {dict(reasons) or 'none'}; trafilatura {version('trafilatura')}, lxml {version('lxml')}")
    return 0


def _measured(
    pages: list[Page], readers: dict[str, Reader]
) -> tuple[dict[str, dict[str, dict[str, Any]]], dict[str, float]]:
    """What each tool read off each page, and the CPU seconds that it took."""
    read: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in readers}
    seconds = dict.fromkeys(readers, 0.0)
    for page in pages:
        for name, reader in readers.items():
            started = process_time()
            read[name][page.locator] = reader(page)
            seconds[name] += process_time() - started
    return read, seconds


def _ours(page: Page, reasons: Counter[str]) -> dict[str, Any]:
    result = article(page)
    if isinstance(result, Refusal):
        reasons[result.reason] += 1
        return {}
    return _prediction(result)


def _prediction(found: Article) -> dict[str, Any]:
    """Who signed are people and bodies; the day is the publisher's, none where only the time of fetching is known."""
    return {
        "title": found.title,
        "author": [*found.authors, *found.organisations],
        "date": found.published_local_date.isoformat() if found.published_local_date else None,
        "text": found.text,
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
