"""The version of everything that turns a page into rows: our extractors, their rules, the libraries, the model.

It has two halves, as in `3f2a90-77c1e0`: what makes the text and what annotates it. A page that was settled by the
same version is not looked at again; a change of either half makes it stale, and tells what has to be done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

# Libraries whose output ends up in the rows.
_TEXT_LIBRARIES = ("trafilatura", "htmldate", "lxml", "feedparser", "courlan", "py3langid")
_ANNOTATION_LIBRARIES = ("spacy",)
# Below tasks/extract. What is not named counts for both halves, so that nothing can be forgotten.
FOR_TEXT = frozenset({
    "article.py", "boilerplate.py", "characters.py", "charset.py", "dateline.py", "identity.py", "language.py",
    "pages", "published.py", "reading.py", "sources", "timestamp.py", "written_date.py", "rules/authors.toml",
    "rules/boilerplate.toml", "rules/boxes.toml", "rules/dated_lines.toml", "rules/dateline.toml",
    "rules/feed_content.toml", "rules/feed_date.toml", "rules/written_dates.toml",
})  # fmt: skip
FOR_ANNOTATIONS = frozenset({
    "annotate.py", "claims", "context.py", "data", "events", "faster", "gazetteers.py", "mentions", "paragraphs.py",
    "places", "quotes", "timexes", "tokens.py", "rules/actors.toml", "rules/claims.toml", "rules/events.toml",
    "rules/mentions.toml", "rules/numbers.toml", "rules/places.toml", "rules/quotes.toml", "rules/timexes.toml",
    "rules/units.toml",
})  # fmt: skip

# What decides when and from where a page is fetched: its bytes are kept, and nothing of this is asked again.
FOR_FETCHING = frozenset({"history", "http", "rules/page_obstacle.toml", "schedule"})
# What joins articles to one another has versions of its own: no text and no annotation depends on it.
FOR_JOINING = frozenset({"duplicates", "stories"})
BESIDE = FOR_FETCHING | FOR_JOINING


@cache
def pipeline_version(model_name: str) -> str:
    """Both halves, six hexadecimal digits each."""
    manifest = files("tasks").joinpath("model_manifest.json").read_bytes()
    text = _digest(_TEXT_LIBRARIES, b"", FOR_ANNOTATIONS | BESIDE)
    annotations = _digest(_ANNOTATION_LIBRARIES, model_name.encode() + manifest, FOR_TEXT | BESIDE)
    return f"{text}-{annotations}"


def halves(pipeline_version: str) -> tuple[str, str]:
    """What made the text, and what annotated it."""
    text, _, annotations = pipeline_version.partition("-")
    return text, annotations


def _digest(libraries: Collection[str], seed: bytes, left_out: Collection[str]) -> str:
    digest = hashlib.sha256(seed)
    for library in libraries:
        digest.update(f"{library}=={version(library)}\n".encode())
    for name, content in sorted(_contents(files("tasks").joinpath("extract"), "")):
        first, _, rest = name.partition("/")
        if first not in left_out and f"{first}/{rest}" not in left_out:
            digest.update(f"{name}\n".encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:6]


def _contents(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _contents(entry, f"{name}/")
        elif name.endswith((".py", ".toml", ".json", ".tsv", ".gz")):
            found.append((name, entry.read_bytes()))
    return found
