"""The model is the one whose hashes we ship, or nothing runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.settings import Settings
from storage.lake import Lake
from storage.readers import connect
from tasks.isolate import Workers
from tasks.model import Model, UnknownModel, load_model, profits_from_gpu

SEED = Path(__file__).resolve().parent.parent / "seeds" / "000_06bf22cdd8765a03.txt"


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


def test_a_missing_model_stops_the_run_and_rejects_no_article(tmp_path: Path, now: datetime, workers: Workers) -> None:
    """What is wrong with the installation is not held against the articles: the next run takes them all."""
    settings = Settings(lake=str(tmp_path / "lake"), ledger=None, model="xx_no_such_model", workers=1)
    with pytest.raises(UnknownModel, match="xx_no_such_model"), Workers(1) as unfit:
        ingest_source(source_of_path(str(SEED)), settings, unfit, plain=True, now=now)
    with connect(Lake.open(tmp_path / "lake", create=False)) as connection:
        assert connection.execute("SELECT count(*) FROM rejections").fetchall() == [(0,)]
    again = ingest_source(source_of_path(str(SEED)), replace(settings, model="en_core_web_sm"), workers, plain=True)
    assert (again.received, again.kept) == (1, 1)


def test_a_gpu_is_for_transformers_alone(model: Model) -> None:
    """The known model is faster without one."""
    assert profits_from_gpu(["curated_transformer", "tagger", "parser", "ner"])
    assert not profits_from_gpu(model.nlp.get_pipe_meta(name).factory for name in model.nlp.pipe_names)
