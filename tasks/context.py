"""What every stage of one run shares."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from storage.due import Deferral
from storage.lake import Lake
from storage.operations import Page, Rejection
from storage.state import Ledger
from tasks.extract.refusal import Refusal
from tasks.isolate import Failure, Pool

Progress = Callable[[str, int, int], None]
"""Told (stage, settled, expected) as a stage goes on: how many more were settled, and how many more are to come.
The screen of the command line listens here, and so does the page of a run in Prefect; from several threads."""

progress: ContextVar[Progress] = ContextVar("progress", default=lambda _stage, _settled, _expected: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run: its name, its clock, where it writes, its pool and the version of what it runs.

    `turn` is held by the batch that looks at the lake and changes it: days that are worked on side by side would
    otherwise miss each other's articles when they look for copies.
    """

    run_id: str
    now: datetime
    lake: Lake
    ledger: Ledger
    model: str
    pipeline_version: str
    workers: Pool
    repeated: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Keys of the paragraphs that each source repeats, as they were known when the run began."""
    deferral: Deferral | None = None
    """How long articles of old dates may wait for one another before they are written; by default not at all."""
    turn: Lock = field(default_factory=Lock, compare=False, repr=False)

    def rejection(self, stage: str, source_id: str, refusal: Refusal, page: Page | None = None) -> Rejection:
        """The row of `rejections` for a refusal. Its id leaves out the run, so the same loss stays one row."""
        identity = (source_id, refusal.locator, stage, refusal.reason, page.raw_id if page else refusal.detail)
        return Rejection(
            rejection_id=hashlib.sha256("\0".join(identity).encode("utf-8", "replace")).hexdigest()[:32],
            run_id=self.run_id,
            source_id=source_id,
            locator=refusal.locator,
            stage=stage,
            reason=refusal.reason,
            detail=refusal.detail,
            is_retryable=refusal.is_retryable,
            raw_id=page.raw_id if page else None,
            rejected_at=self.now,
        )

    def failure(self, stage: str, page: Page, failure: Failure) -> Rejection:
        """The row of `rejections` for an item that its worker did not survive: quarantined, and kept in `raw`."""
        detail = f"{page.locator}: {failure.detail}; its bytes are kept in `raw` as {page.raw_id}"
        # What a busy or small machine did may go well the next time; an error of our own code will not.
        may_pass = failure.reason != "failed"
        refusal = Refusal(locator=page.locator, reason=failure.reason, detail=detail, is_retryable=may_pass)
        return self.rejection(stage, page.source_id, refusal, page)


def listener(stage: str, total: int) -> Callable[[int], None]:
    """A function that tells whoever listens what a stage has settled."""
    report = progress.get()
    report(stage, 0, total)
    return lambda count: report(stage, count, 0)
