"""Articles and tokens per CPU second: the plain way beside ours, interleaved in one run.

    python -m benchmarks.throughput PAGES [--rounds 3] [--most 60] [--long 240]

PAGES is a folder of saved pages (*.html, *.html.gz). Every measurement runs in a process of its own, so that no
side profits from what the other has warmed; its own and its children's CPU time count. The plain way is what a user
would write: trafilatura with metadata, `nlp(text)` for each text, `pandas.to_parquet`, with libraries and model loaded
before the clock starts.

The chain is measured three ways. *Cold*: `ingest --plain` as it starts, worker, model and all. *Warm*: with worker
processes that have loaded the model and compiled, as after the first minute of a backfill; what is measured is
`ingest` into an empty lake. *Long*: warm, over more pages in batches of BATCH, so that three of them overlap, with one
and with two processes; its stages are listed. `--most` and `--long` are numbers of pages.

What is in English is what the model speaks: an article in another language is kept without annotations, while the plain
script parses it like any other, so both are compared on English pages alone as well.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.memory import made_text, tree
from storage.operations import Page
from storage.records import Article

if TYPE_CHECKING:
    from tasks.isolate import Workers
    from tasks.model import Model

BATCH = 80
"""Articles a batch in the long runs; 320 by default, which costs less for each."""
WARM_UP = 240
"""Made-up articles for each process of a warm pool before the clock starts: it has compiled after 150."""


@dataclass(frozen=True)
class Measured:
    """One measurement in one process. Loading libraries and the model is not in it, except where it must be."""

    articles: int
    tokens: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    """Of the largest process."""
    stages: dict[str, float] = field(default_factory=dict)
    """Of the chain: seconds of the workers by stage, by their own clock (on an idle machine that is CPU time), and CPU
    seconds of the process that leads them."""


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


def chain_cold(folder: Path, most: int, processes: int) -> Measured:
    """`newslake ingest --plain`: raw pages, articles, tables of annotations, ledger; starting and loading included."""
    return _chain(folder, most, processes, is_warm=False)


def chain_warm(folder: Path, most: int, processes: int) -> Measured:
    """The same with processes that have loaded and compiled, into an empty lake."""
    return _chain(folder, most, processes, is_warm=True)


def _chain(folder: Path, most: int, processes: int, *, is_warm: bool) -> Measured:
    import tasks.receive
    from flows.naming import source_of_path
    from flows.pipeline import ingest_source
    from flows.settings import Settings, prepare_prefect
    from tasks.isolate import Workers

    prepare_prefect(quiet=True)
    tasks.receive.BATCH_ARTICLES = BATCH
    with tempfile.TemporaryDirectory() as target, Workers(processes) as workers:
        pages = Path(target) / "in"
        pages.mkdir()
        for number, page in enumerate(read_pages(folder, most)):
            (pages / f"{number:05}.html").write_bytes(page)
        settings = Settings(lake=f"{target}/lake", ledger=None, model="en_core_web_sm", workers=processes)
        if is_warm:
            _warm(workers, WARM_UP * processes, settings.model)
            # The leading process, too, has its libraries by then (pyarrow asks for pandas where that is installed). The
            # workers themselves would rest when this run ends, and the next start cold.
            ingest_source(
                source_of_path("seeds/"), replace(settings, lake=f"{target}/before"), TimedPool(workers), plain=True
            )
        timed = TimedPool(workers)
        with Clock() as clock:
            tally = ingest_source(source_of_path(str(pages)), settings, timed, plain=True)
        return clock.measured(tally.kept, 0, dict(timed.seconds) | {"leading process": clock.own})


def _warm(workers: Workers, count: int, model: str) -> None:
    """Let each process load what it needs and go over to compiled code."""
    from datetime import UTC, datetime
    from functools import partial

    from benchmarks.synthetic import article, page
    from tasks.chunks import annotate_chunk, clean_chunk

    made = [replace(article(number), text=made_text(number)) for number in range(count)]
    workers.map(partial(clean_chunk, {}), [replace(page(each), fetched_at=datetime.now(UTC)) for each in made[:64]])
    workers.map(partial(annotate_chunk, model), made)


class TimedPool:
    """A pool of workers that keeps the seconds of its processes by what they did."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.seconds: Counter[str] = Counter()

    def map(
        self,
        function: Callable[[Sequence[Any]], Sequence[Any]],
        items: Sequence[Any],
        done: Callable[[int], None] = lambda _: None,
        took: Callable[[Sequence[Any], float], None] = lambda _items, _seconds: None,
    ) -> list[Any]:
        """See `Workers.map`."""
        stage = getattr(function, "func", function).__name__.removesuffix("_chunk")

        def noted(given: Sequence[Any], seconds: float) -> None:
            self.seconds[stage] += seconds
            took(given, seconds)

        return self._workers.map(function, items, done, noted)

    def rest(self) -> None:
        """Nothing: the next round finds them warm."""

    def stop(self) -> None:
        """See `Workers.stop`."""
        self._workers.stop()


