"""The law of imports: flows → tasks → storage, and a pure heart in tasks/extract."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"flows", "tasks", "storage"}
NOT_PURE = {
    "aiohttp", "asyncio", "http", "httpx", "io.open", "multiprocessing", "os", "pathlib", "pebble", "prefect",
    "random", "requests", "shutil", "socket", "sqlalchemy", "sqlite3", "subprocess", "tempfile", "threading",
    "time", "urllib.request",
}  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def breaks(path: Path, forbidden: set[str]) -> set[str]:
    names = imported(ast.parse(path.read_text("utf-8")))
    return {name for name in names if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)}


@pytest.mark.parametrize("path", modules("storage"), ids=lambda path: str(path.relative_to(ROOT)))
def test_storage_imports_nothing_of_ours_and_no_prefect_or_spacy(path: Path) -> None:
    assert breaks(path, {"flows", "tasks", "prefect", "spacy", "trafilatura", "feedparser"}) == set()


@pytest.mark.parametrize("path", modules("tasks"), ids=lambda path: str(path.relative_to(ROOT)))
def test_tasks_never_import_flows(path: Path) -> None:
    assert breaks(path, {"flows"}) == set()


@pytest.mark.parametrize("path", modules("tasks/extract"), ids=lambda path: str(path.relative_to(ROOT)))
def test_extractors_are_pure(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert breaks(path, NOT_PURE) == set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "open"]
    clocks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK_CALLS]
    assert not clocks, "the clock is an argument"


@pytest.mark.parametrize("path", modules("tasks/extract"), ids=lambda path: str(path.relative_to(ROOT)))
def test_extractors_import_only_records_from_storage(path: Path) -> None:
    names = {name for name in imported(ast.parse(path.read_text("utf-8"))) if name.startswith("storage")}
    assert all(name.startswith(("storage.records", "storage.operations")) for name in names)


def test_the_settings_are_the_only_reader_of_the_environment() -> None:
    readers = [
        path.relative_to(ROOT)
        for folder in sorted(OURS)
        for path in modules(folder)
        if "os.environ" in path.read_text("utf-8") or "getenv" in path.read_text("utf-8")
    ]
    assert readers in ([], [Path("flows/settings.py")])
