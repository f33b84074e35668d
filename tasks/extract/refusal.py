"""What a pure function returns when it can make nothing of its input: a reason, never a bare None."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something received did not become an article; the shell turns it into a row of `rejections`.

    `reason` is a fixed snake_case word that can be counted; `detail` a sentence with the input and the remedy.
    `source_id` is given where several sources are read together.
    """

    locator: str
    reason: str
    detail: str
    is_retryable: bool = False
    source_id: str | None = None
