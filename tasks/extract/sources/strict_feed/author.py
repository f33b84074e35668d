"""The name and address in an author written as one text: `a@b.example (A. Writer)`, `A. Writer <a@b.example>`."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(([a-zA-Z0-9_\-.+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))([a-zA-Z]{2,24}|[0-9]{1,3})(\]?))"
    r"(\?subject=\S+)?"
)


def author(text: str) -> dict[str, str]:
    """As feedparser takes it apart, long top-level domains included; neither key where the text is empty."""
    match = _ADDRESS.search(text) if "@" in text[:1_000] else None
    if match is None:
        return {"name": text} if text else {}
    name = text
    for piece in (match[0], "()", "<>", "&lt;&gt;"):
        name = name.replace(piece, "")
    name = name.strip().removeprefix("(").removesuffix(")").strip()
    return ({"name": name} if name else {}) | {"email": match[0]}
