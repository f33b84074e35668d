"""A name under repair: a span of tokens with a label, before it becomes a Mention."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tasks.extract.parsed import Doc


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens `start` to `end` of a Doc, end exclusive. `label` is empty until it is known; `rule` made the span."""

    start: int
    end: int
    label: str
    rule: str
    confidence: float = 0.75

    def between(self, start: int, end: int) -> Name:
        """The same name with these tokens."""
        return self if (start, end) == (self.start, self.end) else replace(self, start=start, end=end)

    def text(self, doc: Doc) -> str:
        """The name as it stands in the text."""
        return doc.words(self.start, self.end)


Names = tuple[Name, ...]
