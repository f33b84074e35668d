"""Is a page the gate before an article rather than the article? Told by its title, which such pages keep short."""

from __future__ import annotations

import html
import re
from functools import cache

from tasks.extract.rules import Rule, load_rules

HEAD = 65_536  # bytes in which the title is looked for
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)


def page_obstacle(body: bytes) -> Rule | None:
    """The rule that names the obstacle; None for a page that may be an article."""
    match = _TITLE.search(body[:HEAD])
    if not match:
        return None
    title = " ".join(html.unescape(match[1].decode("utf-8", "replace")).split())
    return next((rule for rule, pattern in _patterns() if pattern.search(title)), None)


@cache
def _patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, rule.regex()) for rule in load_rules("page_obstacle").rules)
