"""The part of a mention's version that says what is done here to it, be it found to name a place or not."""

from __future__ import annotations

from functools import cache

from tasks.extract.places.gazetteer import digest
from tasks.extract.places.lexicon import RULES

VERSION = "1"


@cache
def version() -> str:
    """Code, rules and gazetteer. `mentions` writes it, since here all rows would have to be copied to add it."""
    return f"places-{VERSION}+{RULES.digest}-{digest()}"