def clean_plain(folder: Path, most: int, _: int) -> Measured:
    """trafilatura with metadata."""
    import trafilatura

    pages = read_pages(folder, most)
    trafilatura.bare_extraction(pages[0], with_metadata=True)
    with Clock() as clock:
        kept = sum(trafilatura.bare_extraction(page, with_metadata=True) is not None for page in pages)
    return clock.measured(kept, 0)


def clean_ours(folder: Path, most: int, _: int) -> Measured:
    """From bytes to an article: decoding, text, title, date and authors by vote, language."""
    from tasks.extract.article import article

    pages = [_page(content, number) for number, content in enumerate(read_pages(folder, most))]
    article(pages[0])
    with Clock() as clock:
        kept = sum(isinstance(article(page), Article) for page in pages)
    return clock.measured(kept, 0)


def _page(content: bytes, number: int) -> Page:
    from benchmarks.synthetic import NOW, made

    return made(Page, raw_id=str(number), locator=f"{number}.html", format="html", body=content, fetched_at=NOW)


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
    "cleaning, trafilatura": clean_plain,
    "cleaning, ours": clean_ours,
    "chain, plain script": chain_plain,
    "chain, ours, cold": chain_cold,
    "chain, ours, warm": chain_warm,
}


@dataclass(frozen=True)
class Side:
    """A row of the table: what is measured on which pages, and the row that it is compared with."""

    name: str
    pages: str = "English"
    """English, all, or long: English, and more of them."""
    processes: int = 1
    beside: str = ""
    by: str = "CPU"

    @property
    def row(self) -> str:
        """How the table names it."""
        what = "" if self.name.startswith("spaCy") or self.pages == "English" else f", {self.pages} pages"
        return f"{self.name}{what}{f', {self.processes} processes' if self.processes > 1 else ''}"


LONG = Side("chain, ours, warm", "long", beside="chain, plain script, long pages")
ROWS = (
    Side("spaCy, nlp.pipe as it is"),
    Side("spaCy, ours, NumPy", beside="spaCy, nlp.pipe as it is"),
    Side("spaCy, ours, compiled", beside="spaCy, nlp.pipe as it is"),
    Side("annotators on top", beside="spaCy, nlp.pipe as it is"),
    Side("cleaning, trafilatura"),
    Side("cleaning, ours", beside="cleaning, trafilatura"),
    Side("chain, plain script"),
    Side("chain, ours, cold", beside="chain, plain script"),
    Side("chain, ours, warm", beside="chain, plain script"),
    Side("chain, plain script", "all"),
    Side("chain, ours, warm", "all", beside="chain, plain script, all pages"),
    Side("chain, plain script", "long"),
    LONG,
    Side("chain, ours, warm", "long", 2, beside=LONG.row, by="wall"),
)


class Clock:
    """CPU and wall time of a block, children included, those that are still there too."""

    def __enter__(self) -> Clock:
        self._wall, self._cpu, self._own = time.perf_counter(), _cpu(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, _cpu() - self._cpu
        self.own = time.process_time() - self._own

    def measured(self, articles: int, tokens: int, stages: dict[str, float] | None = None) -> Measured:
        """The figures of the block."""
        usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        peak = max(max(usage) / 1024, *map(_peak, tree(os.getpid())))
        return Measured(articles, tokens, self.cpu, self.wall, peak, stages or {})


def _cpu() -> float:
    """CPU seconds of this process, of children that have ended and of those at work."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    ended = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return ended + sum(map(_cpu_of, tree(os.getpid())[1:]))


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    """The most memory that a process has had, in MB."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM:")), 0.0)


