"""The model is the one whose hashes we ship, or nothing runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tasks.isolate import UnfitWorker
from tasks.model import Model, UnknownModel, load_model


def test_the_known_model_loads_and_names_its_version(model: Model) -> None:
    assert model.version == "en_core_web_sm-3.8.0"
    assert model.nlp.pipe_names.index("paragraphs") < model.nlp.pipe_names.index("parser")


def test_one_changed_byte_and_the_model_is_refused(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "en_core_web_sm"
    shutil.copytree(model.nlp.path, package / "en_core_web_sm-3.8.0")
    (package / "__init__.py").touch()
    weights = package / "en_core_web_sm-3.8.0" / "ner" / "model"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnknownModel, match=r"ner/model is not the file of en_core_web_sm 3\.8\.0"):
        load_model()


def test_a_missing_model_is_named_with_its_remedy() -> None:
    with pytest.raises(UnknownModel, match="make install"):
        load_model("xx_no_such_model")


def test_a_missing_model_stops_the_run_and_rejects_no_article() -> None:
    assert issubclass(UnknownModel, UnfitWorker)
