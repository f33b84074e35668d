"""What the form of the deployment `backfill` asks for, and how it becomes a request."""

from __future__ import annotations

from datetime import date
from typing import Self

from prefect import runtime
from pydantic import BaseModel, Field, model_validator


class Days(BaseModel):
    """The days of publication to do again, both included. Renders as two date pickers."""

    first: date = Field(description="First day", title="From")
    last: date = Field(description="Last day, included", title="To")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"the first day {self.first} comes after the last day {self.last}")
        return self


def backfill_run_name() -> str:
    """Name of a run of `backfill`: from where on, and which days."""
    given = runtime.flow_run.parameters
    days = given.get("days")
    first, last = (days.first, days.last) if isinstance(days, Days) else (days["first"], days["last"])
    span = f"{first}" if first == last else f"{first} to {last}"
    return " ".join(str(part) for part in ("backfill", given.get("stage"), span, given.get("source_id")) if part)
