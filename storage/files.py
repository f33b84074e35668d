"""Where the bytes of a lake stand: a directory. Publishes whole files atomically; knows nothing of Parquet.

A file is replaced by writing it beside the tables, `fsync`, `rename`, `fsync` of the directory: no Parquet writer
syncs by itself, and whatever stands below `tables/` is read by some engine, whatever its name.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

OnStep = Callable[[str], None]


class FencedError(Exception):
    """Another process took this one's work over, since it stood still too long: stop, and do nothing more."""


class PublishError(OSError):
    """A file of the lake could not be written, or not be read from its store; the next run makes good."""


@dataclass(frozen=True)
class Blob:
    """A file's bytes, and the mark by which an object store knows this version of it."""

    data: bytes
    version: str | None = None


class Files(Protocol):
    """What a lake needs of a place: whole files, replaced atomically, by one generation of writers at a time."""

    def read(self, path: str) -> Blob | None:
        """The file, or None if there is none."""

    def begin(self, generation: int) -> None:
        """Fence off all earlier generations of writers: from here on what they publish is refused."""

    def prepare(self, paths: Collection[str]) -> None:
        """Make room for files that are about to be published, durably; cheaper for many together than for each."""

    def publish(self, path: str, data: bytes, replaces: Blob | None, generation: int, on_step: OnStep) -> None:
        """Put the file in place of `replaces`, durably and in one step. Raises FencedError if fenced off."""

    def end(self, generation: int) -> None:
        """Leave nothing of this generation's work behind."""

    def paths(self, prefix: str) -> Iterator[str]:
        """All files below a path, sorted. Slow in an object store; not for the way of a commit."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """All files below a path, sorted, with their bytes."""

    def delete(self, path: str) -> None:
        """Take a file away, durably; nothing happens if there is none."""


@dataclass(frozen=True)
class LocalFiles:
    """A directory of a local file system.

    The fence is the staging directory: each generation has its own, and beginning one removes the others. A process
    that was stopped anywhere and wakes up after that finds either no directory to write to or no file to rename.
    """

    root: Path

    def read(self, path: str) -> Blob | None:
        try:
            with open(f"{self.root}/{path}", "rb") as file:  # noqa: PTH123 — asked for each part, mostly in vain
                return Blob(file.read())
        except FileNotFoundError:
            return None

    def begin(self, generation: int) -> None:
        staging = self.root / "staging"
        staging.mkdir(parents=True, exist_ok=True)
        for old in staging.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        self._staging(generation).mkdir()

    def prepare(self, paths: Collection[str]) -> None:
        wanted = (self.root / directory for directory in sorted({path.rpartition("/")[0] for path in paths}))
        missing = [directory for directory in wanted if not directory.is_dir()]
        parents = dict.fromkeys(directory.parent for directory in missing)
        for parent in parents:
            make_directories(parent)
        for directory in missing:
            directory.mkdir(exist_ok=True)
        for parent in parents:
            sync_directory(parent)

    def publish(self, path: str, data: bytes, replaces: Blob | None, generation: int, on_step: OnStep) -> None:  # noqa: ARG002 — the rename needs no mark of the old version
        target = self.root / path
        make_directories(target.parent)
        staged = self._staging(generation) / path.replace("/", "%")
        try:
            with staged.open("wb") as file:
                file.write(data)
                file.flush()
                on_step("written")
                os.fsync(file.fileno())
            on_step("synced")
            staged.rename(target)
        except FileNotFoundError as error:
            raise FencedError(f"writer {generation} was replaced by a later one before it published {path}") from error
        except OSError as error:
            raise PublishError(
                f"{target} could not be written: {error.strerror}. What was committed is not lost; "
                "make room or give the right to write, then run the same again"
            ) from error
        on_step("renamed")
        sync_directory(target.parent)

    def end(self, generation: int) -> None:
        shutil.rmtree(self._staging(generation), ignore_errors=True)

    def paths(self, prefix: str) -> Iterator[str]:
        return iter(self.sizes(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        found = (path for path in (self.root / prefix).rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.stat().st_size for path in sorted(found)}

    def delete(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)
        if (self.root / path).parent.is_dir():
            sync_directory((self.root / path).parent)

    def _staging(self, generation: int) -> Path:
        return self.root / "staging" / f"{generation:06d}"


def make_directories(path: Path) -> None:
    """Make a directory and those above it so that they outlast a loss of power."""
    if path.is_dir():
        return
    make_directories(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
