"""The version of everything that turns a page into rows: our extractors, their rules, the libraries, the model.

A page that was settled by the same version is not looked at again; a change of any of these makes it stale.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

# Libraries whose output ends up in the rows.
_LIBRARIES = ("spacy", "trafilatura", "htmldate", "lxml", "feedparser", "courlan", "py3langid")


@cache
def pipeline_version(model_name: str) -> str:
    """Twelve hexadecimal digits that change with the extractors' code and rules, the libraries and the model."""
    digest = hashlib.sha256(model_name.encode())
    for library in _LIBRARIES:
        digest.update(f"{library}=={version(library)}\n".encode())
    digest.update(files("tasks").joinpath("model_manifest.json").read_bytes())
    for name, content in sorted(_contents(files("tasks").joinpath("extract"), "")):
        digest.update(f"{name}\n".encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:12]


def _contents(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            found += _contents(entry, name)
        elif name.endswith((".py", ".toml", ".json")):
            found.append((name, entry.read_bytes()))
    return found
