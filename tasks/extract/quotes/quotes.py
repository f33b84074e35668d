"""Who said what: reported speech and thought, with its cue and its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spacy.tokens import Doc as SpacyDoc

from storage.records import Mention, Quote
from tasks.extract.context import Context
from tasks.extract.parsed import parsed
from tasks.extract.quotes.according import according
from tasks.extract.quotes.adjacent import adjacent
from tasks.extract.quotes.attribution import Attribution
from tasks.extract.quotes.caption import caption
from tasks.extract.quotes.carried import carried
from tasks.extract.quotes.framed import framed
from tasks.extract.quotes.rows import rows
from tasks.extract.quotes.scene import Scene, scene
from tasks.extract.quotes.settled import settled
from tasks.extract.quotes.signed import signed
from tasks.extract.quotes.unspoken import unspoken

STAGES: tuple[Callable[[Scene, tuple[Attribution, ...]], tuple[Attribution, ...]], ...] = (
    framed,
    according,
    signed,
    adjacent,
    carried,
    settled,
    caption,
    unspoken,
)


def quotes(document: SpacyDoc, context: Context, mentions: Sequence[Mention]) -> tuple[Quote, ...]:
    """Every stretch of reported speech or thought in a parsed text, in the order of the text.

    `document` is an article as `tasks.model` parses it; offsets index its text. `mentions` are the named entities
    and pronouns of the same text, used to give the speaker a name; without them speakers keep only their wording.
    """
    seen = scene(parsed(document))
    attributions: tuple[Attribution, ...] = ()
    for stage in STAGES:
        attributions = stage(seen, attributions)
    return rows(seen, attributions, context, mentions)
