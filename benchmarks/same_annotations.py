"""Whether a change of the annotators' code changes a row, on texts of yours, and what each annotator costs.

    python -m benchmarks.same_annotations FILE DIGESTS [--most 1000]

FILE has a JSON object a line with a field `text`. The first run writes a digest of each text's annotations to DIGESTS;
a later one, on other code, compares with them and exits with 1 if a row differs in any column but `annotator_version`.
The published day and the title, which annotators may read, are the same for all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import process_time
from typing import TypeVar

from spacy.tokens import Doc

from storage.records import Annotation
from tasks.extract.claims import claims
from tasks.extract.context import Context
from tasks.extract.events import events
from tasks.extract.mentions import mentions
from tasks.extract.parsed import parsed
from tasks.extract.places import places
from tasks.extract.quotes import quotes
from tasks.extract.timexes import timexes
from tasks.model import compiled, load_model

T = TypeVar("T")
CONTEXT = Context(published_at=datetime(2024, 5, 6, tzinfo=UTC), title="Holm speaks", site="example.com")


class Clock:
    """CPU seconds by name."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def __call__(self, name: str, act: Callable[[], T]) -> T:
        begun = process_time()
        made = act()
        self.seconds[name] += process_time() - begun
        return made


def digests(doc: Doc, clock: Clock) -> dict[str, str]:
    """A digest of each annotator's rows."""
    clock("plain tokens", lambda: parsed(doc))
    named = clock("mentions", lambda: mentions(doc, CONTEXT))
    named = clock("places", lambda: places(doc, CONTEXT, named))
    timed = clock("timexes", lambda: timexes(doc, CONTEXT))
    said = clock("quotes", lambda: quotes(doc, CONTEXT, named))
    counted = clock("claims", lambda: claims(doc, CONTEXT, named, said, timed))
    happened = clock("events", lambda: events(doc, CONTEXT, named, said, timed))
    tables = {"mentions": named, "timexes": timed, "quotes": said, "claims": counted, "events": happened}
    return {name: _digest(rows) for name, rows in tables.items()}


def _digest(rows: Sequence[Annotation]) -> str:
    return hashlib.sha256(repr([replace(row, annotator_version="") for row in rows]).encode()).hexdigest()[:16]


def main() -> int:
    """Print ms per 1,000 tokens by annotator, and how many texts differ in a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("digests", type=Path)
    parser.add_argument("--most", type=int, default=1000)
    given = parser.parse_args()
    with given.file.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, given.most)]
    clock, tokens, found = Clock(), 0, []
    for doc in compiled(load_model()).nlp.pipe(texts):
        tokens += len(doc)
        found.append(digests(doc, clock))
    for name, seconds in {**clock.seconds, "all": sum(clock.seconds.values())}.items():
        print(f"{name}: {seconds / tokens * 1e6:.2f} ms CPU per 1,000 tokens")
    print(f"{len(texts)} texts, {tokens:,} tokens")
    if not given.digests.exists():
        given.digests.write_text(json.dumps(found, indent=0), "utf-8")
        return 0
    before = json.loads(given.digests.read_text("utf-8"))
    differing = [number for number, (one, other) in enumerate(zip(before, found, strict=True)) if one != other]
    print(f"{len(differing)} texts differ", *(f"line {number + 1}" for number in differing[:20]))
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
