"""Where tokens of a kind stand."""

from __future__ import annotations

from collections.abc import Container

from tasks.extract.parsed import Doc


def indices(doc: Doc, attribute: str, values: Container[str]) -> list[int]:
    """Tokens whose attribute ("lower_", "pos_", ...) is one of these strings, in order."""
    return [index for index, found in enumerate(doc.columns[attribute]) if found in values]
