"""Clean mutated pages: every one must become an article or a refusal with a reason, and none may raise.

    python -m benchmarks.fuzz_pages DIR [--count 10000] [--seed 42]

DIR holds pages as `*.html` or `*.html.gz`, at any depth. The same seed makes the same pages.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from storage.operations import Page
from storage.records import Article
from tasks.extract.article import article
from tasks.extract.refusal import Refusal

_LARGEST = 60_000  # bytes of a page before it is mutated
_FETCHED = datetime(2026, 1, 2, tzinfo=UTC)
_POISON = (
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&#8;", b"&#xFFFE;", b"\x00", b"\x1b[31m", b"\xed\xa0\x80",
    b"\xff\xfe", b"\xc3", b"<![CDATA[", b"<!--", b"-->", b"]]>", b"<table>", b"</div></div>", b"<script>", b"<title>",
    b"<base href='http://[::bad'>", b"<meta charset=utf-7>",
    b"<meta property='article:published_time' content='9999-99'>", b"<time datetime='0000-00-00'>1</time>",
    b'<script type="application/ld+json">{"@type":"NewsArticle","author":[[{}]]',
    b'<script type="application/ld+json">[{"@type":["Article"],"headline":{"a":1},"datePublished":-1}]</script>',
    "<p dir=rtl>\u202eabc\ufeff\ufffd</p>".encode(),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args(arguments)
    originals = pages_below(options.directory)
    if not originals:
        print(f"{options.directory} holds no *.html and no *.html.gz; give a directory of pages.", file=sys.stderr)
        return 2
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number, body in enumerate(mutants(originals, options.count, options.seed)):
        started = process_time()
        try:
            outcomes[outcome(body)] += 1
        except Exception as error:  # noqa: BLE001  what is looked for
            outcomes[f"RAISED {type(error).__name__}: {error}"[:120]] += 1
            Path(f"raised-{options.seed}-{number}.html").write_bytes(body)
        slowest = max(slowest, process_time() - started)
    for name, times in outcomes.most_common():
        print(f"{times:6} {name}")
    print(f"{options.count} mutants of {len(originals)} pages, seed {options.seed}, slowest {slowest:.2f} CPU s")
    return 1 if any(name.startswith("RAISED") for name in outcomes) else 0


def pages_below(directory: Path) -> list[bytes]:
    """The pages of a directory, cut to a size at which thousands can be tried."""
    paths = sorted(path for path in directory.rglob("*") if path.name.endswith((".html", ".html.gz")))
    bodies = (path.read_bytes() for path in paths)
    return [(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)[:_LARGEST] for body in bodies]


def mutants(originals: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` pages, each an original after one to four mutations."""
    dice = random.Random(seed)

    def mutant(_: int) -> bytes:
        body = dice.choice(originals)
        for _ in range(dice.randint(1, 4)):
            body = dice.choice(_MUTATIONS)(body, dice, originals)
        return body

    return map(mutant, range(count))


def outcome(body: bytes) -> str:
    """`article`, or the reason of the refusal. An article's text must be fit to store."""
    page = Page(
        raw_id="mutant", source_id="fuzz", locator="mutant", url="https://example.org/2021/07/18/a", format="html",
        headers=(), body=body, body_sha256=hashlib.sha256(body).hexdigest(), fetched_at=_FETCHED, entry_authors=(),
        entry_tags=(),
        entry_enclosures=(),
    )  # fmt: skip
    result = article(page)
    if isinstance(result, Refusal):
        return result.reason
    assert isinstance(result, Article)
    result.text.encode()
    assert [result.text[part.start : part.end] for part in result.paragraphs] == result.text.split("\n\n")
    assert not any(ord(character) < 32 and character != "\n" for character in result.text)
    return "article"


Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def _cut(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _drop(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    start = dice.randrange(len(body) + 1)
    return body[:start] + body[start + dice.randrange(2_000) :]


def _splice(body: bytes, dice: random.Random, originals: Sequence[bytes]) -> bytes:
    other = dice.choice(originals)
    return body[: dice.randrange(len(body) + 1)] + other[dice.randrange(len(other) + 1) :]


def _flip(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(min(len(changed), 40)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _poison(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    for _ in range(8):
        at = dice.randrange(len(body) + 1)
        body = body[:at] + dice.choice(_POISON) + body[at:]
    return body


def _nest(body: bytes, dice: random.Random, _: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(body) + 1)
    return body[:at] + b"<div>" * dice.choice((50, 260, 1_000)) + body[at:]


_MUTATIONS: tuple[Mutation, ...] = (_cut, _drop, _splice, _flip, _poison, _nest)


if __name__ == "__main__":
    sys.exit(main())
