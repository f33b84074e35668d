"""What is known of an article before its text is read: where it was filed, and the country it was published in."""

from __future__ import annotations

from tasks.extract.context import Context
from tasks.extract.places.gazetteer import Toponym, country_of
from tasks.extract.places.lexicon import GENERIC_DOMAINS
from tasks.extract.places.named import meanings
from tasks.extract.places.resolved import Anchor

_DATELINE = 1.0
_SITE = 2.0
_OTHER_CODES = {"UK": "GB", "SU": "RU"}


def anchors(context: Context) -> tuple[Anchor, ...]:
    """The places that support what lies near them or in the same country."""
    filed = meanings(context.dateline_place)[:1]
    published = published_in(context.site)
    return (*(Anchor(place, _DATELINE) for place in filed), *((Anchor(published, _SITE),) if published else ()))


def published_in(site: str) -> Toponym | None:
    """The country of a site's top-level domain; None for .com, and for .tv and its like, which anyone uses."""
    code = site.rpartition(".")[2].upper()
    return None if code.lower() in GENERIC_DOMAINS else country_of(_OTHER_CODES.get(code, code))
