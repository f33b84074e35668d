"""Memory of a long run: `newslake ingest --plain` over made-up articles, all of its processes sampled as it goes.

    python -m benchmarks.memory [--articles 100000] [--workers 2] [--every 20] [--minutes 0] [--folder FOLDER]

The articles have 100 to 150 words, dates over 400 days, quotations, counts and dates; two names in five are new ones,
made of syllables, so that a vocabulary that grows shows. Memory is PSS: what processes share counts once. `--minutes`
ends the run early. Prints the samples as they come, tab-separated, and a table of ten stretches of the run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from pathlib import Path

IN_A_FILE = 5_000
DAYS = 400

ONSETS = (
    "b",
    "br",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
)
VOWELS = ("a", "e", "i", "o", "u", "ei", "ou", "ia")
ENDS = ("n", "r", "l", "s", "k", "ch", "nd", "v", "ric", "man", "ton", "berg", "ova", "")
OFTEN = ("Maria Keller", "Tom Adeyemi", "Harbour Council", "Lund", "Northern Rail", "Dr. Lee", "Kenya", "the Red Cross")
ROLES = ("minister", "mayor", "spokeswoman", "farmer", "engineer", "judge", "teacher", "trader", "doctor", "captain")
THINGS = ("people", "houses", "jobs", "schools", "trucks", "tonnes of grain", "voters", "patients", "boats", "families")
DEEDS = (
    "opened",
    "rejected",
    "delayed",
    "signed",
    "criticised",
    "approved",
    "visited",
    "closed",
    "rebuilt",
    "sued over",
)
OBJECTS = (
    "bridge",
    "budget",
    "ferry terminal",
    "treaty",
    "clinic",
    "tax plan",
    "refinery",
    "ceasefire",
    "library",
    "merger",
)
CAUSES = ("flood", "strike", "storm", "election", "shortage", "fire", "trial", "drought", "audit", "protest")
SAID = ("said", "told reporters", "warned", "insisted", "added", "argued", "wrote in a letter")
MOODS = ("slow", "costly", "fair", "dangerous", "overdue", "unlikely", "certain", "harmless", "popular", "secret")
DAYS_NAMED = ("Monday", "Tuesday", "last week", "Friday", "next month", "Sunday evening", "in 2019", "yesterday")
SENTENCES = (
    "{name} {deed} the {object} in {place} after the {cause}, and {number} {thing} were affected {day}.",
    "“We will not accept a {mood} {object},” {said} {name}, a {role} from {place}.",
    "The {role} of {place}, {name}, {said} that the {cause} had cost {money} million dollars.",
    "At least {number} {thing} were moved from {place} {day} when the {cause} reached the {object}.",
    "“It was {mood}, and the {cause} made it worse,” {said} {name}. “Nobody asked the {thing}.”",
    "{name} and {other} met in {place} {day} to discuss the {mood} {object}.",
    "Prices of {thing} rose {percent} per cent in {place}, according to {name}, who called the {cause} {mood}.",
    "The {object} near {place} stayed closed because of the {cause}, {name} {said}.",
    "A {role} named {other} {deed} the {mood} {object}, although {number} {thing} had been promised to {place}.",
    "{other} denied that the {object} was {mood} and blamed {name} for the {cause}.",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """The state of a run at a moment. Memory in MB of PSS."""

    seconds: float
    committed: int
    main: float
    workers: float
    largest_worker: float
    together: float
    ledger: float
    """MB on disk, its log included."""


def made_name(chance: random.Random) -> str:
    """A name that nobody has; now and then one that is always in the news."""
    if chance.random() < 0.6:
        return chance.choice(OFTEN)
    return f"{_word(chance)} {_word(chance)}"


def _word(chance: random.Random) -> str:
    syllables = chance.randint(1, 3)
    word = "".join(chance.choice(ONSETS) + chance.choice(VOWELS) for _ in range(syllables)) + chance.choice(ENDS)
    return word.capitalize()


def made_text(number: int) -> str:
    """Article `number`: 100 to 150 words in four paragraphs."""
    chance = random.Random(number)
    paragraphs: list[list[str]] = [[]]
    words = 0
    while words < 100:
        sentence = chance.choice(SENTENCES).format(
            name=made_name(chance), other=made_name(chance), place=_word(chance), deed=chance.choice(DEEDS),
            object=chance.choice(OBJECTS), cause=chance.choice(CAUSES), number=chance.randint(2, 90_000),
            thing=chance.choice(THINGS), day=chance.choice(DAYS_NAMED), mood=chance.choice(MOODS),
            said=chance.choice(SAID), role=chance.choice(ROLES), money=chance.randint(2, 999),
            percent=chance.randint(2, 60),
        )  # fmt: skip
        words += len(sentence.split())
        paragraphs[-1].append(sentence)
        if len(paragraphs[-1]) == 2:
            paragraphs.append([])
    return "\n\n".join(" ".join(each) for each in paragraphs if each)


def make_articles(folder: Path, count: int) -> None:
    """Files of JSON lines, in the order of their dates as an archive has them."""
    folder.mkdir(parents=True)
    for start in range(0, count, IN_A_FILE):
        with gzip.open(folder / f"{start:07}.jsonl.gz", "wt", encoding="utf-8") as file:
            for number in range(start, min(start + IN_A_FILE, count)):
                day = date(2020, 1, 1) + timedelta(days=number * DAYS // count)
                article = {
                    "url": f"https://news.example/{number}", "title": f"Report {number}", "language": "en",
                    "published": f"{day}T08:00:00Z", "text": made_text(number),
                }  # fmt: skip
                file.write(json.dumps(article) + "\n")


def tree(pid: int) -> list[int]:
    """A process and all that it has started, as far as they still run."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        others = [path for path in Path(f"/proc/{pid}/task").glob("*/children") if path.parent.name != str(pid)]
        children += [int(child) for path in others for child in path.read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in tree(child))]


