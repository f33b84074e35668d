"""Damage feeds at random and see that nothing crashes, hangs, or takes its neighbours along.

    python -m benchmarks.fuzz_feeds --count 10000 [--seed 7] [--inputs DIR]

Prints one JSON object: inputs, crashes, hangs over 30 s, refusals by reason, the slowest input, and the share of
untouched items that were kept. Exit code 1 if one of the promises does not hold. Without `--inputs` (a folder of
*.xml, *.rss, *.atom, plain or gzip) the feeds of `seeds/` are damaged, with ten times their items.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed import feed

SEEDS = Path(__file__).resolve().parent.parent / "seeds/collection"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HANG = 30  # seconds
KEPT = 0.99
SPICES = (
    b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&#8;", b"&#xFFFE;", b"&nbsp;", b"&", b"<", b">", b"]]>",
    b"<![CDATA[", b"<!--", b"-->", b"\x00", b"\x08", b"\xff", b"\xc3", b"\xed\xa0\x80", b'"', b"</item>", b"<item>",
    b"</entry>", b"<entry>", b"</p>", b"<p>", b"<script>", b"{", b"}", b"&lt;", b"<a href=",
    b"<georss:point>x</georss:point>", b"<gml:pos>", b"xmlns:x=", b"<?xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"\xef\xbb\xbf", b"+ADw-", b" " * 500,
)  # fmt: skip


@dataclass
class Report:
    """What the run came to."""

    inputs: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: int = 0
    unexplained: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    slowest_seconds: float = 0.0
    untouched: int = 0
    kept: int = 0

    @property
    def is_good(self) -> bool:
        return not self.crashes and not self.hangs and not self.unexplained and self.kept >= KEPT * self.untouched


class _Hang(Exception):
    """An input took longer than it may."""


def damaged(data: bytes, chance: random.Random) -> tuple[bytes, int, int]:
    """The data with one place changed, and which stretch of the original it was."""
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((0, 0, 1, 1, 2, 4, 16, 64)))
    kind = chance.randrange(5)
    if kind == 0:
        new = chance.choice(SPICES)
    elif kind == 1:
        new = b""
        end = max(end, at + 1)
    elif kind == 2:
        new, end = bytes([data[at] ^ (1 << chance.randrange(8))]), at + 1
    elif kind == 3:
        new = data[at:end] * 2 or chance.choice(SPICES)
    else:
        new = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
    return data[:at] + new + data[end:], at, end


def damage(original: bytes, chance: random.Random, report: Report) -> None:
    """Damage a feed once; the items whose bytes were not touched must be there."""
    changed, at, end = damaged(original, chance)
    result = feed(changed, NOW)
    titles = {entry.title for entry in result.entries} if not isinstance(result, Refusal) else set()
    for match in re.finditer(rb"<(item|entry)[\s>].*?</\1>", original, re.DOTALL):
        if not (at < match.end() and end >= match.start()):
            report.untouched += 1
            report.kept += _title(match[0]) in titles
    if isinstance(result, Refusal):
        _explained(result, report)


def _explained(refusal: Refusal, report: Report) -> None:
    report.refused[refusal.reason] = report.refused.get(refusal.reason, 0) + 1
    report.unexplained += not refusal.detail


@cache
def _title(item: bytes) -> str | None:
    entry = feed(
        b"<rss><channel>" + item.replace(b"<entry", b"<item").replace(b"</entry", b"</item") + b"</channel></rss>", NOW
    )
    return entry.entries[0].title if not isinstance(entry, Refusal) and entry.entries else None


def run(inputs: list[bytes], count: int, seed: int) -> Report:
    """Damage and read `count` times."""
    chance, report = random.Random(seed), Report()
    signal.signal(signal.SIGALRM, _hang)
    for number in range(count):
        original = inputs[number % len(inputs)]
        started = time.process_time()
        signal.alarm(HANG)
        try:
            damage(original, chance, report)
        except _Hang:
            report.hangs += 1
        except Exception:  # noqa: BLE001  whatever is raised here is what the run is looking for
            report.crashes.append(traceback.format_exc()[-600:])
        finally:
            signal.alarm(0)
        report.inputs += 1
        report.slowest_seconds = max(report.slowest_seconds, time.process_time() - started)
    return report


def _hang(*_: object) -> None:
    raise _Hang


def _inputs(folder: Path | None) -> list[bytes]:
    endings = (".rss", ".atom", ".xml", ".xml.gz")
    paths = [path for path in sorted((folder or SEEDS).rglob("*")) if path.name.endswith(endings)]
    bodies = (path.read_bytes() for path in paths)
    opened = [gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body for body in bodies]
    return opened if folder else [_many(body) for body in opened]


def _many(body: bytes) -> bytes:
    """The feed with ten times its items, each with a title of its own."""
    match = re.search(rb"<(item|entry)>.*</\1>", body, re.DOTALL)
    if match is None:
        return body
    copies = [match[0].replace(b"<title>", b"<title>%d " % number) for number in range(10)]
    return body[: match.start()] + b"\n".join(copies) + body[match.end() :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=Path)
    given = parser.parse_args()
    inputs = _inputs(given.inputs)
    report = run(inputs, given.count, given.seed)
    shown = report.__dict__ | {"crashes": len(report.crashes), "crash": report.crashes[:1], "originals": len(inputs)}
    print(json.dumps(shown, indent=2))
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
