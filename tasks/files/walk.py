"""Which files a path holds, in an order that is the same everywhere; nothing outside it is touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.refusal import Refusal
from tasks.extract.sources.printable import printable


@dataclass(frozen=True, slots=True)
class Found:
    """A file and its name within the source, as it may stand in a column."""

    path: Path
    locator: str


def walk(root: Path) -> Iterator[Found | Refusal]:
    """The regular files under `root`, or `root` itself, sorted by name; what is not one is refused."""
    if not root.is_dir():
        yield _checked(root, root.parent)
        return
    problems: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=problems.append, followlinks=False):
        folders.sort()
        for name in sorted(folders):
            if (Path(folder) / name).is_symlink():
                yield _outside(locator(Path(folder) / name, root))
        for name in sorted(names):
            yield _checked(Path(folder) / name, root)
    for problem in problems:
        name = locator(Path(os.fsdecode(problem.filename)), root)
        detail = f"The folder {name} can't be listed: {problem.strerror}. Check its permissions."
        yield Refusal(locator=name, reason="unreadable", detail=detail, is_retryable=True)


def inside(path: Path, root: Path) -> bool:
    """The path, links followed, stands under the root."""
    return path.resolve().is_relative_to(root.resolve())


def locator(path: Path, root: Path) -> str:
    """The path relative to the root with slashes, in characters that any column holds."""
    relative = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
    return printable(relative, 1_000) or "(unprintable name)"


def _checked(path: Path, root: Path) -> Found | Refusal:
    name = locator(path, root)
    if path.is_symlink() and not inside(path, root):
        return _outside(name)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        detail = f"{name} can't be read: {error.strerror}. Check the path, and that it may be read."
        return Refusal(locator=name, reason="not_found", detail=detail, is_retryable=True)
    if not stat.S_ISREG(mode):
        return Refusal(locator=name, reason="not_a_file", detail=f"{name} is a device, socket or pipe. Remove it.")
    return Found(path, name)


def _outside(name: str) -> Refusal:
    detail = f"{name} is a link that leads out of the source or to a folder. Copy what it points to, or add that path."
    return Refusal(locator=name, reason="outside_source", detail=detail)
