"""The report of a run: figures beside the peers', reliability, rules, and what is not covered."""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from benchmarks.accuracy.figures import Bin, Figure, Judgement, by_rule, reliability

# Rules that made fewer rows than this say nothing about their precision.
FEW_ROWS = 5


@dataclass(frozen=True)
class Report:
    """Everything a run found out."""

    on: date
    split: str
    model: str
    figures: tuple[Figure, ...]
    judgements: tuple[Judgement, ...]
    uncovered: tuple[str, ...]


def as_markdown(report: Report) -> str:
    """The report as Markdown."""
    parts = (
        "# Accuracy\n",
        f"{report.on}: `make evaluate GOLD=DIR SPLIT={report.split}` with {report.model}, spaCy {version('spacy')}, "
        f"Python {platform.python_version()}.\n",
        _figures(report.figures),
        _bins("Reliability: of the rows with this confidence, how many are right", reliability(report.judgements)),
        _bins("Rules: which fires wrongly", [row for row in by_rule(report.judgements) if row.rows >= FEW_ROWS]),
        _uncovered(report.uncovered),
        _notes(),
    )
    return "\n".join(part for part in parts if part)


def _figures(figures: Sequence[Figure]) -> str:
    known = {(row["set"], row["measure"]): row for row in _peers()}
    rows = []
    for figure in figures:
        row = known.get((figure.set, figure.measure), {})
        peers = "; ".join(f"{peer['system']} {peer['value']} ({peer['split']})" for peer in row.get("peers", []))
        rows.append(
            (figure.set, figure.measure, f"{figure.value:.1f}", str(row.get("target", "")), peers, figure.detail)
        )
    return _table(("set", "measure", "Newslake", "target", "peers", "detail"), rows)


def _peers() -> list[dict[str, Any]]:
    return _known()["figure"]


def _known() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("peers.toml").read_text("utf-8"))


def _notes() -> str:
    return "## What to know about these figures\n\n" + "\n".join(f"- {note}" for note in _known()["notes"]) + "\n"


def _bins(title: str, bins: Sequence[Bin]) -> str:
    rows = [(row.annotator, row.name, str(row.rows), f"{row.confidence:.2f}", f"{row.precision:.2f}") for row in bins]
    return f"## {title}\n\n" + _table(("annotator", "", "rows", "confidence", "right"), rows) if rows else ""


def _uncovered(names: Sequence[str]) -> str:
    return f"Not covered (no annotator makes these yet): {', '.join(names)}.\n" if names else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
