"""Is a page the gate before an article rather than the article? Told by its title, which such pages keep short, and by
the address to which that of the article led."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache

from tasks.extract.rules import Rule, load_rules

HEAD = 65_536  # bytes in which the title is looked for
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)
_REDIRECT = "redirect."


def page_obstacle(body: bytes, url: str = "", hops: Sequence[str] = ()) -> Rule | None:
    """The rule that names the obstacle; None for a page that may be an article.

    `hops` are the addresses that redirected to `url`. An article that itself stands below such a word is none.
    """
    if hops:
        led = (rule for rule, pattern in _patterns(_REDIRECT) if pattern.search(url) and not pattern.search(hops[0]))
        if rule := next(led, None):
            return rule
    match = _TITLE.search(body[:HEAD])
    if not match:
        return None
    title = " ".join(html.unescape(match[1].decode("utf-8", "replace")).split())
    return next((rule for rule, pattern in _patterns("") if pattern.search(title)), None)


@cache
def _patterns(prefix: str) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules about addresses, or with an empty prefix those about titles."""
    rules = load_rules("page_obstacle").rules
    return tuple((rule, rule.regex()) for rule in rules if rule.id.startswith(_REDIRECT) is bool(prefix))
