"""Articles and tokens per CPU second: the plain way beside ours, interleaved in one run.

    python -m benchmarks.throughput PAGES [--rounds 3] [--most 200] [--processes 1]

PAGES is a folder of saved pages (*.html, *.html.gz). Every measurement runs in a process of its own, so that no
side profits from what the other has warmed; its own and its children's CPU time count. The plain way is what a user
would write: trafilatura with metadata, `nlp(text)` for each text, `pandas.to_parquet`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.model import Model


@dataclass(frozen=True)
class Measured:
    """One measurement in one process. Loading libraries and the model is not in it, except where it must be."""

    articles: int
    tokens: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


def read_pages(folder: Path, most: int) -> list[bytes]:
    """The first `most` pages of a folder, by name."""
    paths = sorted(path for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))[:most]
    return [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in paths]


def read_texts(folder: Path, most: int) -> list[str]:
    """The texts of the pages, as trafilatura finds them."""
    import trafilatura

    texts = (trafilatura.extract(page) for page in read_pages(folder, most))
    return [text for text in texts if text and len(text) > 200]


def chain_plain(folder: Path, most: int, _: int) -> Measured:
    """What a user would write."""
    import pandas as pd
    import trafilatura

    from tasks.model import load_model

    nlp = load_model(is_fast=False).nlp
    pages = read_pages(folder, most)
    with Clock() as clock, tempfile.TemporaryDirectory() as target:
        kept = [found for page in pages if (found := trafilatura.bare_extraction(page, with_metadata=True))]
        docs = [nlp(found.text) for found in kept]
        pd.DataFrame({"text": [found.text for found in kept], "title": [found.title for found in kept]}).to_parquet(
            Path(target) / "articles.parquet"
        )
        mentions = [(n, ent.text, ent.label_) for n, doc in enumerate(docs) for ent in doc.ents]
        pd.DataFrame(mentions).to_parquet(Path(target) / "mentions.parquet")
    return clock.measured(len(kept), sum(map(len, docs)))


def chain_ours(folder: Path, most: int, processes: int) -> Measured:
    """`newslake ingest --plain`: raw pages, articles, four tables of annotations, ledger; model loading included."""
    from flows.naming import source_of_path
    from flows.pipeline import ingest_source
    from flows.settings import Settings, prepare_prefect
    from tasks.isolate import Workers

    prepare_prefect(quiet=True)
    with tempfile.TemporaryDirectory() as target:
        pages = Path(target) / "in"
        pages.mkdir()
        for number, page in enumerate(read_pages(folder, most)):
            (pages / f"{number:05}.html").write_bytes(page)
        settings = Settings(lake=f"{target}/lake", ledger=None, model="en_core_web_sm", workers=processes)
        with Clock() as clock, Workers(processes) as workers:
            tally = ingest_source(source_of_path(str(pages)), settings, workers, plain=True)
    return clock.measured(tally.kept, 0)


def spacy_stock(folder: Path, most: int, _: int) -> Measured:
    """`nlp.pipe` with its defaults."""
    from tasks.model import load_model

    return _spacy(folder, most, load_model(is_fast=False))


def spacy_numpy(folder: Path, most: int, _: int) -> Measured:
    """The same model through `tasks.extract.faster`, nothing compiled, caches cold at the start."""
    from tasks.model import load_model

    return _spacy(folder, most, load_model())


def spacy_compiled(folder: Path, most: int, _: int) -> Measured:
    """The same model with the walks compiled, caches cold at the start; compiling is not counted."""
    from tasks.model import compiled, load_model

    return _spacy(folder, most, compiled(load_model()))


def annotators(folder: Path, most: int, _: int) -> Measured:
    """Our annotators on top of parsed documents: what they add to the spaCy stage."""
    from datetime import UTC, datetime

    from tasks.extract.claims import claims
    from tasks.extract.context import Context
    from tasks.extract.events import events
    from tasks.extract.mentions import mentions
    from tasks.extract.places import places
    from tasks.extract.quotes import quotes
    from tasks.extract.timexes import timexes
    from tasks.model import load_model

    model = load_model()
    docs = list(model.nlp.pipe(read_texts(folder, most)))
    context = Context(published_at=datetime(2024, 5, 6, tzinfo=UTC), model_version=model.version)
    with Clock() as clock:
        for doc in docs:
            named, timed = places(doc, context, mentions(doc, context)), timexes(doc, context)
            said = quotes(doc, context, named)
            claims(doc, context, named, said, timed)
            events(doc, context, named, said, timed)
    return clock.measured(len(docs), sum(map(len, docs)))


SIDES: dict[str, Callable[[Path, int, int], Measured]] = {
    "spaCy, nlp.pipe as it is": spacy_stock,
    "spaCy, ours, NumPy": spacy_numpy,
    "spaCy, ours, compiled": spacy_compiled,
    "annotators on top": annotators,
    "chain, plain script": chain_plain,
    "chain, ours": chain_ours,
}


class Clock:
    """CPU and wall time of a block, children included."""

    def __enter__(self) -> Clock:
        self._wall, self._cpu = time.perf_counter(), _cpu()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, _cpu() - self._cpu

    def measured(self, articles: int, tokens: int) -> Measured:
        """The figures of the block."""
        usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return Measured(articles, tokens, self.cpu, self.wall, max(usage) / 1024)


def _cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _spacy(folder: Path, most: int, model: Model) -> Measured:
    texts = read_texts(folder, most)
    with Clock() as clock:
        tokens = sum(len(doc) for doc in model.nlp.pipe(texts))
    return clock.measured(len(texts), tokens)


def in_process(side: str, folder: Path, most: int, processes: int) -> Measured:
    """Measure a side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.throughput", str(folder), "--most", str(most)]
    one = [*command, "--side", side, "--processes", str(processes)]
    done = subprocess.run(one, capture_output=True, text=True, check=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def table(found: dict[str, list[Measured]]) -> str:
    """The figures as a Markdown table: medians, and ratios round by round to the plain side before."""
    lines = ["| side | articles | articles / CPU s | tokens / CPU s | wall s | peak MB | ratio (least to most) |"]
    lines.append("|---|---|---|---|---|---|---|")
    plain: list[Measured] = []
    for side, rounds in found.items():
        if side.endswith(("as it is", "script")):
            plain = rounds
        middle = sorted(rounds, key=lambda each: each.cpu_seconds)[len(rounds) // 2]
        ratios = [
            (ours.articles / ours.cpu_seconds) / (theirs.articles / theirs.cpu_seconds)
            for ours, theirs in zip(rounds, plain, strict=True)
        ]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        tokens = f"{middle.tokens / middle.cpu_seconds:,.0f}" if middle.tokens else ""
        rate = f"{middle.articles / middle.cpu_seconds:.2f}"
        cells = (side, middle.articles, rate, tokens, f"{middle.wall_seconds:.1f}", f"{middle.peak_mb:.0f}", spread)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    """Run all sides round by round and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--side", choices=SIDES)
    given = parser.parse_args()
    if given.side:
        measured = SIDES[given.side](given.pages, given.most, given.processes)
        print(json.dumps(measured.__dict__))
        return
    found: dict[str, list[Measured]] = {side: [] for side in SIDES}
    for _ in range(given.rounds):
        for side, rounds in found.items():
            rounds.append(in_process(side, given.pages, given.most, given.processes))
    names = ("spacy", "thinc", "numpy", "trafilatura", "pyarrow")
    print(", ".join(f"{name} {version(name)}" for name in names), f"; {given.processes} process(es)\n")
    print(table(found))


if __name__ == "__main__":
    main()