def megabytes(pid: int) -> float:
    """PSS of a process; 0 for one that has ended."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1024 for row in rows if row.startswith("Pss:")), 0.0)


def committed(ledger: Path) -> int:
    """Articles that the ledger has settled so far."""
    try:
        with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=60)) as connection:
            return int(connection.execute("SELECT count(*) FROM heads").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def sample(pid: int, ledger: Path, started: float) -> Sample:
    """Look at the processes and at the ledger once."""
    first, *others = (megabytes(each) for each in tree(pid) or [pid])
    disk = sum(path.stat().st_size for path in ledger.parent.glob(f"{ledger.name}*")) / 1e6
    workers = sum(others)
    return Sample(
        seconds=round(time.monotonic() - started),
        committed=committed(ledger),
        main=first,
        workers=workers,
        largest_worker=max(others, default=0.0),
        together=first + workers,
        ledger=disk,
    )


def samples(folder: Path, workers: int, every: float, minutes: float) -> Iterator[Sample]:
    """Run over the articles in `folder`/in and look every few seconds, until the run ends or is ended."""
    environment = os.environ | {"NEWSLAKE_WORKERS": str(workers)}
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "ingest",
        str(folder / "in"),
        "--lake",
        str(folder / "lake"),
        "--plain",
    ]
    started = time.monotonic()
    ledger = folder / "lake" / "ledger" / "ledger.sqlite"
    with (folder / "output.txt").open("w") as output:
        run = subprocess.Popen([*command, "--json"], env=environment, stdout=output, stderr=output)
        try:
            while run.poll() is None and not (minutes and time.monotonic() - started > minutes * 60):
                time.sleep(every)
                if run.poll() is None:
                    yield sample(run.pid, ledger, started)
        finally:
            if run.poll() is None:
                run.send_signal(signal.SIGINT)
            run.wait()


def table(found: list[Sample]) -> str:
    """Ten stretches of the run: the most that was seen in each."""
    lines = ["| articles | minutes | run, MB | largest worker, MB | all processes, MB | ledger, MB |", "|---" * 6 + "|"]
    step = max(1, len(found) // 10)
    for start in range(0, len(found), step):
        part = found[start : start + step]
        most = [max(getattr(each, name) for each in part) for name in ("main", "largest_worker", "together", "ledger")]
        cells = (f"{part[-1].committed:,}", f"{part[-1].seconds / 60:.0f}", *(f"{each:,.0f}" for each in most))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Make the articles, run over them, print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=20)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="newslake-memory-"))
    make_articles(folder / "in", given.articles)
    print(*(each.name for each in fields(Sample)), sep="\t", flush=True)
    found: list[Sample] = []
    for each in samples(folder, given.workers, given.every, given.minutes):
        found.append(each)
        print(*(f"{value:.0f}" for value in astuple(each)), sep="\t", flush=True)
    print(f"\n{table(found)}\n\n{(folder / 'output.txt').read_text()}")


if __name__ == "__main__":
    main()
