"""`python -m benchmarks.accuracy GOLD_DIR`: score every annotator on every gold set that is there."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType

from benchmarks.accuracy import (
    claims,
    clauses,
    coref,
    events,
    mentions,
    places,
    plover,
    quotes,
    references,
    states,
    timexes,
)
from benchmarks.accuracy.documents import PARTS, BadGold, Document, load, parse
from benchmarks.accuracy.figures import Prediction
from benchmarks.accuracy.report import Report, as_markdown
from tasks.model import DEFAULT_MODEL, Model, UnknownModel, load_model

# Every annotator with a scorer. One set may serve several rooms, and one room several sets.
ROOMS: tuple[ModuleType, ...] = (
    states,
    mentions,
    references,
    coref,
    quotes,
    clauses,
    claims,
    timexes,
    events,
    plover,
    places,
)


@dataclass
class Task:
    """One room on one gold set: its documents, and a prediction for each, filled in as texts are parsed."""

    room: ModuleType
    name: str
    documents: tuple[Document, ...]
    predictions: dict[str, Prediction] = field(default_factory=dict)

    def ordered(self) -> list[Prediction]:
        """Predictions in the order of the documents."""
        return [self.predictions[document.doc_id] for document in self.documents]


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, print, and write what was asked for; 0 if every set found was scored, 2 if the gold is unusable."""
    options = _options(arguments)
    try:
        tasks, uncovered = plan(options.gold, options.split, options.part)
        model = load_model(options.model)
    except (BadGold, UnknownModel) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    predict(tasks, model)
    if options.out:
        write(tasks, options.out)
    figures = [figure for task in tasks for figure in task.room.score(task.name, task.documents, task.ordered())]
    judgements = [row for task in tasks for row in task.room.judge(task.name, task.documents, task.ordered())]
    report = Report(
        on=date.today(),
        split=options.split if options.part == "all" else f"{options.split} ({options.part})",
        model=model.version,
        figures=tuple(figures),
        judgements=tuple(judgements),
        uncovered=uncovered,
    )
    text = as_markdown(report)
    print(text)
    if options.docs:
        options.docs.write_text(text, "utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("gold", type=Path, help="directory with NAME/SPLIT.jsonl")
    parser.add_argument("--split", default="dev", help="which half: dev or heldout (default dev)")
    parser.add_argument("--part", choices=PARTS, default="all", help="all, or two thirds to tune on and one to check")
    parser.add_argument("--out", type=Path, help="write predictions there, one NAME.jsonl for each set")
    parser.add_argument("--docs", type=Path, nargs="?", const=Path("docs/accuracy.md"), help="write the report there")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"spaCy pipeline (default {DEFAULT_MODEL})")
    return parser.parse_args(arguments)


def plan(gold: Path, split: str, part: str) -> tuple[list[Task], tuple[str, ...]]:
    """What to run, and the names of the sets that no room covers; raises BadGold."""
    found = {path.parent.name: path for path in sorted(gold.glob(f"*/{split}.jsonl"))}
    if not found:
        raise BadGold(
            f"{gold} holds no NAME/{split}.jsonl; give the directory of the gold sets, and --split as they name it"
        )
    covered = {name for room in ROOMS for name in room.SETS}
    documents = {name: load(path, part) for name, path in found.items() if name in covered}
    tasks = [Task(room, name, documents[name]) for room in ROOMS for name in room.SETS if name in documents]
    for task in tasks:
        for document in task.documents:
            if not isinstance(document.gold.get(task.room.FIELD), list):
                raise BadGold(
                    f"{found[task.name]}, document {document.doc_id}: no list {task.room.FIELD!r}; "
                    f"is this the set {task.name}?"
                )
    return tasks, tuple(name for name in found if name not in covered)


def predict(tasks: Sequence[Task], model: Model) -> None:
    """Parse each distinct document once and give it to every task that wants it."""
    wanted: dict[tuple[str, object], list[tuple[Task, Document]]] = {}
    for task in tasks:
        for document in task.documents:
            wanted.setdefault((document.text, document.published_at), []).append((task, document))
    for first, parsed in parse((users[0][1] for users in wanted.values()), model):
        for task, document in wanted[first.text, first.published_at]:
            task.predictions[document.doc_id] = task.room.predict(parsed)


def write(tasks: Sequence[Task], out: Path) -> None:
    """Write NAME.jsonl for each set; rooms that share a set share its lines."""
    out.mkdir(parents=True, exist_ok=True)
    lines: dict[str, dict[str, Prediction]] = {}
    for task in tasks:
        for document, prediction in zip(task.documents, task.ordered(), strict=True):
            lines.setdefault(task.name, {}).setdefault(document.doc_id, {}).update(prediction)
    for name, documents in lines.items():
        text = "".join(
            json.dumps({"doc_id": doc_id, **line}, ensure_ascii=False) + "\n" for doc_id, line in documents.items()
        )
        (out / f"{name}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
