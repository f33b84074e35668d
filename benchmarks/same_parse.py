"""Compare the faster pipelines with spaCy's own, token by token, on texts of yours.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.same_parse FILE [--most 1000]

One thread, as the worker processes have it: on a busy machine several waste most of their time waiting for one another.
FILE has a JSON object a line with a field `text`. Exits with 1 if a token differs in any attribute, a sentence in
its beginning or an entity in its span or label.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import islice
from pathlib import Path
from time import process_time

from spacy.tokens import Doc

from tasks.extract.faster import differences
from tasks.model import compiled, load_model

_BATCH = 40


def main() -> int:
    """Print tokens, tokens a CPU second by level, and what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--most", type=int, default=1000)
    given = parser.parse_args()
    with given.file.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, given.most)]
    levels = {
        "stock": load_model(is_fast=False).nlp,
        "numpy": load_model().nlp,
        "compiled": compiled(load_model()).nlp,
    }
    seconds, differing, tokens = dict.fromkeys(levels, 0.0), dict.fromkeys(levels, 0), 0
    for start in range(0, len(texts), _BATCH):
        expected: list[Doc] = []
        for level, nlp in levels.items():
            begun = process_time()
            found = list(nlp.pipe(texts[start : start + _BATCH]))
            seconds[level] += process_time() - begun
            expected = expected or found
            differing[level] += differences(expected, found) + sum(map(_spans_differ, expected, found))
        tokens += sum(map(len, expected))
    for level, spent in seconds.items():
        print(f"{level}: {tokens / spent:,.0f} tokens a CPU second, {differing[level]} differ of {tokens:,}")
    print(f"{len(texts)} texts")
    return int(any(differing.values()))


def _spans_differ(expected: Doc, found: Doc) -> int:
    spans = [
        ([sentence.start for sentence in doc.sents], [(ent.start, ent.end, ent.label) for ent in doc.ents])
        for doc in (expected, found)
    ]
    return int(spans[0] != spans[1])


if __name__ == "__main__":
    sys.exit(main())
