"""A name under repair: a span of tokens with a label, before it becomes a Mention."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens `start` to `end` of a Doc, end exclusive. `rule` made it; `role` is the title given with it."""

    start: int
    end: int
    label: str
    rule: str
    role: str | None = None

    def text(self, doc: Doc) -> str:
        """The name as it stands in the text."""
        return str(doc[self.start : self.end].text)


Names = tuple[Name, ...]