def _spacy(folder: Path, most: int, model: Model) -> Measured:
    texts = read_texts(folder, most)
    with Clock() as clock:
        tokens = sum(len(doc) for doc in model.nlp.pipe(texts))
    return clock.measured(len(texts), tokens)


def in_process(side: str, folder: Path, most: int, processes: int) -> Measured:
    """Measure a side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.throughput", str(folder), "--most", str(most)]
    one = [*command, "--side", side, "--processes", str(processes)]
    # As in our workers: more threads spin, which counts as CPU time.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(one, capture_output=True, text=True, check=True, env=environment)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def english_of(pages: Path, most: int, target: Path) -> None:
    """Put the first pages whose article the model speaks, or of which no language can be told, into another folder."""
    from tasks.extract.annotate import LANGUAGES
    from tasks.extract.article import article

    target.mkdir()
    for path in sorted(path for path in pages.rglob("*") if path.name.endswith((".html", ".html.gz"))):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = article(_page(content, 0))
        if isinstance(found, Article) and (found.language is None or found.language in LANGUAGES):
            shutil.copy(path, target)
            most -= 1
        if not most:
            return


def table(found: dict[Side, list[Measured]]) -> str:
    """The figures as a Markdown table: medians, and ratios round by round to the row that is named."""
    lines = ["| side | articles | articles / CPU s | tokens / CPU s | articles / s | peak MB | ratio (least to most) |"]
    lines.append("|---|---|---|---|---|---|---|")
    rows = {side.row: rounds for side, rounds in found.items()}
    for side, rounds in found.items():
        middle = sorted(rounds, key=lambda each: each.cpu_seconds)[len(rounds) // 2]
        spread = "1"
        if side.beside:
            pairs = zip(rounds, rows[side.beside], strict=True)
            ratios = [_rate(ours, side.by) / _rate(theirs, side.by) for ours, theirs in pairs]
            spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            spread += " by the clock" if side.by == "wall" else ""
        tokens = f"{middle.tokens / middle.cpu_seconds:,.0f}" if middle.tokens else ""
        rates = f"{_rate(middle, 'CPU'):.2f}", tokens, f"{_rate(middle, 'wall'):.2f}"
        cells = (side.row, middle.articles, *rates, f"{middle.peak_mb:.0f}", spread)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _rate(one: Measured, by: str) -> float:
    return one.articles / (one.cpu_seconds if by == "CPU" else one.wall_seconds)


def shares(rounds: list[Measured]) -> str:
    """Where the time of the chain goes: the workers' stages, and everything else in the process that leads them."""
    lines = ["| stage | ms an article | share |", "|---|---|---|"]
    for stage in rounds[0].stages:
        spent = statistics.median(each.stages[stage] / each.articles for each in rounds)
        share = statistics.median(each.stages[stage] / sum(each.stages.values()) for each in rounds)
        lines.append(f"| {stage} | {1000 * spent:.1f} | {share:.1%} |")
    return "\n".join(lines)


def main() -> None:
    """Run all sides round by round and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--long", type=int, default=240)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--side", choices=SIDES)
    given = parser.parse_args()
    if given.side:
        measured = SIDES[given.side](given.pages, given.most, given.processes)
        print(json.dumps(measured.__dict__))
        return
    found: dict[Side, list[Measured]] = {side: [] for side in ROWS}
    with tempfile.TemporaryDirectory() as target:
        english = Path(target) / "english"
        english_of(given.pages, max(given.most, given.long), english)
        for _ in range(given.rounds):
            for side, rounds in found.items():
                folder = given.pages if side.pages == "all" else english
                most = given.long if side.pages == "long" else given.most
                rounds.append(in_process(side.name, folder, most, side.processes))
    names = ("spacy", "thinc", "numpy", "trafilatura", "pyarrow")
    print(", ".join(f"{name} {version(name)}" for name in names), "\n")
    print(table(found))
    print(f"\nOne process, long run, batches of {BATCH}:\n")
    print(shares(found[LONG]))


if __name__ == "__main__":
    main()
