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


def test_the_pull_step_carries_no_path_of_a_machine() -> None:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert 'directory: "{{ $NEWSLAKE_HOME }}"' in text
