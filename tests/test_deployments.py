"""Every deployment names a flow that really loads."""

from __future__ import annotations

import re
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
    assert set(by_name) == {"ingest-feeds", "ingest-path", "backfill", "maintain", "report", "stories"}
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


PAGES = ("README.md", "docs/operating.md", "docs/compose.yaml", "docs/newslake.service", "docs/sizing.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_a_page_names_is_read(page: str) -> None:
    known = set(re.findall(r"NEWSLAKE_[A-Z_]+", (ROOT / "flows" / "settings.py").read_text("utf-8")))
    named = set(re.findall(r"NEWSLAKE_[A-Z_]+", (ROOT / page).read_text("utf-8")))
    assert named <= known | {"NEWSLAKE_"}


def test_the_container_starts_what_a_person_starts_and_stops_it_in_order() -> None:
    """No container runs in this test: it holds the file against what `newslake up` needs."""
    service = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text("utf-8"))["services"]["newslake"]
    assert service["command"][-1].endswith("exec .venv/bin/newslake up"), "the process that gets the signal"
    assert service["stop_signal"] == "SIGINT"
    assert service["stop_grace_period"] == "90s"
    sources = [volume.partition(":")[0] for volume in service["volumes"]]
    assert ((ROOT / "docs" / sources[0]) / "prefect.yaml").resolve().is_file()
    assert set(sources[1:]) == set(yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text("utf-8"))["volumes"])


def test_every_automation_is_one_that_prefect_takes_and_says_what_it_is_for() -> None:
    from uuid import uuid4

    from flows.automations import automations

    text = (ROOT / "automations.yaml").read_text("utf-8")
    plain, calling = automations(text, None), automations(text, uuid4())
    assert all(len(each.description) > 30 for each in plain)
    alerts = {each.name for each in plain if "alert" in each.tags}
    assert {each.name for each in calling if each.actions[0].type == "call-webhook"} == alerts
    assert {each.actions[0].type for each in calling if each.name not in alerts} == {"change-flow-run-state"}
    expected = {event for each in plain for event in each.trigger.expect if event.startswith("newslake.")}
    kinds = set(re.findall(r'Trouble\("([a-z.]+)"', (ROOT / "flows" / "status.py").read_text("utf-8")))
    assert expected <= {f"newslake.{kind}" for kind in kinds}
