"""Expressions of time: what is found, what it is read as, and that nothing is guessed or raised."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.records import Timex
from tasks.extract.context import Context
from tasks.extract.timexes import timexes
from tasks.model import Model

CASES = tomllib.loads((Path(__file__).parent / "cases" / "timexes.toml").read_text("utf-8"))["case"]


def found(model: Model, text: str, published: date) -> tuple[Timex, ...]:
    instant = datetime(published.year, published.month, published.day, tzinfo=UTC)
    return timexes(model.nlp(text), Context(published_at=instant, model_version=model.version))


def agrees(row: Timex, expected: str) -> bool:
    surface, kind, value, *rest = (part.strip() for part in expected.split("|"))
    says = {row.mod, row.resolved_from}
    return (row.surface, row.type, row.value or "-") == (surface, kind, value) and set(rest) <= says


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_text_yields_the_expressions_its_case_states(case: dict[str, Any], model: Model) -> None:
    rows = found(model, case["text"], case["published"])
    written = [f"{row.surface} | {row.type} | {row.value} | {row.mod} | {row.resolved_from}" for row in rows]
    assert len(rows) == len(case["expect"]), written
    assert all(agrees(row, line) for row, line in zip(rows, case["expect"], strict=True)), written
