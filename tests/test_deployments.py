"""Every deployment names a flow that really loads."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=[each["name"] for each in DEPLOYMENTS])
def test_every_deployment_loads_its_flow_and_no_placeholder(deployment: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect replaces a flow file that fails to import by a placeholder, in silence, unless it is told not to."""
    from prefect.flows import load_flow_from_entrypoint

    monkeypatch.chdir(ROOT)
    flow = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
    known = set(flow.parameters.properties)
    assert flow.name == deployment["entrypoint"].split(":")[1]
    assert set(deployment.get("parameters", {})) <= known


def test_the_promised_deployments_are_there_and_explain_themselves() -> None:
    """Each has a description, tags, the pool, and says what happens when a run begins before the last one ended."""
    by_name = {each["name"]: each for each in DEPLOYMENTS}
    assert set(by_name) == {"ingest-feeds", "ingest-path", "backfill", "maintain", "report"}
    for deployment in DEPLOYMENTS:
        assert len(deployment["description"]) > 30
        assert "newslake" in deployment["tags"]
        assert deployment["work_pool"] == {"name": "newslake"}
        assert deployment["concurrency_limit"]["collision_strategy"] in ("ENQUEUE", "CANCEL_NEW")


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=[each["name"] for each in DEPLOYMENTS])
def test_every_parameter_has_a_description_and_a_type_in_the_form(
    deployment: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.flows import load_flow_from_entrypoint

    monkeypatch.chdir(ROOT)
    schema = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False).parameters
    for name, parameter in schema.properties.items():
        assert parameter.get("description"), f"{name} has no description"
        assert {"type", "anyOf", "allOf", "$ref", "enum"} & set(parameter), f"{name} has no type"
    if deployment["name"] == "backfill":
        days = schema.definitions["Days"]["properties"]
        assert [days[name]["format"] for name in ("first", "last")] == ["date", "date"], "two date pickers"


def test_the_pull_step_carries_no_path_of_a_machine() -> None:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert 'directory: "{{ $NEWSLAKE_HOME }}"' in text
