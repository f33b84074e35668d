"""`python -m benchmarks.duplicates`: how well and how fast articles that repeat others are found.

`accuracy FILE...` makes reprints of the texts in JSON lines with a field `text`; `speed --known N [--beside]` fills an
index with N articles and times 2,000 more, or does so with datasketch as its documentation shows.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.duplicates.accuracy import Figures, measure
from benchmarks.duplicates.speed import datasketch_plainly, ours

FEWEST_WORDS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    accuracy = commands.add_parser("accuracy")
    accuracy.add_argument("files", nargs="+", type=Path)
    accuracy.add_argument("--most", type=int, default=600, help="texts that are taken, at random")
    accuracy.add_argument("--seed", type=int, default=0)
    accuracy.add_argument("--out", type=Path, help="write what was missed and what was wrongly paired, as JSON lines")
    speed = commands.add_parser("speed")
    speed.add_argument("--known", type=int, default=100_000)
    speed.add_argument("--beside", action="store_true", help="datasketch in our place")
    given = parser.parse_args()
    if given.command == "speed":
        done = datasketch_plainly(given.known) if given.beside else ours(given.known)
        print(
            f"{done.known} known: {done.articles_per_second:.0f} articles/s, "
            f"{1000 * done.cpu_seconds_per_article:.1f} ms of CPU each, {done.found} found, "
            f"{done.bytes_kept / 1e6:.0f} MB kept, {done.peak_memory_bytes / 1e6:.0f} MB of memory at most"
        )
        return
    texts = list(_texts(given.files))
    random.Random(given.seed).shuffle(texts)
    figures = measure(_unlike(texts[: given.most]), seed=given.seed)
    _tell(figures)
    if given.out:
        given.out.write_text("".join(f"{json.dumps(row)}\n" for row in _faults(figures)), "utf-8")


def _texts(files: list[Path]) -> Iterator[str]:
    """Texts long enough, each once, in paragraphs."""
    seen = set()
    for file in files:
        for line in file.read_text("utf-8").strip().split("\n"):
            text = json.loads(line)["text"]
            paragraphs = "\n\n".join(part.strip() for part in text.split("\n") if part.strip())
            if len(text.split()) >= FEWEST_WORDS and text[:200] not in seen:
                seen.add(text[:200])
                yield paragraphs


def _unlike(texts: list[str]) -> list[str]:
    """Texts of which none is a copy already: each is compared with all others, by its runs of eight words."""
    kept: list[tuple[str, set[tuple[str, ...]]]] = []
    for text in texts:
        words = text.lower().split()
        runs = set(zip(*(words[at:] for at in range(8)), strict=False))
        if all(len(runs & others) < 0.2 * min(len(runs), len(others)) for _, others in kept):
            kept.append((text, runs))
    print(f"{len(kept)} of {len(texts)} texts; the others share a fifth of their runs of eight words with one of these")
    return [text for text, _ in kept]


def _tell(figures: Figures) -> None:
    print(f"{'made by':20} {'texts':>6} {'recall':>7}")
    for how, count in sorted(figures.there.items()):
        print(f"{how:20} {count:6} {figures.found[how] / count:7.4f}")
    print(f"{'all':20} {figures.there.total():6} {figures.recall:7.4f}")
    print(f"precision {figures.precision:.4f}: {figures.right} pairs right, {len(figures.wrong)} wrong")


def _faults(figures: Figures) -> Iterator[dict[str, object]]:
    for item in figures.missed:
        yield {"missed": item.how, "text": item.text}
    for one, other, row in figures.wrong:
        shares = (row.share_of_article, row.share_of_original)
        yield {"wrong": row.kind, "shares": shares, "made": (one.how, other.how), "texts": (one.text, other.text)}


if __name__ == "__main__":
    main()
