"""Put the automations of `automations.yaml` on a Prefect server and keep them as they stand there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import yaml
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import CallWebhook, DoNothing
from prefect.events.schemas.automations import AutomationCore

WEBHOOK = "newslake-alerts"
# What an alert says: our own events carry a line; those of runs are named by what happened to which run.
SAYS = (
    '{"text": {{ (event.payload.said or (event.resource["prefect.resource.name"] ~ ": " ~ event.event) '
    '~ " (" ~ automation.name ~ ")") | tojson }}}'
)


def automations(text: str, webhook: UUID | None) -> tuple[AutomationCore, ...]:
    """What the file declares; with a webhook, whatever does nothing calls it."""

    def with_webhook(each: AutomationCore) -> AutomationCore:
        if webhook is None or not all(isinstance(action, DoNothing) for action in each.actions):
            return each
        return each.model_copy(update={"actions": [CallWebhook(block_document_id=webhook, payload=SAYS)]})

    return tuple(with_webhook(AutomationCore.model_validate(each)) for each in yaml.safe_load(text)["automations"])


async def apply(client: PrefectClient, path: Path, alert_url: str | None) -> Sequence[str]:
    """Create what is missing and change what differs; the names of those. What else the server has is left alone."""
    webhook = await Webhook(url=alert_url).save(WEBHOOK, overwrite=True) if alert_url else None
    changed = []
    for wanted in automations(path.read_text("utf-8"), webhook):
        there = await client.read_automations_by_name(wanted.name)
        if not there:
            await client.create_automation(wanted)
        elif _core(there[0]) != _core(wanted):
            await client.update_automation(there[0].id, wanted)
        else:
            continue
        changed.append(wanted.name)
    return changed


def _core(automation: AutomationCore) -> dict[str, object]:
    """What is declared of an automation, without what the server adds."""
    fields = {"name", "description", "enabled", "tags", "trigger", "actions"}
    dumped = automation.model_dump(mode="json", include=fields)
    dumped["trigger"].pop("id", None)
    return dumped
