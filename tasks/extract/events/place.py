"""Where an event happens: the name of a place that a preposition of place ties to it."""

from __future__ import annotations

from collections.abc import Iterator

from storage.records import Mention
from tasks.extract.events.actors import Cast
from tasks.extract.events.arguments import Arguments
from tasks.extract.events.coding import Coding
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import DEEPEST, Tree
from tasks.extract.parsed import Token

# Of these the place is where the act arrives or begins: "withdrew from Kherson", "captured Bria".
AT_THEME = frozenset({"ASSAULT", "COERCE", "RETREAT"})
TOWARDS = ("from", "into", "on", "to")
FIRST = ("in", "at", "near", "outside", "inside", "across", "around", "throughout", "along", "off", "within")
LABELS = frozenset({"GPE", "LOC", "FAC"})


def place(cast: Cast, tree: Tree, predicate: Predicate, roles: Arguments, coding: Coding | None) -> Mention | None:
    """The mention of the place; None where the clause names none."""
    words = [predicate.token]
    if predicate.carrier is not None:
        words.append(predicate.carrier)
    words += (*roles.themes, *roles.agents)
    for word in words:
        for noun in tree.after(word, *FIRST):
            if found := _named(cast, tree, noun):
                return found
    if coding is None or not (coding.type in AT_THEME or coding.mode == "visit"):
        return None
    for noun in (
        *tree.after(predicate.token, *TOWARDS),
        *(one for theme in roles.themes for one in tree.after(theme, "of")),
    ):
        if found := _named(cast, tree, noun):
            return found
    for theme in roles.themes:
        mention = cast.at.get(theme.i)
        if mention is not None and mention.is_name and mention.label in LABELS:
            return mention
    return None


def _named(cast: Cast, tree: Tree, noun: Token) -> Mention | None:
    """The place that a noun names, or that it is part of: "the suburbs of Aleppo", "Kabul's airport"."""
    return next((found for one in _parts(tree, noun) if (found := _of_place(cast, one))), None)


def _of_place(cast: Cast, token: Token) -> Mention | None:
    mention = cast.at.get(token.i)
    return mention if mention is not None and mention.is_name and mention.label in LABELS else None


def _parts(tree: Tree, noun: Token) -> Iterator[Token]:
    pending = [noun]
    for _ in range(DEEPEST):
        if not pending:
            return
        current = pending.pop(0)
        yield current
        pending += tree.children(current, "appos", "poss", "compound", "nmod")
        pending += tree.after(current, "of", "in", "near")
