"""The words and patterns of `rules/places.toml`."""

from __future__ import annotations

import re

from tasks.extract.rules import load_rules

RULES = load_rules("places")
_BY_ID = {rule.id: rule for rule in RULES.rules}

NEVER_ALONE = frozenset(word for rule in RULES.with_prefix("never.") for word in rule.words)
GENERIC_DOMAINS = frozenset(_BY_ID["site.generic"].words)


def pattern(rule_id: str) -> re.Pattern[str]:
    """The compiled pattern of a rule."""
    return _BY_ID[rule_id].regex()
