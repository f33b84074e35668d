"""What an annotator may know about an article besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The article around the text. `published_at` is in UTC and anchors relative expressions of time.

    `dateline_place` is the place of a dateline that was cut from the text; `site` the host it was published at.
    """

    published_at: datetime
    title: str = ""
    model_version: str = "unknown"
    dateline_place: str = ""
    site: str = ""

    def version(self, annotator: str, digest: str) -> str:
        """The version string of a row: the annotator's own, its rules' and the model's."""
        return f"{annotator}+{digest}+{self.model_version}"
