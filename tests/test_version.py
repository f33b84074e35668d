"""What counts for which half of the pipeline version, held against what the code imports and which rules it loads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tasks.version import BESIDE, FOR_ANNOTATIONS, FOR_TEXT

ROOT = Path(__file__).resolve().parent.parent
EXTRACT = ROOT / "tasks" / "extract"


def needed(module: str) -> set[str]:
    """Modules, packages and rule files below tasks/extract that a module needs, itself included."""
    seen: set[Path] = set()
    rules: set[str] = set()
    waiting = [EXTRACT / module]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tasks.extract"):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                waiting += [each for name in names for each in _files(name)]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load_rules":
                rules |= {f"rules/{each.value}.toml" for each in node.args if isinstance(each, ast.Constant)}
    return rules | {path.relative_to(EXTRACT).parts[0] for path in seen}


def _files(name: str) -> list[Path]:
    path = ROOT.joinpath(*name.split("."))
    return [each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()]


@pytest.mark.parametrize(
    ("module", "foreign"),
    [("article.py", FOR_ANNOTATIONS | BESIDE), ("annotate.py", FOR_TEXT | BESIDE)],
)
def test_nothing_that_a_half_needs_counts_for_the_other_alone(module: str, foreign: frozenset[str]) -> None:
    """Otherwise a change of it would leave old rows standing as if they were of today."""
    found = needed(module)
    assert len(found) > 10
    assert found & foreign == set()


def test_every_name_of_the_lists_exists() -> None:
    assert [name for name in sorted(FOR_TEXT | FOR_ANNOTATIONS | BESIDE) if not (EXTRACT / name).exists()] == []
