"""Events: what happened, who did it to whom, where and when, coded in the types of PLOVER from the parse.

A row is one mention of a happening: a verb or a noun of action. Those that PLOVER has no type for (a company wins a
contract) have none in ours; what is only the content of another event (the act that is agreed, refused,
threatened) has its type in that row, in `about`.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc as SpacyDoc

from storage.records import Event, Mention, Quote, Timex
from tasks.extract.context import Context
from tasks.extract.events.actors import cast, is_actor
from tasks.extract.events.arguments import arguments
from tasks.extract.events.coding import Scene, codings
from tasks.extract.events.happening import Reading, happening
from tasks.extract.events.identity import identity
from tasks.extract.events.lexicon import DIGEST
from tasks.extract.events.place import LABELS as PLACES
from tasks.extract.events.predicates import predicates
from tasks.extract.events.reported_by import reporters
from tasks.extract.events.rows import row
from tasks.extract.events.timing import timing
from tasks.extract.events.tree import tree
from tasks.extract.parsed import parsed

VERSION = "1"
TIMES = frozenset({"DATE", "TIME"})


def events(
    document: SpacyDoc, context: Context, mentions: Sequence[Mention], quotes: Sequence[Quote], timexes: Sequence[Timex]
) -> tuple[Event, ...]:
    """All event mentions of an article in the order of the text. Offsets index the text of the document."""
    doc = parsed(document)
    parse = tree(doc)
    found = {one.token.i: one for one in predicates(parse)}
    roles = {index: arguments(parse, one) for index, one in found.items()}
    players = cast(doc, parse, mentions)
    scene = Scene(
        parse,
        found,
        roles,
        is_actor=lambda token: token.ent_type_ not in TIMES and is_actor(players, token),
        places=frozenset(index for index, mention in players.at.items() if mention.label in PLACES),
    )
    of_sentence = doc.sentence_numbers
    reading = Reading(
        parse,
        players,
        roles,
        codings(scene),
        timing(parse, found, timexes),
        reporters(parse, quotes, mentions, of_sentence),
    )
    happenings = [happening(reading, predicate) for predicate in found.values()]
    told = zip(happenings, identity(doc.text, happenings, doc.sents), strict=True)
    version = context.version(VERSION, DIGEST)
    return tuple(row(doc.text, one, number, event_id, version) for number, (one, event_id) in enumerate(told))
